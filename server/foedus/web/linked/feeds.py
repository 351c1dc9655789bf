"""``/feeds/…``: what changed about a state, an arrangement or any other thing, as Atom (RFC 4287).

An entry is a statement that came in, or one that was withdrawn. There is no clock in a release, so
an entry is dated by what its source records: the day on which its text was fetched, or the day of
the withdrawal; ``published`` is when the source itself appeared, where that is known to the day.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from foedus.content.names import BASE
from foedus.engine.answers import value
from foedus.web.knowledge import Knowledge
from foedus.web.linked.documents import Documents, title
from foedus.web.problems import Problem
from foedus.web.served import Served
from foedus.web.urls import Urls

#: The newest entries that a feed holds.
NEWEST = 100
#: Things that have a feed.
OF = re.compile(
    r"id/(?:state|actor|group|arrangement|organization|instrument|proposal|person|label)/[^/]+\Z"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
MEDIA = "application/atom+xml"


def blueprint(served: Served, knowledge: Knowledge, documents: Documents, urls: Urls) -> Blueprint:
    """The route of the feeds."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feeds/<path:path>.atom")
    def feed(path: str) -> Response:
        iri = urls.iri(path)
        if not OF.match(path) or not knowledge.exists(iri):
            raise Problem("unknown", "Nothing of this name has a feed.")
        response = Response(_feed(path, iri), content_type=f"{MEDIA}; charset=utf-8")
        response.add_etag()
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Link"] = f'<{urls.document(path)}>; rel="alternate"'
        response.make_conditional(request.environ)
        return response

    def _feed(path: str, iri: str) -> str:
        entries = sorted(_entries(iri), key=lambda e: (e["updated"], e["iri"]), reverse=True)
        newest = entries[:NEWEST]
        default = served.knowledge_end.isoformat() if served.knowledge_end else "1970-01-01"
        named = title(documents.describe(path), iri) or iri
        updated = newest[0]["updated"] if newest else default
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<feed xmlns="http://www.w3.org/2005/Atom">\n'
            f"<id>{escape(urls.absolute(f'feeds/{path}.atom'))}</id>\n"
            f"<title>{escape(named)}: what sources say</title>\n"
            "<subtitle>Statements that came in or were withdrawn, dated by the day on which the "
            "source was fetched or the statement withdrawn.</subtitle>\n"
            f"<updated>{_moment(updated)}</updated>\n"
            "<author><name>The Foedus contributors</name></author>\n"
            f'<link rel="self" href={quoteattr(urls.absolute(f"feeds/{path}.atom"))}/>\n'
            f'<link rel="alternate" type="text/html" href={quoteattr(urls.address(path))}/>\n'
            "<rights>CC BY 4.0</rights>\n"
        )
        return head + "".join(_entry(e, urls) for e in newest) + "</feed>\n"

    def _entries(iri: str) -> list[dict[str, str]]:
        """The newest statements about a thing, and those withdrawn whose successor is about it."""
        default = served.knowledge_end.isoformat() if served.knowledge_end else "1970-01-01"
        rows = knowledge.rows(
            f"""SELECT DISTINCT ?st ?label ?source ?name ?published ?retrieved {{
              {{ SELECT DISTINCT ?st ?source ?retrieved {{
                  GRAPH ?g {{ ?st ?role <{iri}> }} ?st f:statementKind ?kind ; f:inSource ?source .
                  OPTIONAL {{ ?source f:retrieved ?retrieved }}
                }} ORDER BY DESC(?retrieved) DESC(STR(?st)) LIMIT {NEWEST} }}
              OPTIONAL {{ ?st rdfs:label ?label }}
              OPTIONAL {{ ?source rdfs:label ?name FILTER(LANGMATCHES(LANG(?name), "en")) }}
              OPTIONAL {{ ?source f:published ?published }}
            }}"""
        )
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            said = {name: value(term) for name, term in row.items()}
            retrieved = said.get("retrieved", "")
            found[said["st"]] = {
                "iri": said["st"],
                "title": said.get("label", said["st"]),
                "source": said.get("name", ""),
                "updated": retrieved if _DAY.match(retrieved) else default,
                "published": said.get("published", ""),
                "withdrawn": "",
            }
        stones = knowledge.rows(
            f"""SELECT DISTINCT ?st ?when ?why {{
              {{ ?st a f:Tombstone ; f:withdrawnOn ?when ; dcterms:isReplacedBy ?new }}
              UNION {{ GRAPH ?h {{ ?st a f:Tombstone ; f:withdrawnOn ?when ;
                                   dcterms:isReplacedBy ?new }} }}
              GRAPH ?g {{ ?new ?role <{iri}> }}
              OPTIONAL {{ ?st f:withdrawnBecause ?why }}
              OPTIONAL {{ GRAPH ?h {{ ?st f:withdrawnBecause ?why }} }}
            }} ORDER BY DESC(?when) STR(?st) LIMIT {NEWEST}"""
        )
        for row in stones:
            said = {name: value(term) for name, term in row.items()}
            found[said["st"]] = {
                "iri": said["st"],
                "title": f"Withdrawn: {said['st'].removeprefix(BASE)}",
                "source": "",
                "updated": said["when"] if _DAY.match(said["when"]) else default,
                "published": "",
                "withdrawn": said.get("why", "withdrawn"),
            }
        return list(found.values())

    return feeds


def _entry(entry: dict[str, str], urls: Urls) -> str:
    path = entry["iri"].removeprefix(BASE)
    link = f'<link rel="alternate" href={quoteattr(urls.address(path))}/>\n'
    said = entry["withdrawn"] or (f"According to: {entry['source']}" if entry["source"] else "")
    day = entry["published"]
    published = f"<published>{_moment(day)}</published>\n" if _DAY.match(day) else ""
    return (
        f"<entry>\n<id>{escape(entry['iri'])}</id>\n<title>{escape(entry['title'])}</title>\n"
        f"<updated>{_moment(entry['updated'])}</updated>\n{published}{link}"
        f"<summary>{escape(said)}</summary>\n</entry>\n"
    )


def _moment(day: str) -> str:
    """A day as RFC 3339 wants it: its beginning."""
    return f"{day}T00:00:00Z"
