"""From the code of a state in a data set to the state itself, in the days that are meant.

The states, their codes and their days in the interstate system are those of ``data/reference/``,
with a few that no list of the system has (``other_states.toml``: Annam). One code may
stand for several states one after the other (COW 345: Yugoslavia, then Serbia): an interval that
spans both is cut at the day of succession.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.locate import Content, packaged_content
from foedus.content.names import BASE, F, slug
from foedus.importers.dates import Interval
from foedus.importers.mapping import FOLDER
from foedus.importers.tables import Row

OTHER = FOLDER.parent / "other_states.toml"
_ALWAYS = ("0001-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True)
class State:
    """A state, by its slug, with its name in English and its days in the interstate system.

    ``spells`` are pairs of first and last day; the last day of the data where it is still there.
    ``kind`` is the folder of its IRI; ``comment`` is given where no list of the system has it, so
    that the import must declare it, as ``declared`` (a class).
    """

    slug: str
    name: str
    spells: tuple[tuple[str, str], ...] = ()
    kind: str = "state"
    declared: str = ""
    comment: str = ""

    @property
    def iri(self) -> str:
        """What names it."""
        return f"{BASE}id/{self.kind}/{self.slug}"

    def holds(self, begin: str, end: str) -> bool:
        """Whether it was in the system on every day between the two."""
        return any(first <= begin and end <= last for first, last in self.spells)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of an interval in which a code means one state."""

    state: State
    interval: Interval
    cut: bool = False

    @property
    def note(self) -> str | None:
        """What is to be said of the state in these days, if anything."""
        if self.cut:
            return "The code stands for states that followed one another; cut where they did."
        if self.state.spells and not self.state.holds(self.interval.first, self.interval.last):
            return "On some of these days the state was not a member of the interstate system."
        return None


class States:
    """Every state by its codes. ``other`` gathers those that the import must declare."""

    def __init__(
        self,
        cow: dict[str, list[State]],
        gw: dict[str, list[State]],
        iso: dict[str, list[State]],
        codes: dict[str, dict[str, list[str]]],
    ) -> None:
        self._cow, self._gw, self._iso, self._codes = cow, gw, iso, codes
        self._named = {state.slug: state for found in cow.values() for state in found}
        self.other: set[State] = set()

    def of_code(self, code: str) -> list[State]:
        """The states of a COW code (or one of a data set that extends it), earlier ones first."""
        return self._used(self._cow.get(code, []))

    def of_gw(self, code: str) -> list[State]:
        """The states of a code of Gleditsch and Ward, earlier ones first."""
        return self._used(self._gw.get(code, []))

    def of_iso(self, letters: str) -> State | None:
        """The state of three letters of ISO 3166."""
        return next(iter(self._used(self._iso.get(letters, []))), None)

    def named(self, slug: str) -> State:
        """The state that we name so. Raises :class:`KeyError`."""
        return self._named[slug]

    def codes_of(self, state: State, name: str) -> list[str]:
        """The codes that we ship of a state, by the name of the property: ``isoAlpha3``."""
        return self._codes.get(state.slug, {}).get(name, [])

    def _used(self, states: list[State]) -> list[State]:
        self.other.update(state for state in states if state.declared)
        return states

    def parts(self, row: Row, column: str, interval: Interval) -> list[Part]:
        """The states that the code in *column* means in *interval*, each with its part of it.

        Complains, and gives nothing, where the code stands in no list.
        """
        code = row[column]
        states = self.of_code(code)
        if not states:
            row.wrong(
                "import-state",
                column,
                f"there is no state {code} in the lists of states",
                "Correct the code, or add the state to other_states.toml.",
            )
        return cut(states, interval)


def cut(states: list[State], interval: Interval) -> list[Part]:
    """The parts of *interval* that belong to each of *states*, which follow one another."""
    if len(states) < 2:
        return [Part(state, interval) for state in states]
    begin, end = interval.first, interval.last
    parts = []
    for number, state in enumerate(states):
        opened = state.spells[0][0] if number else _ALWAYS[0]
        closed = state.spells[-1][1] if number + 1 < len(states) else _ALWAYS[1]
        # On the day of succession itself the list has both; what ends then is the former's.
        if opened > end or closed < begin or (begin != end and (end == opened or begin == closed)):
            continue
        starts_here, ends_here = opened <= begin, end <= closed
        part = Interval(
            interval.begin if starts_here else opened,
            interval.end if ends_here else closed,
            interval.known_until if ends_here else None,
        )
        parts.append(Part(state, part, cut=not (starts_here and ends_here)))
    return parts


def read_states(content: Content | None = None) -> States:
    """The states of the reference data, and those that no list of the system has."""
    root = (content or Content(packaged_content())).root
    codes, gw, names, iso = (defaultdict[str, list[str]](list) for _ in range(4))
    spells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    folder = root / "data" / "reference"
    states: set[str] = set()
    shipped: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for subject, found in _subjects(folder / "codes.ttl", folder / "states.ttl").items():
        if "ofState" in found:
            last = found.get("end") or found["knownUntil"]
            spells[slug(found["ofState"][0])].append((found["begin"][0], last[0]))
        elif subject.startswith(f"{BASE}id/state/"):
            name = slug(subject)
            states.add(name)
            for key, table in (("cowCode", codes), ("gwCode", gw), ("isoAlpha3", iso)):
                for code in found.get(key, ()):
                    table[code].append(name)
            shipped[name] |= found
            names[name] += found.get("label", [])
    made = {
        name: State(name, names[name][0] if names[name] else name, tuple(sorted(spells[name])))
        for name in states
    }
    tables: list[dict[str, list[State]]] = [
        {
            code: sorted((made[name] for name in which), key=lambda state: state.spells)
            for code, which in table.items()
        }
        for table in (codes, gw, iso)
    ]
    for said in tomllib.loads(OTHER.read_text(encoding="utf-8"))["state"]:
        state = State(said["slug"], said["name"], (), said["kind"], said["class"], said["comment"])
        for key, made_of in (("code", tables[0]), ("iso", tables[2])):
            if key in said:
                made_of[said[key]] = [state]
    return States(tables[0], tables[1], tables[2], shipped)


def _subjects(*paths: Path) -> dict[str, dict[str, list[str]]]:
    """What the files say of each subject in our own terms, and its label in English."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in paths:
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                continue
            name = triple.predicate.value
            if name.startswith(F):
                said[triple.subject.value][name[len(F) :]].append(triple.object.value)
            elif name.endswith("#label") and getattr(triple.object, "language", "") == "en":
                said[triple.subject.value]["label"].append(triple.object.value)
    return said
