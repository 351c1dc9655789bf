"""Where ATOP and COW agree about the alliances that ATOP's ``cow4id`` links, and where not.

Four things are compared, each as both files tell it: the year in which the alliance began, the
states that ever belonged to it, whether anybody owes defense, whether anybody owes consultation.
Both imports are read, no release is needed. Nothing is averaged and nothing is decided: who differs
is listed with what each says.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.imported import open_import
from foedus.content.names import BASE, F
from foedus.findings import CannotRun

ASPECTS = ("the start year", "the members", "defense", "consultation")
_OUT = ("atop", "cow", "aspect", "atop_says", "cow_says", "only_atop", "only_cow")


@dataclass(frozen=True, slots=True)
class Linked:
    """Two alliances that an identification holds to be one, and what each file says of them."""

    one: str
    other: str
    says: tuple[frozenset[str], ...]
    other_says: tuple[frozenset[str], ...]

    def differing(self) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
        """The aspects in which the two differ, with what each says."""
        for aspect, here, there in zip(ASPECTS, self.says, self.other_says, strict=True):
            if here != there:
                yield aspect, here, there


def linked(paths: Sequence[Path]) -> list[Linked]:
    """Every pair of alliances that some identification in the imports links, by name.

    Raises :class:`CannotRun` where nothing is linked, or an alliance of COW is in none of them.
    """
    store = ox.Store()
    for path in paths:
        store.bulk_load(path=str(open_import(path).path), format=ox.RdfFormat.N_QUADS)
    pairs = [
        (one, f"{BASE}id/arrangement/cow-{number}")
        for one, number in _ask(
            store, "?i a f:Identification ; f:arrangement ?x ; f:cowAllianceId ?y ."
        )
    ]
    if not pairs:
        raise CannotRun("Nothing here gives the number of a COW alliance: name an import of ATOP.")
    told = _told(store)
    missing = sorted({other for _, other in pairs} - set(told))
    if missing:
        raise CannotRun(
            f"{len(missing)} COW alliances that ATOP names are not here (such as "
            f"{_short(missing[0])}): name an import of COW alliances too."
        )
    if not any(_promised(told[other]) for _, other in pairs):
        raise CannotRun(
            "No promise of COW is here: import its member file together with the directed file, "
            "which alone tells who owes what to whom."
        )
    return [Linked(one, other, told[one], told[other]) for one, other in sorted(pairs)]


def _promised(told: tuple[frozenset[str], ...]) -> bool:
    return "yes" in told[2] | told[3]


def in_words(found: Sequence[Linked]) -> str:
    """How many pairs there are, and how many of them agree in each aspect."""
    differing = [{aspect for aspect, _, _ in pair.differing()} for pair in found]
    lines = [f"{len(found)} pairs of alliances are linked; the two sets agree"]
    for aspect in ASPECTS:
        same = sum(aspect not in of_pair for of_pair in differing)
        lines.append(f"  on {aspect} in {same} ({same / len(found):.1%})")
    lines.append(f"  on all four in {sum(not of_pair for of_pair in differing)}")
    return "\n".join(lines) + "\n"


def write_differing(found: Sequence[Linked], path: Path) -> int:
    """One row for each pair and aspect that differs; how many rows."""
    rows = [
        [_short(pair.one), _short(pair.other), aspect.removeprefix("the ")]
        + [" ".join(sorted(map(_short, said))) for said in (a, b, a - b, b - a)]
        for pair in found
        for aspect, a, b in pair.differing()
    ]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([_OUT, *rows])
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written ({error.strerror}).") from error
    return len(rows)


def _told(store: ox.Store) -> dict[str, tuple[frozenset[str], ...]]:
    whole = dict(_ask(store, "?x f:phaseOf ?y ."))
    told: dict[str, tuple[set[str], ...]] = defaultdict(lambda: (set(), set(), set(), set()))
    for body, date in _ask(
        store,
        "GRAPH ?g { ?s a f:Act ; f:object ?x ; f:date ?y ; f:actKind ?k ."
        "  FILTER(?k IN (act:began, act:founded)) }",
    ):
        told[whole.get(body, body)][0].add(date[:4])
    for body, member in _ask(
        store, "GRAPH ?g { ?s a f:Membership ; f:arrangement ?x ; f:member ?y }"
    ):
        told[body][1].add(member)
    for body, kind in _ask(
        store,
        "GRAPH ?g { ?s a f:Commitment ; f:arrangement ?x ; f:commitmentType ?y ;"
        "  f:polarity <https://w3id.org/foedus/concept/polarity/affirmed> }",
    ):
        name = _short(kind)
        if name in ("defense", "consultation"):
            told[whole.get(body, body)][2 if name == "defense" else 3].add("yes")
    return {
        body: (
            frozenset({min(years)} if years else ()),
            frozenset(members),
            frozenset(defense or {"no"}),
            frozenset(consultation or {"no"}),
        )
        for body, (years, members, defense, consultation) in told.items()
    }


def _ask(store: ox.Store, pattern: str) -> Iterator[tuple[str, str]]:
    found = store.query(
        f"PREFIX f: <{F}> PREFIX act: <{BASE}concept/act/> "
        f"SELECT DISTINCT ?x ?y WHERE {{ {pattern} }}"
    )
    assert isinstance(found, ox.QuerySolutions)
    for solution in found:
        one, other = solution["x"], solution["y"]
        assert isinstance(one, ox.NamedNode)
        assert isinstance(other, ox.NamedNode | ox.Literal)
        yield one.value, other.value


def _short(name: str) -> str:
    return name.rsplit("/", 1)[-1]
