"""The formats of a document, by extension: one table for routes, links and the static site."""

from __future__ import annotations

from collections.abc import Mapping

from foedus.web.negotiation import DOCUMENTS, HTML, Offer

#: In the order in which they are offered to people.
EXTENSIONS = ("html", "ttl", "jsonld", "nt", "rdf")
MEDIA: Mapping[str, str] = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}


def extension_of(offer: Offer) -> str:
    """The extension of the address at which a document is to be had in the format of *offer*."""
    if offer.media_type == "application/json":
        return "jsonld"
    return next(e for e, media in MEDIA.items() if media == offer.media_type)


def order(accept: str | None) -> tuple[Offer, ...]:
    """What is offered, the likeliest first: who names HTML reads it, anything else is a program."""
    if accept and "html" in accept.lower():
        return DOCUMENTS
    return (*DOCUMENTS[1:], HTML)
