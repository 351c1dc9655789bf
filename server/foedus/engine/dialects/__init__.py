"""What engines do otherwise, each in one place.

==================  ==============================================================================
:mod:`.any`         what SPARQL 1.1 promises, and nothing else: GraphDB, Stardog, Neptune, QLever …
:mod:`.oxigraph`    Oxigraph's own server
:mod:`.virtuoso`    Virtuoso 7: how a query is written for it, and what its answers mean
:mod:`.values`      the normalisation by which what an engine holds is compared
==================  ==============================================================================

A dialect says how a query is asked, how an answer is read, where graphs are stored, and what the
engine rewrites in what it is given. Everything else is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping

from foedus.engine.dialects.any import AnyEngine
from foedus.engine.dialects.oxigraph import Oxigraph
from foedus.engine.dialects.virtuoso import Virtuoso

#: By the names that ``--dialect`` takes.
DIALECTS: Mapping[str, AnyEngine] = {
    dialect.name: dialect for dialect in (AnyEngine(), Oxigraph(), Virtuoso())
}


def dialect_of(server: str) -> AnyEngine:
    """The dialect of an engine that calls itself *server* (the header Server)."""
    for dialect in DIALECTS.values():
        if dialect.sign and server.lower().startswith(dialect.sign):
            return dialect
    return DIALECTS["any"]
