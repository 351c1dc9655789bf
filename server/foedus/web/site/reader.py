"""What one request wants to see: the day, the page, the section opened, the languages.

Everything is read from the address and the headers, and nothing is kept between requests.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

from flask import g, request

from foedus.content.names import BASE
from foedus.web.knowledge import Knowledge
from foedus.web.negotiation import languages
from foedus.web.problems import Problem
from foedus.web.protocol import parse_day
from foedus.web.served import Served
from foedus.web.site.asked.names import Name, names_of, short_name
from foedus.web.site.asked.quality import CHOICES

_THING = re.compile(
    r"(?:arrangement|organization|instrument|proposal|state|group|actor|person|event|exercise)/[^/\s]+\Z"
)
#: Before the first day of the data sets of the field nothing is known of any state.
FIRST_DAY = datetime.date(1816, 1, 1)
#: Names kept from request to request: of each order of languages, and orders of languages.
_MOST_NAMES, _MOST_LANGUAGES = 20_000, 8


class Reader:
    """What the present request asks of the pages; names are looked up once for each request."""

    def __init__(self, served: Served, knowledge: Knowledge, *, lasting: bool) -> None:
        self.served, self.knowledge, self.lasting = served, knowledge, lasting
        self._names: dict[tuple[str, ...], dict[str, Name]] = {}

    @property
    def day(self) -> datetime.date | None:
        """The day that the page is of: ``?at=``, else the end of knowledge.

        Raises :class:`Problem` (400) for what is no day, or a day before 1816.
        """
        day = self.given_day
        return day or self.served.knowledge_end

    @property
    def given_day(self) -> datetime.date | None:
        """The day in the address, if there is one."""
        day = parse_day(request.args.get("at"))
        if day and day < FIRST_DAY:
            raise Problem(
                "parameters",
                f"at begins with {FIRST_DAY}: no data set of the field goes back behind it.",
            )
        return day

    @property
    def page(self) -> int:
        """The number of the page, from 1; raises :class:`Problem` (400)."""
        text = request.args.get("page", "1")
        if not re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII):
            raise Problem("parameters", "page expects a number from 1.")
        return int(text)

    @property
    def opened(self) -> str:
        """The section that is shown whole (``?all=``), or ``""``."""
        text = request.args.get("all", "")
        return text if re.fullmatch(r"[a-z-]{1,40}", text, re.ASCII) else ""

    @property
    def evidence(self) -> str:
        """What the lines of the page are to rest on (``?evidence=``), or ``""`` for anything.

        Raises :class:`Problem` (400) for what is none of :data:`quality.CHOICES`.
        """
        text = self.parameter("evidence", 20)
        if text and text not in CHOICES:
            raise Problem("parameters", f"evidence expects one of: {', '.join(CHOICES)}.")
        return text

    def parameter(self, name: str, longest: int = 200) -> str:
        """A parameter of the address as plain text: no control characters, not too long."""
        text = "".join(c for c in request.args.get(name, "") if c.isprintable())
        return text[:longest].strip()

    def thing(self, parameter: str) -> str:
        """The IRI that a parameter names as ``arrangement/nato``, or ``""`` where there is none.

        Raises :class:`Problem`: 400 for what cannot be a name, 404 for what nothing is known of.
        """
        text = self.parameter(parameter)
        if not text:
            return ""
        iri = f"{BASE}id/{text}"
        if not _THING.match(text) or any(c in text for c in '<>"{}|\\^`'):
            raise Problem("parameters", f"{parameter} expects a thing, such as arrangement/nato.")
        if not self.knowledge.exists(iri):
            raise Problem("unknown", f"No source says anything of what {parameter} names.")
        return iri

    # --- Names ------------------------------------------------------------------------------

    def learn(self, iris: Iterable[str]) -> None:
        """Look up the names of all *iris* at once."""
        known = self._known()
        missing = {iri for iri in iris if iri and iri not in known}
        found = names_of(self.knowledge, missing, self.languages) if missing else {}
        for iri in missing:
            known[iri] = found.get(iri, Name(""))

    def named(self, iri: str) -> Name:
        """The name of an IRI, in the best language; its short form where it has none."""
        name = self._known().get(iri)
        if name is None:
            self.learn([iri])
            name = self._known().get(iri, Name(""))
        return name if name.text else Name(short_name(iri))

    def _known(self) -> dict[str, Name]:
        """The names known so far: of a dataset that does not change, from request to request."""
        if not self.lasting:
            found: dict[str, Name] = g.setdefault("names", {})
            return found
        if "names" not in g:
            if len(self._names) > _MOST_LANGUAGES:
                self._names = {}
            kept = self._names.setdefault(self.languages, {})
            if len(kept) > _MOST_NAMES:
                kept = self._names[self.languages] = {}
            g.names = kept
        names: dict[str, Name] = g.names
        return names

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are preferred to English, best first (RFC 9110, section 12.5.4)."""
        wanted: tuple[str, ...] = g.setdefault(
            "languages", languages(request.headers.get("Accept-Language"))
        )
        return wanted

    def state(self) -> dict[str, Any]:
        """What a form or pager has to carry on: the parameters that were given."""
        kept = (
            *("at", "all", "q", "kind", "source", "type", "of", "with", "a", "b"),
            *("evidence", "rests", "named", "voice", "taken"),
        )
        return {name: request.args[name] for name in kept if request.args.get(name)}
