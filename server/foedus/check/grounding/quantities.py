"""Numbers and dates of statements, and the characters by which a text gives them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

from foedus.check.grounding.lexicon import Lexicon
from foedus.check.grounding.words import Phrase, Wording, phrase

Span = tuple[int, int]
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[,\u2009\u202f ]\d{3})+(?!\d)|(?<![\w.,])\d+(?:\.\d+)?")
_EDTF = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?")
_PERCENT = re.compile(r"\s*(?:%|per\s?cent|percent)", re.IGNORECASE)
_DECADE = 10
_SEASONS = range(21, 25)


def number_spans(lexicon: Lexicon, wording: Wording, value: float, span: Span) -> list[Span]:
    """Where *value* stands between the ends of *span*: in digits, or in words."""
    found = [
        (match.start(), match.end())
        for match in _NUMBER.finditer(wording.text, *span)
        if float(re.sub(r"[^\d.]", "", match.group())) == value
    ]
    if found:
        return found
    words = _number_phrases(lexicon, value)
    return [place for sought in words for place in wording.all(sought, *span)]


def share_spans(lexicon: Lexicon, wording: Wording, value: float, span: Span) -> list[Span]:
    """Where a share is given: so many per cent, or a fraction in words."""
    found = []
    for match in _NUMBER.finditer(wording.text, *span):
        percent = _PERCENT.match(wording.text, match.end(), span[1])
        if percent and abs(float(match.group().replace(",", "")) / 100 - value) < 1e-9:
            found.append((match.start(), percent.end()))
    for written, words in lexicon.table["shares"].items():
        if abs(float(written) - value) < 0.005:
            for sought in lexicon.compile(words):
                found += wording.all(sought, *span)
    return found


def _number_phrases(lexicon: Lexicon, value: float) -> Iterator[Phrase]:
    if value != int(value):
        return
    table: dict[str, list[str]] = lexicon.table["numbers"]
    number = int(value)
    if str(number) in table:
        yield from lexicon.compile(table[str(number)])
    elif 20 < number < 100:
        for tens in table.get(str(number // 10 * 10), ()):
            for unit in table.get(str(number % 10), ())[:1]:
                yield phrase(f"{tens} {unit}", lexicon.spelling)
    else:
        for unit_value, units in table.items():
            size = int(unit_value)
            if size >= 100 and number % size == 0 and 0 < number // size < 100:
                for many in _number_phrases(lexicon, number // size):
                    for unit in units:
                        yield (*many, *phrase(unit, lexicon.spelling))


def date_parts(edtf: str) -> list[dict[str, str]]:
    """What a date in EDTF says of its year, month (or season) and day, at each end."""
    parts = []
    for end in edtf.split("/"):
        match = _EDTF.match(end)
        if match:
            parts.append({k: v for k, v in match.groupdict().items() if v and "X" * len(v) != v})
    return parts


def date_spans(
    lexicon: Lexicon, wording: Wording, edtf: str, spans: Iterable[Span]
) -> list[list[Span]]:
    """For each part of a date (its year, its month, its day) where *spans* give it, if at all."""
    places = list(spans)
    found = []
    for part in date_parts(edtf):
        for name, value in part.items():
            found.append([p for span in places for p in _part(lexicon, wording, name, value, span)])
    return found


def _part(lexicon: Lexicon, wording: Wording, name: str, value: str, span: Span) -> Iterator[Span]:
    if name == "year":
        # 1970s for 197X; a year may be written short behind another (1998/99).
        pattern = value.replace("X", r"\d")
        for match in re.finditer(rf"(?<!\d){pattern}(?:s\b|(?!\d))", wording.text[: span[1]]):
            if match.start() >= span[0] and ("X" not in value or match.group().endswith("s")):
                yield match.start(), match.end()
    elif name == "month" and int(value) in _SEASONS:
        for sought in lexicon.phrases("seasons", value):
            yield from wording.all(sought, *span)
    elif name == "month":
        for sought in lexicon.phrases("months", str(int(value))):
            yield from wording.all(sought, *span)
    else:
        for match in re.finditer(rf"(?<!\d)0?{int(value)}(?!\d)", wording.text[: span[1]]):
            if match.start() >= span[0]:
                yield match.start(), match.end()


def relative_spans(
    lexicon: Lexicon, wording: Wording, edtf: str, passages: Iterable[Span], context: Span
) -> list[Span]:
    """Where a passage counts from a date named nearby ("a day after"), and so reaches *edtf*."""
    parts = date_parts(edtf)
    if len(parts) != 1 or not {"month", "day"} <= parts[0].keys():
        return []
    year = int(parts[0].get("year", "2000").replace("X", "0"))
    for words, days in lexicon.table["relative"].items():
        sought = phrase(words, lexicon.spelling)
        for span in passages:
            place = wording.find(sought, *span)
            if place is None:
                continue
            try:
                base = datetime.date(
                    year, int(parts[0]["month"]), int(parts[0]["day"])
                ) - datetime.timedelta(days=days)
            except ValueError:
                continue
            near = date_spans(lexicon, wording, f"XXXX-{base.month:02}-{base.day:02}", [context])
            if near and all(near):
                return [place, *(at[-1] for at in near)]
    return []
