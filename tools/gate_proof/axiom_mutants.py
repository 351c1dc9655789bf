"""Mutants of axioms, for every class that is defined by what it requires.

* *conjunct dropped*: a part of an intersection, *alternative dropped*: a part of a union or a list;
* *some and only swapped*; *filler swapped*, *value swapped*: another class or individual of the
  definitions; *property swapped*: another property of the definitions;
* *complement dropped*: what is denied is asked for; *class swapped*: a named part is another class;
* *chain cut*: a property chain loses a link, or goes; *axiom dropped*: an implication of a defined
  class, a denial, a domain, what is disjoint, the list of a class of values.

A mutant is killed when the gate has a finding: the ways to classify disagree on the content or on
the invented arrangements (first the definitions, then HermiT), an invented contradiction is none
any more, or HermiT finds a contradiction or a class without possible members.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus import release
from foedus.content.locate import Content
from foedus.content.read import read_content
from foedus.graph import agreement, definitions, reasoning
from foedus.graph.axioms import Axiom, units, wording
from foedus.graph.contradictions import foreseen
from foedus.graph.reasoning import OWL, RDF, RDFS
from gate_proof import invented
from gate_proof.equivalent_axioms import equivalent
from gate_proof.figures import Figures

OPERATORS = ("conjunct dropped", "alternative dropped", "some and only swapped", "filler swapped",
             "value swapped", "property swapped", "complement dropped", "class swapped",
             "chain cut", "axiom dropped")  # fmt: skip
COLUMNS = ("mutants", "killed", "by HermiT alone", "equivalent (not counted)")
#: So many invented arrangements stand beside the content.
INVENTED = 30
_NIL = ox.NamedNode(RDF + "nil")


@dataclass(frozen=True)
class AxiomMutant:
    """A changed axiom: the operator, the axiom in words before and after, and all axioms."""

    operator: str
    before: str
    after: str
    axioms: tuple[ox.Triple, ...]
    #: The axioms that stay, the one that goes, and the one in its place (empty: none).
    parts: tuple[Sequence[ox.Triple], Sequence[ox.Triple], Sequence[ox.Triple]]

    @property
    def name(self) -> str:
        """As survivors are listed."""
        return f"{self.operator}: {self.before} -> {self.after or 'nothing'}"


def mutants(axioms: Sequence[ox.Triple], seed: int) -> Iterator[AxiomMutant]:
    """Every mutant of the axioms that bear on a defined class."""
    groups = units(axioms)
    defined = set(definitions.Definitions(axioms).defined)
    bearing = [unit for unit in groups if _bears(unit, defined)]
    pool = _Pool(bearing)
    for unit in sorted(bearing, key=wording):
        chance = random.Random(f"{seed} {wording(unit)}")
        rest = [t for t in axioms if t not in set(unit)]
        for operator, changed in _changes(unit, pool, chance):
            after = wording(tuple(changed)) if changed else ""
            if after != wording(unit):
                whole = tuple(dict.fromkeys([*rest, *changed]))
                yield AxiomMutant(operator, wording(unit), after, whole, (rest, unit, changed))


def _bears(unit: Axiom, defined: set[str]) -> bool:
    """Whether a unit is a definition, says what follows from one, or denies or chains."""
    head = unit[0]
    names = {t.predicate.value for t in unit if t.subject == head.subject}
    if RDF + "first" in names:
        return False  # a list that nothing leads to
    if isinstance(head.subject, ox.BlankNode):
        return OWL + "members" not in names and OWL + "distinctMembers" not in names
    own = head.predicate.value
    if own in (OWL + "equivalentClass", OWL + "propertyChainAxiom", OWL + "propertyDisjointWith"):
        return True
    return own == RDFS + "subClassOf" and head.subject.value in defined  # type: ignore[union-attr]


class _Pool:
    """What can stand in for something in the definitions: classes, individuals, properties."""

    def __init__(self, bearing: Sequence[Axiom]) -> None:
        self.of: dict[str, list[ox.NamedNode]] = defaultdict(list)
        found = defaultdict(set)
        for unit in bearing:
            for t in unit:
                name = t.predicate.value.rsplit("#", 1)[-1]
                if isinstance(t.object, ox.NamedNode) and t.object != _NIL:
                    found[name].add(t.object)
        for name, nodes in found.items():
            self.of[name] = sorted(nodes, key=str)

    def other(self, name: str, old: ox.NamedNode, chance: random.Random) -> ox.NamedNode | None:
        """Another of the same sort, in the same namespace."""
        place = old.value.rsplit("/", 1)[0] if "#" not in old.value else old.value.split("#")[0]
        rivals = [n for n in self.of[name] if n != old and n.value.startswith(place)]
        return chance.choice(rivals) if rivals else None


def _changes(
    unit: Axiom, pool: _Pool, chance: random.Random
) -> Iterator[tuple[str, list[ox.Triple]]]:
    listed = {t.subject: t for t in unit if t.predicate.value == RDF + "first"}
    rest = {t.subject: t for t in unit if t.predicate.value == RDF + "rest"}
    yield "axiom dropped", []
    for triple in unit:
        name = triple.predicate.value.removeprefix(OWL).removeprefix(RDF)
        if name in ("intersectionOf", "unionOf", "oneOf", "propertyChainAxiom"):
            operator = {"intersectionOf": "conjunct dropped", "propertyChainAxiom": "chain cut"}
            for node in _spine(triple.object, rest):
                yield operator.get(name, "alternative dropped"), _without(unit, triple, node, rest)
        elif name in ("someValuesFrom", "allValuesFrom"):
            turned = "allValuesFrom" if name == "someValuesFrom" else "someValuesFrom"
            yield (
                "some and only swapped",
                _replaced(
                    unit,
                    triple,
                    ox.Triple(triple.subject, ox.NamedNode(OWL + turned), triple.object),
                ),
            )
            yield from _swap(unit, triple, "filler swapped", name, pool, chance)
        elif name == "hasValue" and isinstance(triple.object, ox.NamedNode):
            yield from _swap(unit, triple, "value swapped", name, pool, chance)
        elif name == "hasValue" and isinstance(triple.object, ox.Literal):
            turned_ = ox.Literal(
                "false" if triple.object.value == "true" else "true",
                datatype=triple.object.datatype,
            )
            other = ox.Triple(triple.subject, triple.predicate, turned_)
            yield "value swapped", _replaced(unit, triple, other)
        elif name == "onProperty":
            yield from _swap(unit, triple, "property swapped", name, pool, chance)
        elif name == "complementOf":
            users = [t for t in unit if t.object == triple.subject]
            changed = list(unit)
            for user in users:
                changed = _replaced(
                    changed, user, ox.Triple(user.subject, user.predicate, triple.object)
                )
            yield "complement dropped", [t for t in changed if t.subject != triple.subject]
            if isinstance(triple.object, ox.NamedNode):
                yield from _swap(unit, triple, "class swapped", "first", pool, chance)
        elif triple in listed.values() and isinstance(triple.object, ox.NamedNode):
            yield from _swap(unit, triple, "class swapped", "first", pool, chance)


def _swap(
    unit: Axiom, triple: ox.Triple, operator: str, name: str, pool: _Pool, chance: random.Random
) -> Iterator[tuple[str, list[ox.Triple]]]:
    if isinstance(triple.object, ox.NamedNode):
        other = pool.other(name, triple.object, chance)
        if other is not None:
            new = ox.Triple(triple.subject, triple.predicate, other)
            yield operator, _replaced(unit, triple, new)


def _replaced(unit: Sequence[ox.Triple], old: ox.Triple, new: ox.Triple) -> list[ox.Triple]:
    return [new if t == old else t for t in unit]


def _spine(head: object, rest: dict[object, ox.Triple]) -> list[object]:
    nodes = []
    while head in rest:
        nodes.append(head)
        head = rest[head].object
    return nodes


def _without(
    unit: Axiom, owner: ox.Triple, node: object, rest: dict[object, ox.Triple]
) -> list[ox.Triple]:
    """The unit without one item of a list; a list of one item goes with what owns it."""
    onward = rest[node].object
    if owner.object == node and onward == _NIL:
        return []
    changed = []
    for t in unit:
        if t.subject == node:
            continue
        changed.append(ox.Triple(t.subject, t.predicate, onward) if t.object == node else t)
    return changed


@dataclass
class Bench:
    """The content and the invented arrangements, with the types that the rules give them."""

    axioms: list[ox.Triple]
    facts: list[ox.Triple]
    ruled: agreement.Types
    #: Facts that contradict themselves, each group in one way.
    contradictions: list[list[Axiom]]

    def killed(self, axioms: Sequence[ox.Triple]) -> str:
        """How the gate finds *axioms* wrong: by definitions, contradictions, HermiT, or not."""
        known = list(axioms)
        made = definitions.Definitions(known)
        defined = set(made.defined)
        asked = {one for one in self.ruled if one[1] in defined}
        given = {(x, cls) for cls in defined for x in self._members(made.definition(cls).query)}
        if given != asked or len(asked) != len(self.ruled):
            return "definitions"
        groups = units(known)
        if not all(foreseen(groups, facts) for facts in self.contradictions):
            return "contradictions"
        verdict = reasoning.classify([*known, *self.facts])
        if not verdict.consistent or verdict.unsatisfiable:
            return "HermiT"
        proven = {one for one in verdict.types if one[1] in defined and self._classified(one[0])}
        return "" if proven == asked else "HermiT"

    def _members(self, query: str) -> frozenset[str]:
        """What a query gives; most of a mutant's definitions ask as they did before."""
        if query not in self._answers:
            answer = self._store.query(query)
            assert isinstance(answer, ox.QuerySolutions)
            found = (row["x"] for row in answer)
            self._answers[query] = frozenset(
                x.value for x in found if isinstance(x, ox.NamedNode) and self._classified(x.value)
            )
        return self._answers[query]

    def _classified(self, iri: str) -> bool:
        return iri in self._kinds

    def __post_init__(self) -> None:
        self._answers: dict[str, frozenset[str]] = {}
        self._store = ox.Store()
        known = (*self.axioms, *self.facts)
        self._store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in known)
        kinds = {ox.NamedNode(agreement.F + kind) for kind in agreement.CLASSIFIED}
        self._kinds = {
            t.subject.value
            for t in self.facts
            if t.predicate == reasoning.TYPE and t.object in kinds
            and isinstance(t.subject, ox.NamedNode)
        }  # fmt: skip


