"""EXISTS one triple pattern at a time, and unions whose branches begin where the query is.

**EXISTS.** The engine plans the pattern of an EXISTS without knowing what is bound outside, and
begins at whatever constant stands in it: ``FILTER NOT EXISTS { ?a f:hasCommitment ?p . ?p
f:commitmentType commitment:defense }`` walks all such commitments, for every ``?a`` anew. But a
basic graph pattern has a solution that agrees with μ exactly when one triple pattern has one, μ1,
and the others have one that agrees with μ and μ1 (SPARQL 1.1 Query, sections 18.1.8 and 18.6):
``EXISTS { A B }`` is ``EXISTS { A FILTER EXISTS { B } }``.

**UNION.** A branch is planned likewise. A triple pattern whose variables are all bound by the
others of its group adds no binding and no row: it is a condition, ``FILTER EXISTS``.

Groups of anything but triple patterns without paths (and, in EXISTS, filters over one of them)
are left as they are.
"""

from __future__ import annotations

from foedus.engine.rewrite.syntax import Filter, Group, Triple, Union

_LONGEST = 8  # every link is one more pair of braces for the engine's parser


def nested(group: Group, outer: frozenset[str] = frozenset()) -> None:
    """Rewrite the EXISTS and UNION in *group*, and in the groups in it, in place."""
    certain = outer | group.certain
    for element in group.elements:
        if isinstance(element, Triple):
            continue
        if isinstance(element, Filter):
            if element.exists is not None:
                chain = _chain(element.exists, certain)
                if chain is not None:
                    element.exists = chain
                else:
                    nested(element.exists, certain)
            _inside(element.pieces, certain)
        elif isinstance(element, Union):
            for branch in element.groups:
                nested(branch, certain)
                if len(element.groups) > 1:
                    _conditions(branch, certain)
        else:
            alone = isinstance(element.pieces[0], str) and element.pieces[0][:6].upper() == "SELECT"
            _inside(element.pieces, frozenset() if alone else certain)


def _inside(pieces: list[str | Group], certain: frozenset[str]) -> None:
    for piece in pieces:
        if isinstance(piece, Group):
            nested(piece, certain)


def _chain(group: Group, outer: frozenset[str]) -> Group | None:
    """The group as nested EXISTS, or ``None`` where that is not known to be equal and better."""
    triples = group.triples
    filters = [e for e in group.elements if isinstance(e, Filter)]
    if (
        not 2 <= len(triples) <= _LONGEST
        or len(triples) + len(filters) != len(group.elements)
        or any(triple.verb.kind in ("path", "variable") for triple in triples)
        or any(f.exists is not None or any(isinstance(p, Group) for p in f.pieces) for f in filters)
    ):
        return None
    chosen: list[Triple] = []
    left, bound = list(triples), outer
    while left:
        connected = [triple for triple in left if triple.variables & bound]
        if not connected:
            return None
        best = min(connected, key=lambda triple: _reach(triple, bound))
        if _reach(best, bound) > 1 and not chosen:
            return None
        left.remove(best)
        chosen.append(best)
        bound |= best.variables
    result: Group | None = None
    for triple in reversed(chosen):
        mine = [f for f in filters if f.variables and f.variables <= triple.variables]
        filters = [f for f in filters if f not in mine]
        inner: list[Filter] = [Filter([], frozenset(), result)] if result is not None else []
        result = Group([triple, *mine, *inner])
    return result if not filters else None


def _reach(triple: Triple, bound: frozenset[str]) -> int:
    """0: a look-up; 1: from a bound subject or object; 2: neither."""
    ends = [
        term.variable is None or term.variable in bound for term in (triple.subject, triple.object)
    ]
    if all(ends):
        return 0
    name = [term.variable for term in (triple.subject, triple.object)]
    return 1 if any(n is not None and n in bound for n in name) else 2


def _conditions(branch: Group, outer: frozenset[str]) -> None:
    """Turn what adds no binding into conditions, where the rest begins at a variable of outside."""
    triples = branch.triples
    if len(triples) != len(branch.elements) or any(
        triple.verb.kind in ("path", "variable") for triple in triples
    ):
        return
    conditions = [t for t in triples if t.subject.variable is not None and not t.object.variable]
    rest = [triple for triple in triples if triple not in conditions]
    bound = outer
    reached: frozenset[str] = frozenset()
    left = list(rest)
    while left:
        following = next((t for t in left if t.variables & bound and _reach(t, bound) < 2), None)
        if following is None:
            return
        left.remove(following)
        bound |= following.variables
        reached |= following.variables
    turned = [t for t in conditions if t.variables <= reached]
    if not rest or not turned:
        return
    branch.elements = [t for t in triples if t not in turned]
    branch.elements += [Filter([], t.variables, Group([t])) for t in turned]
