"""How actors came to stand to a thing: the table of all of them, the time line of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foedus.web.site.asked.courses import SAYS, Step, related, steps
from foedus.web.site.asked.facts import Fact
from foedus.web.site.views import drawings
from foedus.web.site.views.desk import Desk, iris_in_facts, iris_in_statements

#: Actors on one page of the table; steps that a line shows of each kind.
ACTORS, SHOWN = 30, 2


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of one actor, in the order of time, and by what they say."""

    actor: str
    steps: tuple[Step, ...]

    @property
    def by_word(self) -> Mapping[str, list[Step]]:
        """The steps by what they say."""
        return {says: [s for s in self.steps if s.says == says] for says in SAYS}


@dataclass(frozen=True, slots=True)
class CoursesView:
    """The courses of a page, how many there are, and the picture of a single one."""

    courses: Sequence[Course]
    total: int
    things: Sequence[str]
    timeline: drawings.TimelineView | None


def view(desk: Desk, thing: str, actor: str = "") -> CoursesView:
    """The courses of all actors towards *thing*, on this page of them, or of one."""
    things = related(desk.knowledge, thing)
    by_actor: dict[str, list[Step]] = {}
    for step in steps(desk.knowledge, things, actor):
        by_actor.setdefault(step.actor, []).append(step)
    desk.learn(by_actor, things)
    ordered = sorted(by_actor, key=lambda iri: (str(desk.reader.named(iri)).casefold(), iri))
    first = (desk.reader.page - 1) * ACTORS
    courses = [Course(iri, tuple(by_actor[iri])) for iri in ordered[first : first + ACTORS]]
    entries = [step.entry for course in courses for step in course.steps]
    desk.learn(
        iris_in_facts(e for e in entries if isinstance(e, Fact)),
        iris_in_statements(s for course in courses for step in course.steps for s in step.basis),
    )
    return CoursesView(
        courses, len(by_actor), things, _timeline(desk, things, actor) if actor else None
    )


def _timeline(desk: Desk, things: Sequence[str], actor: str) -> drawings.TimelineView | None:
    nodes = " ".join(f"<{thing}>" for thing in things)
    pattern = f"""VALUES ?thing {{ {nodes} }}
  {{ ?x f:holder|f:agent <{actor}> ; f:object ?thing ; f:stance|f:actKind ?about }}
  UNION {{ ?x f:counterpart <{actor}> ; f:object ?thing ; f:actKind ?about }}
  UNION {{ ?x f:member <{actor}> ; f:arrangement|f:instrument ?thing ; f:role ?about }}
  UNION {{ ?x f:absentee <{actor}> ; f:arrangement|f:instrument ?thing ; f:absenceKind ?about }}
  ?x f:basis ?said ."""
    return drawings.timeline(desk, pattern, most=30)