def bench(content: Path, seed: int, number: int = INVENTED) -> Bench:
    """The content with its rules applied, and invented arrangements beside it: *number* drawn ones
    and those at the edge of the definitions."""
    reading = read_content(Content(content))
    ontology = [q for q in reading.store if q.graph_name == ox.DefaultGraph()]
    release.derive(reading)
    axioms = reasoning.terminology(reading.store)
    made = list(invented.triples([*invented.drawn(seed, number), *invented.edges()]))
    ruled = agreement.by_rules(reading.store) | invented.ruled(
        ontology, made, content / "ontology" / "rules"
    )
    clashing = [units(list(invented.triples([spec]))) for spec in invented.contradictory()]
    facts = [*reasoning.assertions(reading.store), *made]
    return Bench(axioms, facts, frozenset(ruled), clashing)


def prove(
    content: Path,
    seed: int,
    piece: tuple[int, int] = (1, 1),
    each: int = 0,
    tell: Callable[[str], None] = lambda line: None,
) -> Figures:
    """The figures; at most *each* mutants by one operator. *tell* hears of every mutant."""
    figures = Figures("axioms", "mutants of axioms", COLUMNS)
    for name in OPERATORS:
        figures.count(name)
    tried = bench(content, seed)
    number, of = piece
    if number == 1 and tried.killed(tried.axioms):  # half a minute, and the same for each piece
        raise SystemExit("The ways to classify do not agree to begin with: check first.")
    taken: dict[str, int] = defaultdict(int)
    for mutant in list(mutants(tried.axioms, seed))[number - 1 :: of]:
        taken[mutant.operator] += 1
        if each and taken[mutant.operator] > each:
            continue
        how = tried.killed(mutant.axioms)
        if not how and equivalent(*mutant.parts):
            figures.count(mutant.operator, 0, 0, 0, 1)
            how = "equivalent"
        else:
            figures.count(mutant.operator, 1, bool(how), how == "HermiT")
        if not how:
            figures.survivors.append(mutant.name)
        tell(f"{how or 'survives'}: {mutant.name}")
    return figures
