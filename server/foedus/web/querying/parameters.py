"""What of a competency question a form may change: the things, concepts and days that it names.

A question is a query with constants. Each thing or concept of ours in it, each day, and the day of
``?at`` is a parameter, with the constant as its default; a question needs to declare nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from foedus.content.names import BASE, expand, shorten
from foedus.content.questions import Question
from foedus.engine.as_of import asks_for_a_day
from foedus.engine.guard import is_iri, mentions
from foedus.engine.tokens import Token, scan

#: The folder of an IRI below the base, and what a form calls one of them.
_KINDS: Mapping[str, str] = {
    "id/state": "State",
    "id/actor": "Actor",
    "id/group": "Group",
    "id/organization": "Organization",
    "id/arrangement": "Alliance or grouping",
    "id/instrument": "Treaty or text",
    "id/proposal": "Proposal",
    "id/label": "Name in use",
    "id/person": "Person",
    "id/exercise": "Exercise",
    "id/event": "Event",
    "id/place": "Place",
    "id/source": "Source",
    "concept/act": "Kind of step",
    "concept/role": "Role",
    "concept/absence": "Kind of absence",
    "concept/commitment": "Kind of commitment",
    "concept/feature": "Institution",
    "concept/stance": "Stance",
    "concept/office": "Office",
    "concept/relation": "Relation",
    "concept/assessment": "Kind of assessment",
    "concept/typology": "Type",
}
_DAY = re.compile(r"(['\"])(\d{4}-\d\d-\d\d)\1\Z")
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
DAY = "day"
#: More concepts of one list than this are a list that the question gives, not fields.
_A_LIST = 2


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field: its name in the address, its label, what it holds, and where that stands.

    ``folder`` is that of the IRIs it takes (``id/state``), or :data:`DAY`.
    """

    name: str
    label: str
    folder: str
    value: str
    tokens: tuple[Token, ...]


class NotThat(ValueError):
    """A parameter was given something that it does not take; says what it takes."""


def without_header(text: str) -> str:
    """The query of a question without the comments that are its header."""
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip() + "\n"


def reads_a_day(text: str) -> bool:
    """Whether the query reads ``?at``."""
    return asks_for_a_day(list(scan(text)))


def parameters(question: Question) -> tuple[Parameter, ...]:
    """The parameters of a question, but for ``at``, in the order in which they occur."""
    text = without_header(question.text)
    found: dict[tuple[str, str], list[Token]] = {}
    for token, iri in mentions(text):
        folder = iri.removeprefix(BASE).rpartition("/")[0]
        if iri.startswith(BASE) and folder in _KINDS:
            found.setdefault((folder, iri), []).append(token)
    for token in scan(text):
        day = _DAY.match(token.text) if token.kind == "string" else None
        if day:
            found.setdefault((DAY, day[2]), []).append(token)
    for folder in {folder for folder, _ in found if folder.startswith("concept/")}:
        same = [key for key in found if key[0] == folder]
        for key in same if len(same) > _A_LIST else ():
            del found[key]
    ordered = sorted(found.items(), key=lambda item: item[1][0].start)
    return tuple(_numbered(ordered))


def _numbered(found: Sequence[tuple[tuple[str, str], list[Token]]]) -> list[Parameter]:
    folders = [folder for (folder, _), _ in found]
    made: list[Parameter] = []
    for position, ((folder, value), tokens) in enumerate(found):
        label = _KINDS.get(folder, "Day")
        slug = folder.rpartition("/")[2]
        if folders.count(folder) > 1:
            nth = folders[: position + 1].count(folder)
            label, slug = f"{label} {nth}", f"{slug}{nth}"
        shown = value if folder == DAY else shorten(value)
        made.append(Parameter(f"p_{slug}", label, folder, shown, tuple(tokens)))
    return made


def given(parameter: Parameter, text: str, choices: Mapping[str, str]) -> Parameter:
    """*parameter* with the value that somebody typed: a name, a prefixed name or an IRI.

    ``choices``: prefixed name to label. Raises :class:`NotThat`.
    """
    text = text.strip()
    if not text:
        return parameter
    if parameter.folder == DAY:
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            raise NotThat(
                f"{parameter.label} expects a day of the calendar, written YYYY-MM-DD."
            ) from None
        return replace(parameter, value=day.isoformat())
    by_label = {label.casefold(): name for name, label in choices.items()}
    name = by_label.get(text.casefold(), text)
    try:
        iri = expand(name.strip("<>"))
    except KeyError:
        iri = ""
    if not is_iri(iri) or ":" not in iri:
        raise NotThat(
            f"{parameter.label} expects a name from the list, or an IRI; "
            f"{parameter.value} is what it held."
        )
    return replace(parameter, value=shorten(iri))


def with_values(question: Question, chosen: Sequence[Parameter]) -> str:
    """The query of the question with the values of *chosen* where its constants stood."""
    text = without_header(question.text)
    before = {p.name: p.value for p in parameters(question)}
    places = sorted(
        ((token, p) for p in chosen if p.value != before[p.name] for token in p.tokens),
        key=lambda item: item[0].start,
        reverse=True,
    )
    for token, parameter in places:
        text = text[: token.start] + _written(token, parameter) + text[token.end :]
    return text


def _written(token: Token, parameter: Parameter) -> str:
    if parameter.folder == DAY:
        return token.text[0] + parameter.value + token.text[0]
    prefix, _, local = parameter.value.partition(":")
    same = token.kind == "name" and token.text.partition(":")[0] == prefix
    return parameter.value if same and _LOCAL.match(local) else f"<{expand(parameter.value)}>"
