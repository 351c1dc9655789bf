"""Ask RDF: the embedded engine, or any SPARQL 1.1 endpoint.

=================  ==========================================================================
:mod:`.tokens`     the lexical grammar of SPARQL 1.1, wide enough to be safe
:mod:`.iri`        relative IRIs and their base
:mod:`.guard`      what may be asked at all: nothing that writes, leaves the release or nests
                   deeper than the engine bears
:mod:`.services`   the calls of SERVICE in a query, which may be made and which not
:mod:`.as_of`      the one substitution: ``?at`` is a day
:mod:`.normalize`  when two texts are one question, and whether it has one answer
:mod:`.shapes`     queries that differ in their constants alone, read once
:mod:`.graphs`     a graph as the engine writes it, each triple once
:mod:`.embedded`   pyoxigraph over a store in this process
:mod:`.rewrite`    the same answer, sooner: how a query is written for the engine
:mod:`.columns`    a second evaluator for what looks at very many solutions
:mod:`.templates`  a query apart from its constants; :mod:`.parsing` is the engine's word on syntax
:mod:`.planning`   what is known of the plan of a query
:mod:`.pool`       the same in processes that can be killed (:mod:`.keeper`, :mod:`.worker`,
                   :mod:`.seccomp`), one question on its way (:mod:`.evaluation`), and a count of
                   what they do (:mod:`.tally`)
:mod:`.remote`     any SPARQL 1.1 endpoint by its address
:mod:`.federation` SERVICE: who may be asked (:mod:`.endpoints`), how (:mod:`.outgoing`), and what
                   stands for the answer (:mod:`.solutions`)
:mod:`.pieces`     a result in pieces, bounded and counted
:mod:`.answers`    what an engine gives back; :mod:`.serialize` writes it in every format
:mod:`.tables`     answers for a terminal
:mod:`.teaching`   syntax errors with what was meant (:mod:`.lessons`, :mod:`.words`)
:mod:`.timing`     how long the parts of an answer took
=================  ==========================================================================

Nothing here knows HTTP as a server, or what a release is.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foedus.engine.answers import Answer, Boolean, Dataset, Engine, Solutions, Triples
    from foedus.engine.embedded import EmbeddedEngine
    from foedus.engine.errors import (
        EngineFailed,
        LimitReached,
        QueryError,
        QueryRefused,
        QuerySyntaxError,
        ServiceFailed,
    )
    from foedus.engine.federation import Federation
    from foedus.engine.guard import CheckedQuery, check
    from foedus.engine.limits import Limits
    from foedus.engine.pieces import Stream
    from foedus.engine.pool import WorkerPool
    from foedus.engine.remote import RemoteEngine

__all__ = [
    "Answer",
    "Boolean",
    "CheckedQuery",
    "Dataset",
    "EmbeddedEngine",
    "Engine",
    "EngineFailed",
    "Federation",
    "LimitReached",
    "Limits",
    "QueryError",
    "QueryRefused",
    "QuerySyntaxError",
    "RemoteEngine",
    "ServiceFailed",
    "Solutions",
    "Stream",
    "Triples",
    "WorkerPool",
    "check",
]

#: Where each name lives. A module is read when it is first asked for: who only checks a query
#: needs no pool of processes and no columns.
_PLACES = {
    "Answer": "foedus.engine.answers",
    "Boolean": "foedus.engine.answers",
    "CheckedQuery": "foedus.engine.guard",
    "Dataset": "foedus.engine.answers",
    "EmbeddedEngine": "foedus.engine.embedded",
    "Engine": "foedus.engine.answers",
    "EngineFailed": "foedus.engine.errors",
    "Federation": "foedus.engine.federation",
    "LimitReached": "foedus.engine.errors",
    "Limits": "foedus.engine.limits",
    "QueryError": "foedus.engine.errors",
    "QueryRefused": "foedus.engine.errors",
    "QuerySyntaxError": "foedus.engine.errors",
    "RemoteEngine": "foedus.engine.remote",
    "ServiceFailed": "foedus.engine.errors",
    "Solutions": "foedus.engine.answers",
    "Stream": "foedus.engine.pieces",
    "Triples": "foedus.engine.answers",
    "WorkerPool": "foedus.engine.pool",
    "check": "foedus.engine.guard",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)
