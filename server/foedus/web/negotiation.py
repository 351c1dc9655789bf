"""The one negotiator: which of the formats on offer a client wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.engine import serialize as s

_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_LANGUAGE = re.compile(r"(?:\*|[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\Z")


@dataclass(frozen=True, slots=True)
class Offer:
    """A format that can be sent.

    ``media_type`` is what is negotiated, ``writes`` the format of
    :mod:`foedus.engine.serialize` behind it, ``names`` what ``?format=`` and extensions call it.
    """

    media_type: str
    writes: str
    names: tuple[str, ...] = ()
    parameters: str = ""

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        return self.media_type + self.parameters


_UTF8 = "; charset=utf-8"

RESULTS: tuple[Offer, ...] = (
    Offer(s.JSON, s.JSON, ("json", "srj")),
    Offer(s.XML, s.XML, ("xml", "srx")),
    Offer(s.CSV, s.CSV, ("csv",), _UTF8),
    Offer(s.TSV, s.TSV, ("tsv",), _UTF8),
    Offer("application/json", s.JSON),
    Offer("application/xml", s.XML),
)
GRAPHS: tuple[Offer, ...] = (
    Offer(s.TURTLE, s.TURTLE, ("ttl", "turtle"), _UTF8),
    Offer(s.N_TRIPLES, s.N_TRIPLES, ("nt", "ntriples", "n-triples")),
    Offer(s.RDF_XML, s.RDF_XML, ("rdf", "xml", "rdfxml")),
    Offer(s.JSON_LD, s.JSON_LD, ("jsonld", "json-ld", "json")),
    Offer(s.N_QUADS, s.N_QUADS, ("nq", "nquads", "n-quads")),
    Offer(s.TRIG, s.TRIG, ("trig",), _UTF8),
    Offer("application/json", s.JSON_LD),
    Offer("application/xml", s.RDF_XML),
)
HTML = Offer("text/html", "text/html", ("html",), _UTF8)
DOCUMENTS: tuple[Offer, ...] = (HTML, *GRAPHS[:4], Offer("application/json", s.JSON_LD))


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    quality: float

    @property
    def specificity(self) -> int:
        return (self.type != "*") + (self.subtype != "*")

    def covers(self, offer: Offer) -> bool:
        kind, _, subtype = offer.media_type.partition("/")
        return self.type in ("*", kind) and self.subtype in ("*", subtype)


def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """The offer that the client likes best, or ``None`` when it accepts none of them.

    Without Accept everything is accepted. The most specific range that covers an offer decides its
    quality, ``q=0`` excludes; among equals the order of *offers* decides. Parameters of a range
    other than ``q`` are not looked at: no offer differs by one.
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = _parse(accept)
    best: tuple[float, int, Offer] | None = None
    for position, offer in enumerate(offers):
        covering = [r for r in ranges if r.covers(offer)]
        if not covering:
            continue
        quality = max(covering, key=lambda r: (r.specificity, r.quality)).quality
        if quality > 0 and (best is None or (quality, -position) > best[:2]):
            best = (quality, -position, offer)
    return best[2] if best else None


def named(name: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that ``?format=`` asks for: a short name or a media type."""
    wanted = name.strip().lower().replace(" ", "+")
    return next((o for o in offers if wanted in o.names or wanted == o.media_type), None)


def _parse(accept: str) -> list[_Range]:
    ranges = []
    # What stands between quotation marks decides nothing here, and must not be taken apart.
    for part in _QUOTED.sub('""', accept).split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = media.lower().partition("/")
        if not slash and kind == "*":
            kind, subtype = "*", "*"  # some clients' spelling of */*
        if not (_TOKEN.match(kind) and _TOKEN.match(subtype)) or (kind == "*" != subtype):
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = float(text) if _QUALITY.match(text.strip()) else 0.0
                break
        ranges.append(_Range(kind, subtype, quality))
    return ranges


def languages(header: str | None, most: int = 4) -> tuple[str, ...]:
    """The languages that a client prefers to English, best first, by their primary subtags.

    RFC 9110, section 12.5.4; basic filtering of RFC 4647, section 3.3.1. English is where the
    list ends: everything here has an English name.
    """
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "").split(",")[:50]):
        name, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=") or "1"
        if _LANGUAGE.match(name) and _QUALITY.match(quality) and float(quality) > 0:
            found.append((-float(quality), place, name.partition("-")[0].lower()))
    wanted: list[str] = []
    for _, _, language in sorted(found):
        if language in ("en", "*") or len(wanted) >= most:
            break
        if language not in wanted:
            wanted.append(language)
    return tuple(wanted)
