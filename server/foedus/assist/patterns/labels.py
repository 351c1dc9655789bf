"""The claim of a candidate in one sentence of our own, made from its slots alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from foedus.assist.model import Passage

Row = Mapping[str, Sequence[tuple[ox.NamedNode | ox.Literal, Passage]]]
_SENTENCES = {
    "Membership": "{member} in {arrangement|instrument}: {role}",
    "Absence": "{absentee} not in {arrangement|event}: {absenceKind}",
    "MemberCount": "{countOf}: {count|share} counted as {counted}",
    "Act": "{agent} – {actKind} – {object|counterpart|newName}",
    "Commitment": "{obligor} owe {obligee}: {commitmentType}",
    "Feature": "{arrangement}, {feature}: {value}",
    "Requirement": "{requiredFor} would need: {requires}",
    "Position": "{holder} – {stance} – {object}",
    "Leadership": "{person}: {office} of {officeOf|arrangement} ({stage})",
    "Involvement": "{participant} in {event}: {involvementRole}",
    "Naming": "{named} also goes by {name}",
    "Definition": "{defined}, as defined here",
    "Assessment": "{about}: {assessmentKind}",
    "Classification": "{classified} is classed as {type}",
    "Relation": "{from} and {to}: {relationKind}",
    "Purpose": "{purposeOf} serves {purpose}",
}
_DATES = ("date", "begin", "end")


def label_of(kind: str, row: Row, polarity: str, tense: str, title: Callable[[str], str]) -> str:
    """One sentence, in English, for the statement that *row* makes."""

    def of(name: str) -> str:
        words = [
            title(value.value) if isinstance(value, ox.NamedNode) else value.value
            for part in name.split("|")
            for value, _ in row.get(part, ())
        ]
        return ", ".join(dict.fromkeys(words))

    class Words(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return of(key)

    text = _SENTENCES[kind].format_map(Words())
    text = text.removeprefix(" – ").removesuffix(" – ").strip()
    when = ", ".join(f"{name} {of(name)}" for name in _DATES if of(name))
    more = [w for w in (when, "denied" if polarity == "negated" else "",
                        "" if tense in ("past", "current") else tense) if w]  # fmt: skip
    return f"{text[:1].upper()}{text[1:]}{' (' + '; '.join(more) + ')' if more else ''}."
