"""Flask over a release: the SPARQL protocol, every IRI of ours, and pages to read.

======================  ================================================================"""

from foedus.web.app import create_app
from foedus.web.served import Served
from foedus.web.settings import Settings

__all__ = ["Served", "Settings", "create_app"]
