"""How an actor came to stand to a body, text or proposal: asked, listed, against, in, out.

Steps are positions, acts, memberships and absences of the actor that are about the thing, about a
proposal that it came of or what became of it. What is said and no fact is a step too: that somebody
denies having been asked is seldom more than said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foedus.content.names import slug
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.site.asked.bounds import FIRST_DAY, Bounds
from foedus.web.site.asked.facts import Fact, facts
from foedus.web.site.asked.statements import Said, statements

#: Steps that are read for one thing.
MOST = 2_000
#: Kinds of things towards which there are steps.
_OF = "arrangement|organization|instrument|proposal"
#: What a step can say, in the order of the columns.
SAYS: Mapping[str, str] = {
    "asked": "Asked or invited",
    "listed": "Listed by another",
    "for": "For it",
    "against": "Denied, declined, against it",
    "in": "Joined, or in",
    "out": "Left, or out",
    "other": "Otherwise",
}
_ACTS_DONE = {
    **dict.fromkeys(("joined", "acceded", "signed", "ratified"), "in"),
    **dict.fromkeys(("founded", "succeeded", "reinstated", "initialled", "adopted"), "in"),
    **dict.fromkeys(("withdrew", "denounced", "notified-withdrawal", "suspended"), "out"),
    **dict.fromkeys(("refused", "criticized", "apologized"), "against"),
    **dict.fromkeys(("agreed", "accepted", "approved", "proposed", "launched"), "for"),
    **dict.fromkeys(("announced", "pledged"), "for"),
}
_ACTS_RECEIVED = dict.fromkeys(("requested", "offered", "proposed"), "asked")
_STANCES = {
    **dict.fromkeys(("proposes", "supports", "endorses", "welcomes", "willing"), "for"),
    **dict.fromkeys(("interested", "seeks", "urges", "accepts"), "for"),
    **dict.fromkeys(("declines", "rejects", "denies", "opposes", "criticizes"), "against"),
    **dict.fromkeys(("doubts", "skeptical"), "against"),
}
_ROLES = {
    **dict.fromkeys(("founding-member", "member", "leader", "party", "acceding-state"), "in"),
    **dict.fromkeys(("associate", "signatory-only"), "in"),
    **dict.fromkeys(("former", "suspended", "participation-frozen"), "out"),
    "invited": "asked",
    "listed-by-other": "listed",
    "supporter": "for",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an actor: the fact, or the statement that is none, and what it says."""

    actor: str
    entry: Fact | Said
    says: str

    @property
    def taken(self) -> bool:
        """Whether it is a fact."""
        return isinstance(self.entry, Fact)

    @property
    def basis(self) -> tuple[Said, ...]:
        """The statements behind it."""
        return self.entry.basis if isinstance(self.entry, Fact) else (self.entry,)

    @property
    def bounds(self) -> Bounds | None:
        """When it was."""
        return self.entry.bounds


def related(knowledge: Knowledge, thing: str) -> list[str]:
    """The thing, the proposals that it came of, and what became of it."""
    rows = knowledge.rows(
        f"SELECT DISTINCT ?x {{ {{ ?x f:realizedAs <{thing}> }} UNION "
        f"{{ <{thing}> f:realizedAs ?x }} }} ORDER BY STR(?x) LIMIT 20"
    )
    return [thing, *(value(row["x"]) for row in rows)]


def steps(knowledge: Knowledge, things: Sequence[str], actor: str = "") -> list[Step]:
    """The steps towards *things*, of one actor or of all, each actor's in the order of time.

    What has no known begin comes last.
    """
    nodes = " ".join(f"<{thing}>" for thing in things)
    who = f"VALUES ?actor {{ <{actor}> }} " if actor else ""
    pattern = """{ ?x f:holder|f:agent|f:counterpart ?actor ; f:object ?thing }
          UNION { ?x f:member|f:absentee ?actor ; f:arrangement|f:instrument ?thing }"""
    found = knowledge.rows(
        f"""SELECT DISTINCT ?actor ?x {{ VALUES ?thing {{ {nodes} }} {who}
          {pattern} FILTER(?actor NOT IN ({", ".join(f"<{t}>" for t in things)}))
          FILTER EXISTS {{ ?x f:basis ?any }} }} ORDER BY STR(?actor) STR(?x) LIMIT {MOST}"""
    )
    only_said = knowledge.rows(
        f"""SELECT DISTINCT ?actor ?x {{ VALUES ?thing {{ {nodes} }} {who}
          GRAPH ?g {{ {pattern} }} ?x f:statementKind ?kind .
          FILTER(?actor NOT IN ({", ".join(f"<{t}>" for t in things)}))
          FILTER NOT EXISTS {{ ?fact f:basis ?x }} }} ORDER BY STR(?actor) STR(?x) LIMIT {MOST}"""
    )
    known: dict[str, Fact | Said] = {
        **{s.iri: s for s in statements(knowledge, (value(row["x"]) for row in only_said))},
        **{f.iri: f for f in facts(knowledge, list({value(row["x"]): 0 for row in found}))},
    }
    pairs = [(value(row["actor"]), known.get(value(row["x"]))) for row in (*found, *only_said)]
    return _ordered(Step(actor, entry, _says(entry, actor)) for actor, entry in pairs if entry)


def _ordered(found: Iterable[Step]) -> list[Step]:
    def when(step: Step) -> tuple[bool, str, str]:
        bounds = step.bounds
        if bounds is None:
            return True, "", step.entry.iri
        unknown = bounds.earliest_begin == FIRST_DAY
        return unknown, bounds.latest_begin, step.entry.iri

    return sorted(found, key=when)


def _says(entry: Fact | Said, actor: str) -> str:
    denied = entry.polarity.endswith("/negated")
    if entry.kind == "absence":
        return "against" if entry.one("absenceKind").endswith("/refused") else "out"
    if entry.kind == "act":
        acts = _ACTS_RECEIVED if actor in entry.parts.get("counterpart", ()) else _ACTS_DONE
        says = acts.get(slug(entry.one("actKind")), "other")
    elif entry.kind == "position":
        says = _STANCES.get(slug(entry.one("stance")), "other")
    else:
        says = _ROLES.get(slug(entry.one("role")), "other")
    if not denied:
        return says
    # A stance or membership denied is its contrary; of an act that was not done nothing follows.
    return {"for": "against", "in": "out"}.get(says, "other") if entry.kind != "act" else "other"


def towards(knowledge: Knowledge, actor: str) -> list[str]:
    """The bodies, texts and proposals towards which an actor took any step, no more than 500."""
    rows = knowledge.rows(
        f"""SELECT DISTINCT ?thing {{
          {{ ?x f:holder|f:agent|f:counterpart <{actor}> ; f:object ?thing }}
          UNION {{ ?x f:member|f:absentee <{actor}> ; f:arrangement|f:instrument ?thing }}
          ?x f:basis ?any . FILTER(REGEX(STR(?thing), "/id/({_OF})/"))
        }} ORDER BY STR(?thing) LIMIT 500"""
    )
    return [value(row["thing"]) for row in rows]
