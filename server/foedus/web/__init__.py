"""Flask over a release: the SPARQL protocol, every IRI of ours, and pages to read.

====================  =======================================================================
:mod:`.served`        what is served: a release, or files of anybody's
:mod:`.settings`      every limit and address, one table
:mod:`.negotiation`   the one negotiator (RFC 9110, section 12)
:mod:`.problems`      the one error shape (RFC 9457)
:mod:`.urls`          the one builder of addresses
:mod:`.protocol`      ``/sparql`` (SPARQL 1.1 Protocol, Service Description)
:mod:`.validators`    strong ETags, and what a client knows already
:mod:`.cache`         results kept, and one evaluation for all who ask the same
:mod:`.sending`       a result whole, or a stream that is complete or cut off
:mod:`.resources`     ``/id/… /concept/… /graph/… /release/… /ontology`` and ``/doc/…``
:mod:`.knowledge`     what the pages ask the engine
:mod:`.pages`         what they show
:mod:`.app`           puts these together
:mod:`.asking`        what ``foedus query`` and ``foedus serve`` do
:mod:`.serving`       the WSGI server
====================  =======================================================================
"""

from foedus.web.app import create_app
from foedus.web.served import Served
from foedus.web.settings import Settings

__all__ = ["Served", "Settings", "create_app"]
