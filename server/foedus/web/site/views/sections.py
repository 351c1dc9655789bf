"""The sections of a page: planned first, read at once, then shown.

A page declares its parts. Each part picks its facts from the overview of the thing; all that is
picked is read in one go; the longer a page, the fewer rows of each part, so that it stays readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from foedus.web.site.asked import facts as asked
from foedus.web.site.asked import overview, quality
from foedus.web.site.asked.facts import Fact
from foedus.web.site.asked.statements import Said, statements
from foedus.web.site.views.desk import WHOLE, Desk, Section, iris_in_facts, iris_in_statements

HEADINGS: Mapping[str, str] = {
    "membership": "Memberships",
    "absence": "Absences",
    "commitment": "Commitments",
    "position": "Positions",
    "leadership": "Offices",
    "act": "What was done",
    "involvement": "Involvement",
    "relation": "Relations",
    "feature": "Institutions: has, lacks, plans",
    "requirement": "Requirements",
    "purpose": "Purposes",
    "member-count": "Counts",
    "classification": "What it is called",
    "definition": "Definitions",
    "naming": "Names",
    "assessment": "Assessments, by their authors",
}
#: Rows of a section on the page of a thing; the rest is one link away.
ROWS = 6
#: Rows on a whole page, and those that every section gets.
_PAGE, _EACH = 16, 1
#: Who leads stands before those who are merely in: the last part of the fact's name.
_LED = (".leader",)


class Known:
    """What a thing takes part in, and the facts and statements of it that the page shows."""

    def __init__(self, desk: Desk, iri: str) -> None:
        self.desk, self.iri = desk, iri
        self.entries = overview.facts_about(desk.knowledge, iri, desk.reader.day)
        self.said = overview.only_said_about(desk.knowledge, iri)
        wanted = desk.reader.evidence
        self.whole = len({entry.fact for entry in self.entries})
        if wanted:
            self._keep(*quality.CHOICES[wanted])
        self.kept = len({entry.fact for entry in self.entries})
        self._standing = {entry.fact: entry.standing for entry in self.entries}
        self._facts: dict[str, Fact] = {}
        self._statements: dict[str, Said] = {}

    def _keep(self, facet: str, wanted: str) -> None:
        """Keep only what rests on such evidence."""
        said = [iri for names in self.said.values() for iri in names]
        names = [*dict.fromkeys(entry.fact for entry in self.entries), *said]
        rests = quality.weights(self.desk.knowledge, names)
        kept = {iri for iri, weight in rests.items() if weight.has(facet, wanted)}
        self.entries = [entry for entry in self.entries if entry.fact in kept]
        of_kind = {kind: [st for st in names if st in kept] for kind, names in self.said.items()}
        self.said = {kind: names for kind, names in of_kind.items() if names}

    @property
    def kinds(self) -> list[str]:
        """Every kind of which there is anything, in the order of :data:`HEADINGS`."""
        found = {entry.kind for entry in self.entries} | set(self.said)
        return [kind for kind in HEADINGS if kind in found]

    def ids(self, kind: str, roles: Sequence[str] = (), *, by_time: bool = False) -> list[str]:
        """The facts of a kind in which the thing has one of *roles* (or any).

        Those that hold on the day come first, among them who leads; or what was first, in which
        case what has no known begin comes last.
        """
        chosen = [e for e in self.entries if e.kind == kind and (not roles or e.role in roles)]
        if by_time:
            chosen.sort(key=lambda e: (e.begin in ("", "0001-01-01"), e.begin, e.name, e.fact))
        else:
            chosen.sort(key=lambda e: (e.standing, not e.fact.endswith(_LED), e.name, e.fact))
        return list(dict.fromkeys(entry.fact for entry in chosen))

    def standing(self, ids: Iterable[str]) -> tuple[int, int]:
        """How many of these facts surely hold on the day, and how many possibly."""
        found = [self._standing.get(iri, 2) for iri in ids]
        return found.count(0), found.count(1)

    def load(self, facts: Iterable[str], said: Iterable[str]) -> None:
        """Read these facts and statements, and learn the names in them."""
        missing = [iri for iri in facts if iri not in self._facts]
        self._facts |= {fact.iri: fact for fact in asked.facts(self.desk.knowledge, missing)}
        wanted = [iri for iri in said if iri not in self._statements]
        self._statements |= {s.iri: s for s in statements(self.desk.knowledge, wanted)}
        self.desk.learn(
            iris_in_facts(self._facts.values()), iris_in_statements(self._statements.values())
        )

    def facts(self, ids: Iterable[str]) -> list[Fact]:
        """These facts, as far as they were loaded."""
        return [self._facts[iri] for iri in ids if iri in self._facts]

    def statements(self, ids: Iterable[str]) -> list[Said]:
        """These statements, as far as they were loaded."""
        return [self._statements[iri] for iri in ids if iri in self._statements]


@dataclass(frozen=True, slots=True)
class Part:
    """What a section is made of: facts of a *kind* in which the thing has one of these *roles*.

    ``show`` makes the section from the ids of facts and statements where it is no list of facts;
    ``lead`` is the part of a fact that a line begins with. ``also``: statements that nobody took
    as facts are shown here (once for each kind). ``always``: the section tells of silence too.
    """

    kind: str
    roles: tuple[str, ...] = ()
    id: str = ""
    heading: str = ""
    template: str = "facts"
    rows: int = ROWS
    by_time: bool = False
    lead: str = ""
    also: bool = True
    always: bool = False
    show: Callable[[Desk, Known, Part, Sequence[str], Sequence[str]], Section | None] | None = None

    @property
    def name(self) -> str:
        """The id of the section on the page and in ``?all=``."""
        return self.id or self.kind

    @property
    def title(self) -> str:
        """The heading of the section."""
        return self.heading or HEADINGS.get(self.kind, self.kind)


@dataclass(slots=True)
class _Plan:
    part: Part
    ids: list[str]
    said: Sequence[str]
    rows: int
    offset: int

    @property
    def wanted(self) -> int:
        """The rows that it could fill."""
        return min(self.part.rows, len(self.ids) + len(self.said))

    def facts(self) -> list[str]:
        return self.ids[self.offset : self.offset + self.rows]

    def statements(self, opened: bool) -> Sequence[str]:
        room = self.rows if opened else max(0, self.rows - len(self.facts()))
        return self.said[self.offset : self.offset + room]


def sections(desk: Desk, known: Known, parts: Sequence[Part]) -> list[Section]:
    """These sections, as far as there is anything in them, and one for every other kind."""
    named = {part.kind for part in parts}
    every = [*parts, *(Part(kind) for kind in known.kinds if kind not in named)]
    once = {part.name: part for part in reversed(every)}
    plans = []
    for part in every:
        if once[part.name] is not part:
            continue
        if not desk.wants(part.name):
            continue
        ids = known.ids(part.kind, part.roles, by_time=part.by_time)
        said = known.said.get(part.kind, ()) if part.also else ()
        # Where only some evidence is looked at, nothing is to be concluded from silence.
        if ids or said or (part.always and not desk.reader.evidence):
            limit, offset = desk.span(part.name, part.rows)
            plans.append(_Plan(part, ids, said, limit, offset))
    if not desk.reader.opened:
        _share(plans)
    opened = bool(desk.reader.opened)
    known.load(
        [iri for p in plans for iri in (p.ids[:_ALL] if p.part.show else p.facts())],
        [iri for p in plans for iri in (p.said[:8] if p.part.show else p.statements(opened))],
    )
    found = []
    for plan in plans:
        if plan.part.show:
            section = plan.part.show(desk, known, plan.part, plan.ids[:_ALL], plan.said)
        else:
            section = _listed(desk, known, plan, opened)
        if section is not None:
            found.append(section)
    return found


#: Facts that a section reads that is no list of facts, such as all promises among the parties.
_ALL = 1_000


def _share(plans: Sequence[_Plan]) -> None:
    """Give each section its first rows, and the rest of the page to the sections in their order."""
    left = _PAGE
    for plan in plans:
        plan.rows = min(_EACH, plan.wanted)
        left -= plan.rows
    for plan in plans:
        more = max(0, min(plan.wanted - plan.rows, left))
        plan.rows += more
        left -= more


def _listed(desk: Desk, known: Known, plan: _Plan, opened: bool) -> Section:
    part, facts = plan.part, known.facts(plan.facts())
    also = known.statements(plan.statements(opened))
    surely, possibly = known.standing(plan.ids)
    return Section(
        part.name,
        part.title,
        f"site/parts/{part.template}.html",
        {
            "facts": facts,
            "also": also,
            "lead": part.lead,
            "surely": surely,
            "possibly": possibly,
            "of_facts": len(plan.ids),
            "of_also": len(plan.said),
            "at_least": len(known.entries) >= overview.MOST,
        },
        total=len(plan.ids) + len(plan.said),
        hidden=max(0, len(plan.ids) - plan.offset - len(facts))
        + max(0, len(plan.said) - plan.offset - len(also)),
        page=desk.reader.page if desk.reader.opened == part.name else 1,
        pages=max(1, -(-max(len(plan.ids), len(plan.said)) // WHOLE)),
    )


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody's views: who holds them, and the facts that this one does."""

    iri: str
    facts: tuple[Fact, ...]


def by_author(facts: Sequence[Fact]) -> list[Author]:
    """Facts that keep who says so, by the one who does."""
    return [Author(iri, of) for iri, of in by_part(facts, "assertedBy")]


def by_part(facts: Sequence[Fact], name: str) -> list[tuple[str, tuple[Fact, ...]]]:
    """Facts by the value of a part, the most frequent first."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.one(name), []).append(fact)
    return [(v, tuple(of)) for v, of in sorted(found.items(), key=lambda i: (-len(i[1]), i[0]))]
