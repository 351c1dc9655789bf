"""A clash as findings: one that names all of it, and one for each place that takes part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from foedus.content.names import OA, F, shorten
from foedus.content.read import Reading
from foedus.findings import Finding
from foedus.graph import explain, justification
from foedus.graph.agreement import Disagreement
from foedus.graph.axioms import Axiom, wording

#: A clash of more lines than these is cut; few have more than six.
SHOWN = 10


def explain_clash(
    reading: Reading, axioms: Sequence[ox.Triple], facts: Sequence[ox.Triple]
) -> list[Finding]:
    """What clashes among *axioms* and *facts*, and where each axiom and statement stands.

    The first finding names all of it; the others are its places. Raises
    :class:`foedus.findings.CannotRun` where HermiT does not run.
    """
    clash = justification.justify(axioms, facts)
    shown = [wording(axiom) for axiom in clash[:SHOWN]]
    more = f"; and {len(clash) - SHOWN} more" if len(clash) > SHOWN else ""
    whole = Finding(
        "inconsistent",
        f"the facts contradict the ontology; these {len(clash)} axioms and facts clash: "
        + "; ".join(shown)
        + more,
        remedy="Correct one of them: a statement behind a fact, or the axiom.",
    )
    return list(dict.fromkeys([whole, *_places(reading, clash[:SHOWN], "inconsistent")]))


def explain_class(reading: Reading, axioms: Sequence[ox.Triple], cls: str) -> list[Finding]:
    """Why the class *cls* can have no member: a finding at the class, and one for each axiom."""
    clash = justification.unsatisfiable(axioms, cls)
    whole = placed(
        reading,
        cls,
        "unsatisfiable",
        f"{shorten(cls)} can have no member: these {len(clash)} axioms contradict each other: "
        + "; ".join(wording(axiom) for axiom in clash[:SHOWN]),
    )
    others = (
        found for found in _places(reading, clash[:SHOWN], "unsatisfiable") if found.focus != cls
    )
    return list(dict.fromkeys([whole, *others]))


def unagreed(reading: Reading, found: Disagreement) -> Finding:
    """A type that some ways to classify give and others do not, at the block of its thing."""

    def together(ways: tuple[str, ...]) -> str:
        return " and ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))

    return placed(
        reading,
        found.individual,
        "type-proof",
        f"{shorten(found.individual)} is a {shorten(found.type)} by {together(found.given_by)}, "
        f"and not by {together(found.not_by)}",
    )


def placed(reading: Reading, iri: str, rule: str, message: str) -> Finding:
    """A finding at the block of *iri*, where a file has one."""
    file, line = reading.lines.get(iri, (None, None))
    return Finding(
        rule, message, file=reading.content.root / file if file else None, line=line, focus=iri
    )


def _places(reading: Reading, clash: Sequence[Axiom], rule: str) -> Iterator[Finding]:
    explainer = explain.Explainer(reading.store)
    for axiom in clash:
        fact, words = axiom[0], wording(axiom)
        if not isinstance(fact.subject, ox.NamedNode):
            continue
        if fact.subject.value in reading.lines:
            message = f"takes part in the clash: {words}"
            yield placed(reading, fact.subject.value, rule, message)
        for statement in sorted(explainer.statements(fact)):
            message = f"is a statement behind this fact: {words}{passages(reading, statement)}"
            yield placed(reading, statement, rule, message)


def passages(reading: Reading, statement: str) -> str:
    """Where the passages of a statement stand: `` (from 12 to 40 of source:example)``."""

    def value(subject: ox.NamedNode, name: str) -> str:
        quads = reading.store.quads_for_pattern(subject, ox.NamedNode(name), None, None)
        return next((str(getattr(q.object, "value", "")) for q in quads), "?")

    spans = sorted(
        {
            (value(q.object, F + "inSource"), value(q.object, OA + "start"),
             value(q.object, OA + "end"))
            for q in reading.store.quads_for_pattern(
                ox.NamedNode(statement), ox.NamedNode(F + "evidence"), None, None
            )
            if isinstance(q.object, ox.NamedNode)
        }
    )  # fmt: skip
    told = ", ".join(f"from {a} to {b} of {shorten(source)}" for source, a, b in spans)
    return f" ({told})" if told else ""
