"""What a new release of a data set says that an older one did not.

Two imports are laid side by side claim by claim, not byte by byte: what a statement says of several
pairs of states is one claim for each. The end of the coverage, the words of labels and the rows of
the files are left out, for they differ in every release.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.content.imported import Import, open_import
from foedus.content.names import BASE, F, slug
from foedus.findings import CannotRun
from foedus.importers.writing import RDF_TYPE

#: What tells a claim of these kinds from others of its kind; of the rest, the statement's name.
KEYS = {
    "Membership": ("member", "arrangement", "instrument", "role", "spell"),
    "Commitment": ("obligor", "obligee", "commitmentType", "arrangement", "instrument", "spell"),
    "Feature": ("arrangement", "feature"),
    "Absence": ("absentee", "arrangement", "absenceKind"),
}
#: What may differ without the release having changed its mind.
APART = frozenset({"evidence", "assertedBy", "knownUntil", "tense", "note"})

Key = tuple[str, ...]
Value = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that both make with other values: slot by slot, before and after."""

    key: Key
    slots: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class KindDifference:
    """What differs in the claims of one kind."""

    added: list[Key] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0


@dataclass(slots=True)
class Difference:
    """What differs between two imports, kind by kind; arrangements are things, not claims."""

    old: str
    new: str
    arrangements: KindDifference
    kinds: dict[str, KindDifference]

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind were added, are gone, changed, stayed the same."""
        return {
            name: {
                "added": len(kind.added),
                "gone": len(kind.gone),
                "changed": len(kind.changed),
                "same": kind.same,
            }
            for name, kind in [("Arrangement", self.arrangements), *self.kinds.items()]
        }

    def report(self) -> Iterator[str]:
        """The counts as a table in Markdown, line by line."""
        yield "| | added | gone | changed | the same |\n| --- | ---: | ---: | ---: | ---: |\n"
        for name, counts in self.counts().items():
            yield f"| {name} | {' | '.join(str(number) for number in counts.values())} |\n"


def compare_imports(old: Path, new: Path) -> Difference:
    """What *new* says that *old* did not, and the other way round.

    Raises :class:`CannotRun` for what is no import, and for imports of two data sets.
    """
    before, after = open_import(old), open_import(new)
    if before.manifest["title"] != after.manifest["title"]:
        raise CannotRun(
            f"{old} is {before.manifest['dataset']}, {new} is {after.manifest['dataset']}: two "
            "data sets. Lay two releases of one side by side."
        )
    one, other = _Side(before), _Side(after)
    arrangements, touched = KindDifference(), _touched(one, other)
    for name in sorted(one.arrangements | other.arrangements):
        if name not in one.arrangements:
            arrangements.added.append((name,))
        elif name not in other.arrangements:
            arrangements.gone.append((name,))
        elif name in touched:
            arrangements.changed.append(Change((name,), ()))
        else:
            arrangements.same += 1
    kinds = {
        kind: _compare(one.claims[kind], other.claims[kind])
        for kind in sorted({*one.claims, *other.claims})
    }
    return Difference(before.manifest["dataset"], after.manifest["dataset"], arrangements, kinds)


def _compare(old: dict[Key, Value], new: dict[Key, Value]) -> KindDifference:
    found = KindDifference()
    for key in sorted({*old, *new}):
        if key not in old:
            found.added.append(key)
        elif key not in new:
            found.gone.append(key)
        elif old[key] != new[key]:
            found.changed.append(Change(key, tuple(_slots(old[key], new[key]))))
        else:
            found.same += 1
    return found


def _slots(old: Value, new: Value) -> Iterator[tuple[str, str, str]]:
    before, after = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for values, found in ((old, before), (new, after)):
        for slot, value in values:
            found[slot].append(value)
    for slot in sorted({*before, *after}):
        if before[slot] != after[slot]:
            yield slot, ", ".join(before[slot]), ", ".join(after[slot])


def _touched(one: _Side, other: _Side) -> set[str]:
    """The arrangements of which the two sides say different things."""
    return {
        name
        for name in one.said.keys() | other.said.keys()
        if one.said.get(name) != other.said.get(name)
    }


class _Side:
    """The claims of one import by kind, and what is said of each arrangement."""

    def __init__(self, of: Import) -> None:
        self.claims: dict[str, dict[Key, Value]] = defaultdict(dict)
        self.arrangements: set[str] = set()
        self.said: dict[str, Counter[tuple[str, Key, Value]]] = defaultdict(Counter)
        self._phases: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        for name, found in _subjects(of):
            self._take(name, found)
        for kind, claims in self.claims.items():
            for key, value in claims.items():
                for arrangement in self._of(kind, key, value):
                    self.said[arrangement][kind, key, value] += 1

    def _take(self, name: str, found: dict[str, list[str]]) -> None:
        kinds = found.get("type", [])
        if "phaseOf" in found:
            self._phases[name] = found["phaseOf"][0]
        if "SecurityArrangement" in kinds or "SecurityOrganization" in kinds:
            self.arrangements.add(name)
        if "modality" not in found:
            return
        kind = kinds[0]
        keys = KEYS.get(kind)
        slots = {slot: values for slot, values in found.items() if slot not in APART | {"type"}}
        slots.pop("modality")
        if keys is None:
            self.claims[kind][(name,)] = _value(slots)
            return
        rest = _value({slot: values for slot, values in slots.items() if slot not in keys})
        for key in _keys([slots.get(slot, [""]) for slot in keys]):
            if kind != "Commitment" or key[0] != key[1]:
                self.claims[kind][key] = rest

    def _of(self, kind: str, key: Key, value: Value) -> set[str]:
        names = {*key, *(told for _, told in value)}
        names |= {self._phases[name] for name in names if name in self._phases}
        return names & self.arrangements


def _value(slots: dict[str, list[str]]) -> Value:
    return tuple((slot, value) for slot in sorted(slots) for value in sorted(slots[slot]))


def _keys(parts: list[list[str]]) -> Iterator[Key]:
    if not parts:
        yield ()
        return
    for first in parts[0]:
        for rest in _keys(parts[1:]):
            yield (first, *rest)


def _subjects(of: Import) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Each subject with what is said of it, by local names; its quads stand together."""
    subject, found = "", defaultdict[str, list[str]](list)
    for quad in ox.parse(path=str(of.path), format=ox.RdfFormat.N_QUADS):
        here = _local(quad.subject.value)
        if here != subject and subject:
            yield subject, found
            found = defaultdict(list)
        subject = here
        predicate = quad.predicate.value
        if predicate == RDF_TYPE:
            found["type"].append(slug(quad.object.value).removeprefix("ontology#"))
        elif predicate.startswith(F):
            found[predicate[len(F) :]].append(_local(quad.object.value))
    if subject:
        yield subject, found


def _local(name: str) -> str:
    """``state/france`` for what is ours, without the release in the name of a statement."""
    if not name.startswith(BASE):
        return name
    parts = name[len(BASE) :].removeprefix("id/").removeprefix("concept/").split("/")
    if parts[0] in ("statement", "evidence"):
        parts[1:2] = []
    return "/".join(parts)
