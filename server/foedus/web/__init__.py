"""Flask over a release: the SPARQL protocol, every IRI of ours, and pages to read.

======================  =======================================================================
:mod:`.served`          what is served: a release, or files of anybody's
:mod:`.settings`        every limit and address, one table
:mod:`.configuration`   where settings come from: file, environment, command line
:mod:`.negotiation`     the one negotiator (RFC 9110, section 12)
:mod:`.problems`        the one error shape (RFC 9457)
:mod:`.urls`            the one builder of addresses
:mod:`.protocol`        ``/sparql`` (SPARQL 1.1 Protocol)
:mod:`.description`     what the endpoint says of itself (Service Description)
:mod:`.graphstore`      ``/graphs`` (SPARQL 1.1 Graph Store HTTP Protocol, reading)
:mod:`.explaining`      ``/sparql/explain``: what would happen to a query
:mod:`.suggestions`     misspelt terms of ours: what was meant
:mod:`.discovery`       ``/.well-known/void``, ``/sitemap.xml``, links that lead to the data
:mod:`.compression`     gzip, with validators of its own
:mod:`.cors`            pages of every origin may ask
:mod:`.timings`         ``Server-Timing``
:mod:`.resources`       ``/id/… /concept/… /graph/… /release/… /ontology`` and ``/doc/…``
:mod:`.knowledge`       what the pages ask the engine
:mod:`.pages`           what they show
:mod:`.app`             puts these together
:mod:`.observe`         what the operator sees: logs, figures
:mod:`.reload`          a new release without a failed request
:mod:`.mounted`         under a path prefix behind a proxy
:mod:`.asking`          what ``foedus query`` and ``foedus serve`` do
:mod:`.serving`         the WSGI server; :mod:`.strict` reads its requests strictly
======================  =======================================================================
"""

from foedus.web.app import create_app
from foedus.web.served import Served
from foedus.web.settings import Settings

__all__ = ["Served", "Settings", "create_app"]
