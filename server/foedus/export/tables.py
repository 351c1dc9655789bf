"""The tables: what each is about, and what each of its columns means.

A column is text, an integer, a number, a day, a truth, or a flag (1, 0, or not known). Several
values in one cell are a list in JSON and are joined by `` | `` elsewhere. Nothing stands for
silence but an empty cell (NA in a flag): it never means no.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TEXT, INTEGER, NUMBER, DAY, TRUTH, FLAG = "text", "integer", "number", "day", "truth", "flag"
#: Between several values in one cell.
SEPARATOR = " | "

Cell = str | int | float | bool | list[str] | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its meaning, what its cells hold, and whether they may hold several."""

    name: str
    meaning: str
    type: str = TEXT
    many: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, what one row is, and its columns."""

    name: str
    title: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def entity(name: str, meaning: str, *, state: bool = False, many: bool = False) -> list[Column]:
    """The columns of a thing: its name, its IRI, and for what may be a state its codes."""
    columns = [
        Column(name, f"{meaning}: name in English", many=many),
        Column(f"{name}_iri", f"{meaning}: IRI", many=many),
    ]
    if state:
        columns += [
            Column(f"{name}_iso3", f"{meaning}: ISO 3166-1 alpha-3 code, of a state", many=many),
            Column(f"{name}_cow", f"{meaning}: COW country code, of a state", many=many),
        ]
    return columns


_BOUNDS = (
    Column("earliest_begin", "first day on which it may have begun; empty: no bound known", DAY),
    Column("latest_begin", "last day on which it may have begun; empty: no bound known", DAY),
    Column("earliest_end", "first day on which it may have ended; empty: no bound known", DAY),
    Column("latest_end", "last day on which it may have ended; empty: no bound known", DAY),
    Column(
        "end_kind",
        "what is known of the end: ended; open (it held when the source was written); unknown",
    ),
)
_DATES = (
    Column("begin", "begin as the sources give it, in EDTF", many=True),
    Column("end", "end as the sources give it, in EDTF", many=True),
    Column("date", "date as the sources give it, or as a curator infers it, in EDTF", many=True),
)
_BEHIND = (
    Column("sources", "IRIs of the sources that say so", many=True),
    Column("modalities", "how the sources say so, as codes of the scheme modality", many=True),
    Column("statements", "IRIs of the statements behind the fact", many=True),
)
_FACT = Column("fact", "IRI of the fact: one situation in the world, however many sources tell it")


def _facts(name: str, title: str, row: str, *columns: Column) -> Table:
    return Table(name, title, row, (_FACT, *columns, *_DATES, *_BOUNDS, *_BEHIND))


MEMBERSHIPS = _facts(
    "memberships",
    "Memberships",
    "one membership that we accept: one member, one body, one role, one stay",
    *entity("member", "who belongs", state=True),
    *entity("body", "the arrangement, organization or instrument"),
    Column("role", "standing in the body, as a code of the scheme role"),
)
COMMITMENTS = _facts(
    "commitments",
    "Commitments",
    "one commitment that we accept, directed: one obligor, one obligee, one type, one text",
    *entity("obligor", "who promised", state=True),
    *entity("obligee", "to whom", state=True),
    Column("commitment_type", "what was promised, as a code of the scheme commitment"),
    *entity("instrument", "the text in which it is promised", many=True),
    *entity("arrangement", "the arrangement to which it belongs", many=True),
    *entity("provision", "the article or clause", many=True),
    *entity("condition", "the situation in which it binds (casus foederis)", many=True),
    Column("discretion", "how free the obligor is, as a code of the scheme discretion", many=True),
    Column("force", "whether it binds in law, as a code of the scheme force", many=True),
    Column("publicity", "whether the text is public, as a code of the scheme publicity", many=True),
    Column("mutual", "whether the obligee owes the same to the obligor", TRUTH),
    Column("addresses_non_state", "whether it is aimed at others than states too", TRUTH),
    *entity("named_adversary", "against whom, where the text names somebody", many=True),
)
POSITIONS = _facts(
    "positions",
    "Positions",
    "one position: that somebody holds one stance, by the word of one speaker",
    *entity("holder", "whose stance it is", state=True),
    Column("stance", "the stance, as a code of the scheme stance"),
    *entity("object", "towards what", many=True),
    Column("polarity", "affirmed or negated, as a code of the scheme polarity", many=True),
    *entity("asserted_by", "who says so", many=True),
)
EVENTS = _facts(
    "events",
    "Events",
    "one act, or one involvement of somebody in an event",
    Column("what", "act: a step that was taken; involvement: a part that somebody took"),
    Column("kind", "kind of act (scheme act), or part taken (scheme involvement)"),
    *entity("actor", "who did it or took part", state=True, many=True),
    *entity("object", "what it was done to, or the event", many=True),
    *entity("counterpart", "with or to whom", many=True),
    *entity("place", "where", many=True),
)
FEATURES = _facts(
    "features",
    "Institutional features",
    "one feature that an arrangement has, lacks or plans, by the word of one speaker",
    *entity("arrangement", "the arrangement or organization"),
    Column("feature", "the feature, as a code of the scheme feature"),
    Column(
        "value",
        "yes, no or planned, as a code of the scheme value; no row: no source says",
    ),
    *entity("asserted_by", "who says so", many=True),
)
STATES = Table(
    "states",
    "States",
    "one state, with the codes that others know it by",
    (
        *entity("state", "the state"),
        Column("iso2", "ISO 3166-1 alpha-2 code; NA is Namibia, not a missing value", many=True),
        Column("iso3", "ISO 3166-1 alpha-3 code", many=True),
        Column("iso_numeric", "ISO 3166-1 numeric code, three digits", many=True),
        Column("cow", "COW country code", many=True),
        Column("cow_abbreviation", "COW abbreviation, not the ISO code", many=True),
        Column("gw", "Gleditsch-Ward number", many=True),
        Column("wikidata", "item of Wikidata", many=True),
        Column("spells", "spells in the interstate system, as EDTF intervals", many=True),
    ),
)
_COLUMN_OF_TYPE = (
    ("defense", "atop_defense", "state1 owes state2 defense against attack"),
    ("offense", "atop_offense", "state1 owes state2 aid in conflict other than defense"),
    ("neutrality", "atop_neutral", "state1 owes state2 neutrality in conflict with others"),
    ("nonaggression", "atop_nonagg", "state1 has promised not to use force against state2"),
    ("consultation", "atop_consul", "state1 owes state2 consultation in crises"),
)
#: The types of commitment that have a column among the dyad-years, in the order of the columns.
DYAD_TYPES = tuple(kind for kind, _, _ in _COLUMN_OF_TYPE)
DYAD_YEARS = Table(
    "dyad-years",
    "Directed dyad-years",
    "one ordered pair of states in one year, for each year of which some source tells of a "
    "promise between the two",
    (
        Column("ccode1", "COW country code of the state that owes", INTEGER),
        Column("ccode2", "COW country code of the state that is owed", INTEGER),
        Column("year", "calendar year", INTEGER),
        *(
            Column(
                name,
                f"{meaning}. 1: surely on some day of the year; 0: a source says that it does "
                "not; NA: no source covers it",
                FLAG,
            )
            for _, name, meaning in _COLUMN_OF_TYPE
        ),
        *(
            Column(f"{state}{suffix}", f"{meaning}: {what}")
            for state, meaning in (("state1", "who owes"), ("state2", "who is owed"))
            for suffix, what in (
                ("", "name in English"),
                ("_iri", "IRI"),
                ("_iso3", "ISO 3166-1 alpha-3 code"),
            )
        ),
        Column("sources", "IRIs of the sources behind the ones and zeros", many=True),
    ),
)
#: The tables of facts: what we accept, one row for each situation in the world.
FACTS: Sequence[Table] = (MEMBERSHIPS, COMMITMENTS, POSITIONS, EVENTS, FEATURES)
#: Every table but those of statements, which follow the kinds that the vocabulary has.
FIXED: Sequence[Table] = (*FACTS, DYAD_YEARS, STATES)

_SPOKEN = (
    Column("statement", "IRI of the statement"),
    Column("label", "the statement in our words"),
    Column("source", "IRI of the source that makes it"),
)
_VOICE = (
    Column("asserted_by", "IRIs of who says so", many=True),
    Column("cited_work", "IRIs of the works that the source cites for it", many=True),
    Column("modality", "how it is said, as a code of the scheme modality", many=True),
    Column("polarity", "affirmed, negated or not stated", many=True),
    Column("tense", "past, current, planned, proposed or conditional", many=True),
    Column("certainty", "how sure the reading is, as a code of the scheme certainty", many=True),
    Column("rank", "preferred, normal or deprecated", many=True),
    Column(
        "accepted", "whether we accept it as a fact, or as a fact that somebody holds it", TRUTH
    ),
    Column("fact", "IRIs of the facts that rest on it; empty: none does", many=True),
)


def statements_of(kind: str, label: str, slots: Sequence[tuple[str, str, str]]) -> Table:
    """The table of all statements of a kind, whoever says them and whether accepted or not.

    *slots* are the names, meanings and types of what a statement of the kind says.
    """
    return Table(
        kind,
        f"Statements: {label}",
        "one statement of a source, accepted or not",
        (
            *_SPOKEN,
            *(Column(name, meaning, type_, many=True) for name, meaning, type_ in slots),
            *_BOUNDS,
            *_VOICE,
        ),
    )
