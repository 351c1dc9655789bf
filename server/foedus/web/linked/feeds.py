"""``/feeds/…``: what changed about a state, an arrangement or any other thing, as Atom (RFC 4287).

An entry is a statement that came in, one that was withdrawn, or one that says something else than
in the release before. There is no clock in a release, so an entry is dated by what its source
records: the day on which its text was fetched, or the day of the withdrawal; what changed from one
release to the next is dated by the end of knowledge of the later. ``published`` is when the source
itself appeared, where that is known to the day.

The feed is paged (RFC 5005, section 3), so that all of it can be had. What changed between releases
is on its first page, as far as the folder of releases remembers (:mod:`foedus.graph.changes`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request

from foedus.content.names import BASE
from foedus.engine.answers import value
from foedus.graph.changes import Change, Step, history
from foedus.web.knowledge import Knowledge
from foedus.web.linked.documents import Documents, title
from foedus.web.problems import Problem
from foedus.web.served import Served
from foedus.web.urls import Urls

#: Statements on one page of a feed.
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
    kept = _Kept(served)

    @feeds.get("/feeds/<path:path>.atom")
    def feed(path: str) -> Response:
        iri = urls.iri(path)
        if not OF.match(path) or not knowledge.exists(iri):
            raise Problem("unknown", "Nothing of this name has a feed.")
        page = request.args.get("page", "1")
        if not re.fullmatch(r"[1-9]\d{0,5}", page, re.ASCII):
            raise Problem("parameters", "page expects a number from 1.")
        response = Response(_feed(path, iri, int(page)), content_type=f"{MEDIA}; charset=utf-8")
        response.add_etag()
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Link"] = f'<{urls.document(path)}>; rel="alternate"'
        response.make_conditional(request.environ)
        return response

    def _feed(path: str, iri: str, page: int) -> str:
        read, more = _statements(iri, page)
        others = [] if page > 1 else [*_withdrawn(iri), *kept.entries(iri)]
        if page > 1 and not read:
            raise Problem("unknown", "The feed has no page of this number.")
        entries = [*read, *others]
        newest = sorted(entries, key=lambda e: (e["updated"], e["iri"]), reverse=True)
        default = served.knowledge_end.isoformat() if served.knowledge_end else "1970-01-01"
        named = title(documents.describe(path), iri) or iri
        updated = newest[0]["updated"] if newest else default
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<feed xmlns="http://www.w3.org/2005/Atom">\n'
            f"<id>{escape(urls.absolute(f'feeds/{path}.atom'))}</id>\n"
            f"<title>{escape(named)}: what sources say</title>\n"
            "<subtitle>Statements that came in, changed or were withdrawn, dated by the day on "
            "which the source was fetched or the statement withdrawn; what changed between "
            "releases by the end of knowledge of the later.</subtitle>\n"
            f"<updated>{_moment(updated)}</updated>\n"
            "<author><name>The Foedus contributors</name></author>\n"
            f'<link rel="self" href={quoteattr(_address(urls, path, page))}/>\n'
            f'<link rel="alternate" type="text/html" href={quoteattr(urls.address(path))}/>\n'
            f"{_pages(urls, path, page, more)}"
            "<rights>CC BY 4.0</rights>\n"
        )
        return head + "".join(_entry(e, urls) for e in newest) + "</feed>\n"

    def _statements(iri: str, page: int) -> tuple[list[dict[str, str]], bool]:
        """The statements about a thing on a page, the newest first, and whether there are more."""
        default = served.knowledge_end.isoformat() if served.knowledge_end else "1970-01-01"
        rows = knowledge.rows(
            f"""SELECT DISTINCT ?st ?label ?source ?name ?published ?retrieved {{
              {{ SELECT DISTINCT ?st ?source ?retrieved {{
                  GRAPH ?g {{ ?st ?role <{iri}> }} ?st f:statementKind ?kind ; f:inSource ?source .
                  OPTIONAL {{ ?source f:retrieved ?retrieved }}
                }} ORDER BY DESC(?retrieved) DESC(STR(?st))
                LIMIT {NEWEST + 1} OFFSET {(page - 1) * NEWEST} }}
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
                "retrieved": retrieved,
                "updated": retrieved if _DAY.match(retrieved) else default,
                "published": said.get("published", ""),
                "withdrawn": "",
            }
        # As the query orders them: what has no day of retrieval comes last.
        ordered = sorted(found.values(), key=lambda e: (e["retrieved"], e["iri"]), reverse=True)
        return ordered[:NEWEST], len(found) > NEWEST

    def _withdrawn(iri: str) -> list[dict[str, str]]:
        """Statements that were withdrawn and whose successor is about the thing."""
        default = served.knowledge_end.isoformat() if served.knowledge_end else "1970-01-01"
        found: dict[str, dict[str, str]] = {}
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


class _Kept:
    """What the folder of releases remembers of the releases before the one that is served."""

    def __init__(self, served: Served) -> None:
        self.served = served

    @cached_property
    def _about(self) -> dict[str, list[tuple[Step, Change]]]:
        found: dict[str, list[tuple[Step, Change]]] = {}
        for step in self._steps():
            for change in step.changes:
                for thing in change.things:
                    found.setdefault(thing, []).append((step, change))
        return found

    def _steps(self) -> Sequence[Step]:
        paths: tuple[Path, ...] = self.served.dataset
        if len(paths) != 1 or paths[0].parent.parent.name != "releases":
            return ()
        return history(paths[0].parents[2], self.served.digest)

    def entries(self, iri: str) -> list[dict[str, str]]:
        """The newest changes of statements about a thing, from release to release."""
        return [
            {
                "iri": change.statement,
                "id": f"{BASE}release/{step.new}#{change.statement.removeprefix(BASE)}",
                "title": f"{_CHANGED[change.change]}: {change.label}",
                "source": "",
                "updated": step.knowledge_end,
                "published": "",
                "withdrawn": f"From release {step.old[:16]} to {step.new[:16]}.",
            }
            for step, change in self._about.get(iri, ())[:NEWEST]
        ]


_CHANGED = {"new": "Came in", "changed": "Changed", "gone": "Gone"}


def _address(urls: Urls, path: str, page: int) -> str:
    return urls.absolute(f"feeds/{path}.atom", {"page": str(page) if page > 1 else ""})


def _pages(urls: Urls, path: str, page: int, more: bool) -> str:
    """Where the pages before and after this one are (RFC 5005, section 3)."""
    other = {"first": 1, "previous": page - 1, "next": page + 1 if more else 0}
    return "".join(
        f"<link rel={quoteattr(rel)} href={quoteattr(_address(urls, path, number))}/>\n"
        for rel, number in other.items()
        if number and (more or page > 1)
    )


def _entry(entry: dict[str, str], urls: Urls) -> str:
    path = entry["iri"].removeprefix(BASE)
    link = f'<link rel="alternate" href={quoteattr(urls.address(path))}/>\n'
    said = entry["withdrawn"] or (f"According to: {entry['source']}" if entry["source"] else "")
    day = entry["published"]
    published = f"<published>{_moment(day)}</published>\n" if _DAY.match(day) else ""
    return (
        f"<entry>\n<id>{escape(entry.get('id', entry['iri']))}</id>\n"
        f"<title>{escape(entry['title'])}</title>\n"
        f"<updated>{_moment(entry['updated'])}</updated>\n{published}{link}"
        f"<summary>{escape(said)}</summary>\n</entry>\n"
    )


def _moment(day: str) -> str:
    """A day as RFC 3339 wants it: its beginning."""
    return f"{day}T00:00:00Z"
