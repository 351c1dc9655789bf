"""A clash in words for a terminal: what contradicts what, each with its place and passages.

At most :data:`LINES` lines. What clashes is looked for by rules first, and what they see is proven
by HermiT alone; only where they see nothing does HermiT read everything.
"""

from __future__ import annotations

import pyoxigraph as ox

from foedus.check.explanations.clash import passages
from foedus.content.names import BASE, shorten
from foedus.content.read import Reading
from foedus.graph import justification, reasoning
from foedus.graph.axioms import Axiom, wording
from foedus.graph.explain import Explainer

#: No explanation is longer.
LINES = 10


def what_clashes(reading: Reading, cls: str | None = None) -> list[str]:
    """Why the facts of *reading* contradict the ontology, or why *cls* can have no member.

    The rules must have been applied. Empty where nothing clashes; without *cls*, classes that can
    have no member are looked for too, and the first is explained. Raises
    :class:`foedus.findings.CannotRun` where HermiT does not run.
    """
    axioms, facts = reasoning.terminology(reading.store), reasoning.assertions(reading.store)
    if cls is not None:
        member = ox.Triple(ox.NamedNode(f"{BASE}any-member"), reasoning.TYPE, ox.NamedNode(cls))
        if justification.foreseen_clash(axioms, [member]):
            return _class(reading, axioms, cls)
        found = reasoning.classify(axioms).unsatisfiable
        return _class(reading, axioms, cls) if cls in found else []
    if clash := justification.foreseen_clash(axioms, facts):
        return _told(reading, "the facts contradict the ontology", clash)
    verdict = reasoning.classify([*axioms, *facts])
    if not verdict.consistent:
        clash = justification.justify(axioms, facts)
        return _told(reading, "the facts contradict the ontology", clash)
    for name in verdict.unsatisfiable[:1]:
        return _class(reading, axioms, name)
    return []


def _class(reading: Reading, axioms: list[ox.Triple], cls: str) -> list[str]:
    clash = justification.unsatisfiable(axioms, cls)
    return _told(reading, f"{shorten(cls)} can have no member", clash)


def _told(reading: Reading, what: str, clash: list[Axiom]) -> list[str]:
    lines = [f"{what}: these {len(clash)} axioms and facts clash"]
    room = LINES - 1 if len(clash) < LINES else LINES - 2
    lines += [f"  {wording(axiom)}{_where(reading, axiom)}" for axiom in clash[:room]]
    if len(clash) > room:
        lines.append(f"  and {len(clash) - room} more")
    return lines


def _where(reading: Reading, axiom: Axiom) -> str:
    """The file and line of an axiom; of a fact those of the statements behind it, and passages."""
    fact = axiom[0]
    if not isinstance(fact.subject, ox.NamedNode):
        return ""
    explainer = Explainer(reading.store)
    named = [*sorted(explainer.statements(fact)), fact.subject.value]
    places = [
        f"{reading.lines[name][0]}:{reading.lines[name][1]}{passages(reading, name)}"
        for name in named
        if name in reading.lines
    ]
    return (
        f"  [{places[0]}{f' and {len(places) - 1} more' if places[1:] else ''}]" if places else ""
    )
