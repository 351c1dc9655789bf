"""Dates and numbers in a row of units.

A date is EDTF (ISO 8601-2), level 1: ``1999-04-02``, ``199X``, ``2004-22`` for a summer,
``XXXX-09-15`` for a day without its year. What is relative ("last Monday") becomes a day only where
the day of the text is known.
"""

from __future__ import annotations

import datetime
import re

from foedus.assist.mentions.units import DATE, NUMBER, Sentence, Unit, cover, put
from foedus.check.grounding.lexicon import Lexicon

_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+|\d+(?:\.\d+)?)(?![\w])")
_UNITS_FROM, _UNITS_TO = 1, 10
_TENS = 100
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Dates:
    """The dates of one text; ``published`` is its day (EDTF), if known."""

    def __init__(self, lexicon: Lexicon, published: str | None) -> None:
        months = {
            name.casefold(): int(number)
            for number, names in lexicon.table["months"].items()
            for name in names
        }
        seasons = {
            name.casefold(): number
            for number, names in lexicon.table["seasons"].items()
            for name in names
        }
        month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
        season = "|".join(seasons)
        day = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:<sup>)?(?:st|nd|rd|th)?(?:</sup>)?"
        year = r"(?P<year>1[5-9]\d\d|20\d\d)"
        self._months, self._seasons = months, seasons
        self._patterns = [
            re.compile(pattern, re.IGNORECASE)
            for pattern in (
                rf"\b{day}\s+(?:of\s+)?(?P<month>{month})\b\.?,?\s+{year}\b",
                rf"\b(?P<month>{month})\b\.?\s+{day},?\s+{year}\b",
                rf"\b(?P<month>{month})\b\.?,?\s+(?:of\s+)?{year}\b",
                rf"\b(?P<season>{season})\s+(?:of\s+)?{year}\b",
                rf"\b{day}\s+(?:of\s+)?(?P<month>{month})\b",
                rf"\b(?P<month>{month})\s+{day}\b(?!\d)",
                r"\b(?P<decade>1[5-9]\d|20\d)0s\b",
                r"(?<![\d/.-])(?P<iso>(?:1[5-9]|20)\d\d-[01]\d-[0-3]\d)(?!\d)",
                rf"(?<![\d,./-]){year}(?![\d/]|[,.]\d|-\d)",
            )
        ]
        self._numbers = {
            word.casefold(): int(number)
            for number, listed in lexicon.table["numbers"].items()
            for word in listed[:1]
        } | {"dozen": 12}
        self.published = published

    def mark(self, text: str, sentence: Sentence) -> None:
        """Put one unit for each date and number of *sentence* in the place of its words."""
        taken: list[tuple[int, int]] = []
        for pattern in self._patterns:
            for match in pattern.finditer(text, sentence.start, sentence.end):
                start, end = match.span()
                if any(a < end and start < b for a, b in taken):
                    continue
                value = self._edtf(match)
                place = cover(sentence.units, start, end)
                if (
                    value
                    and place
                    and not any(u.sort for u in sentence.units[place[0] : place[1] + 1])
                ):
                    taken.append((start, end))
                    made = Unit(start, end, text[start:end], DATE, value=value)
                    put(sentence.units, *place, made)
        self._relative(sentence)
        self._count(text, sentence)

    def _edtf(self, match: re.Match[str]) -> str | None:
        parts = match.groupdict()
        if parts.get("decade"):
            return parts["decade"] + "X"
        if parts.get("iso"):
            return parts["iso"]
        year = parts.get("year") or "XXXX"
        if parts.get("season"):
            return f"{year}-{self._seasons[parts['season'].casefold()]}"
        if not parts.get("month"):
            return year
        month = self._months[parts["month"].casefold()]
        if not parts.get("day"):
            return f"{year}-{month:02}"
        try:
            datetime.date(2000 if year == "XXXX" else int(year), month, int(parts["day"]))
        except ValueError:
            return None
        return f"{year}-{month:02}-{int(parts['day']):02}"

    def _relative(self, sentence: Sentence) -> None:
        try:
            day = datetime.date.fromisoformat(self.published or "")
        except ValueError:
            return
        for unit in sentence.units:
            if unit.sort:
                continue
            back = {"today": 0, "yesterday": 1}.get(unit.text)
            if back is None and unit.text in _DAYS:
                back = (day.weekday() - _DAYS.index(unit.text)) % 7
            if back is not None:
                unit.sort, unit.how = DATE, "counted from the day of the text"
                unit.value = (day - datetime.timedelta(days=back)).isoformat()

    def _count(self, text: str, sentence: Sentence) -> None:
        for match in _NUMBER.finditer(text, sentence.start, sentence.end):
            place = cover(sentence.units, *match.span())
            if place and not any(u.sort for u in sentence.units[place[0] : place[1] + 1]):
                value = match.group().translate({ord(c): None for c in ",\u2009\u202f"})
                put(sentence.units, *place, Unit(*match.span(), match.group(), NUMBER, value=value))
        units = sentence.units
        number = 0
        while number < len(units):
            many = self._numbers.get(units[number].word, 0)
            last = number
            if 20 <= many < _TENS:
                after = number + 2 if _word(units, number + 1) == "-" else number + 1
                ones = self._numbers.get(_word(units, after), 0)
                if _UNITS_FROM <= ones < _UNITS_TO:
                    many, last = many + ones, after
            if many > 1:
                made = Unit(
                    units[number].start,
                    units[last].end,
                    text[units[number].start : units[last].end],
                    NUMBER,
                    value=str(many),
                )
                put(units, number, last, made)
            number += 1


def _word(units: list[Unit], number: int) -> str:
    return units[number].word if 0 <= number < len(units) else ""
