"""Which triples a query can look at, told from its text alone (SPARQL 1.1, sections 9 and 18.2).

So an answer over one dataset is the answer over another, where both agree on these. A triple goes
by its predicate, and by its object too where the query names it and :mod:`foedus.content.versions`
tells them apart. Whatever may look at more (a variable as a predicate, a path that may have
no step, DESCRIBE, an empty ``GRAPH ?g {}``) or answers by an order (LIMIT, the functions and
aggregates of :func:`.normalize.unrepeatable`) is said to read everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from foedus.content.versions import BY_OBJECT
from foedus.engine.normalize import unrepeatable
from foedus.engine.tokens import scan

#: What makes the answer depend on more, as the parser calls it.
_MORE = frozenset({"Slice", "LimitOffsetClauses", "DescribeQuery", "ServiceGraphPattern"})


class _Everything(Exception):
    """The query may look at any triple."""


def reads(text: str) -> list[str] | None:
    """What *text* looks at and constructs; ``None``: everything, as for what is no query.

    Each is a predicate, or a predicate and an object with a blank between, as N-Quads writes them.
    """
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        if unrepeatable(list(scan(text))):
            return None
        return sorted(set(_reads(translateQuery(parseQuery(text)).algebra)))
    except Exception:  # what cannot be read, or not by that parser, may be anything
        return None


def _reads(part: Any) -> Iterator[str]:
    from rdflib.paths import Path
    from rdflib.plugins.sparql.parserutils import CompValue
    from rdflib.term import Node

    if isinstance(part, CompValue):
        empty = part.name == "Graph" and part.p.name == "BGP" and not part.p.triples
        # What stands in EXISTS is left as it was parsed.
        empty = empty or (part.name == "GraphGraphPattern" and not part.graph.part)
        if empty or part.name in _MORE:
            raise _Everything
        for key, value in part.items():
            if key in ("triples", "template"):
                for written in value or ():
                    terms = list(written)  # of one triple, or of several with one subject
                    for _, predicate, thing in zip(*[iter(terms)] * 3, strict=True):
                        yield from _of_triple(predicate, thing)
            elif key != "_vars":
                yield from _reads(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _reads(value)
    elif isinstance(part, Iterable) and not isinstance(part, str | Node | Path):
        for item in part:
            yield from _reads(item)


def _of_triple(predicate: Any, value: Any) -> Iterator[str]:
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
    from rdflib.term import URIRef

    if isinstance(predicate, URIRef):
        name = predicate.n3()
        named = name in BY_OBJECT and isinstance(value, URIRef)
        yield f"{name} {value.n3()}" if named else name
    elif isinstance(predicate, SequencePath | AlternativePath):
        for step in predicate.args:
            yield from _of_triple(step, None)
    elif isinstance(predicate, InvPath):
        yield from _of_triple(predicate.arg, None)
    elif isinstance(predicate, MulPath) and not predicate.zero:
        yield from _of_triple(predicate.path, None)
    else:
        raise _Everything
