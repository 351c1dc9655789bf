"""The W3C SPARQL 1.1 suites, run against the service over HTTP.

==================  ===========================================================================
:mod:`.manifest`    what the manifests say: tests, kinds, files, and which are counted apart
:mod:`.requests`    requests and expected responses of the protocol's manifests (HTTP in RDF)
:mod:`.data`        every data file of the suites as one dataset of named graphs
:mod:`.results`     results documents, read without the engine
:mod:`.compare`     the same result, but for the names of blank nodes
:mod:`.expected`    the list of expected failures, with reasons
:mod:`.earl`        the report, in EARL 1.0
==================  ===========================================================================

The suites themselves are not part of the project: FOEDUS_W3C names the folder that holds them.
"""
