"""``/dumps``, ``/tables``, ``/release/…``: everything there is, to be taken away in one piece.

Files of a release are immutable (DCAT 3, section 6.8) and can be fetched in parts (RFC 9110,
section 14); the same addresses without the digest lead to the release that is served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from foedus import __version__
from foedus.content.names import prefixes
from foedus.engine.serialize import write_triples
from foedus.export import catalogue
from foedus.export.files import GRAPHML, LISTING, PARQUET, SUMS
from foedus.export.tables import Column, Table
from foedus.graph.dumps import MEDIA
from foedus.web.linked import jsonld
from foedus.web.linked.files import Files
from foedus.web.linked.formats import EXTENSIONS, extension_of, order
from foedus.web.linked.formats import MEDIA as PAGES
from foedus.web.negotiation import DOCUMENTS, HTML, choose, named
from foedus.web.problems import Problem, not_acceptable
from foedus.web.served import Served
from foedus.web.urls import Urls

_FRESH = "public, no-cache"
_LASTING = "public, max-age=31536000, immutable"
_TYPES = {
    **MEDIA,
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "parquet": PARQUET,
    "graphml": GRAPHML,
    "gz": "application/gzip",
    "zst": "application/zstd",
}
_TEXT = "text/plain; charset=utf-8"
_PIECE = 1 << 17


def blueprint(served: Served, files: Files, urls: Urls, *, cacheable: bool) -> Blueprint:
    """The routes of what can be taken away."""
    taking = Blueprint("taking", __name__)
    release = f"release/{served.digest}"

    def address(name: str) -> str:
        return urls.absolute(f"{release}/{name}")

    @taking.get(f"/{release}/dump.<path:extension>")
    def dump(extension: str) -> BaseResponse:
        return _sent(f"dump.{extension}", _LASTING)

    @taking.get(f"/{release}/tables/<name>")
    def table_of_release(name: str) -> BaseResponse:
        return _sent(f"tables/{name}", _LASTING)

    @taking.get(f"/{release}/<any('network.graphml', '{SUMS}', '{LISTING}'):name>")
    def other(name: str) -> BaseResponse:
        return _sent(name, _LASTING)

    @taking.get("/tables/<name>")
    def table(name: str) -> BaseResponse:
        """All of a kind, as CSV, JSON or Parquet, without SPARQL."""
        return _sent(f"tables/{name}", _FRESH)

    @taking.get("/dumps/<path:name>")
    def current(name: str) -> BaseResponse:
        """A file of the release that is served: where it lies for good."""
        if name == "croissant.json":
            return _json(catalogue.croissant(*_described(), *_croissant()))
        if name == "dataset.jsonld":
            listed, _ = files.listed()
            page = urls.absolute("dumps")
            return _json(
                catalogue.schema_org(served.digest, _version(), listed, address, page),
                "application/ld+json",
            )
        files.path(name)
        response = redirect(urls.path(f"{release}/{name}"), 307)
        response.headers["Cache-Control"] = _FRESH
        return response

    @taking.get("/tables")
    @taking.get("/tables.html")
    def dictionary() -> BaseResponse:
        """What each table holds and each column means."""
        listed, tables = files.listed()
        sizes = {f.name: f for f in listed}
        return _page("tables.html", tables=_explained(tables), sizes=sizes)

    @taking.get("/dumps")
    @taking.get("/dumps.<any(html, ttl, jsonld, nt, rdf):extension>")
    def dumps(extension: str = "") -> BaseResponse:
        """The catalogue: a page, or DCAT 3."""
        wanted = extension or request.args.get("format", "")
        header = request.headers.get("Accept")
        offer = named(wanted, DOCUMENTS) if wanted else choose(header, order(header))
        if offer is None:
            raise not_acceptable(DOCUMENTS)
        listed, tables = files.listed()
        if offer is HTML:
            page = urls.absolute("dumps")
            view = catalogue.schema_org(served.digest, _version(), listed, address, page)
            block = jsonld.embedded(view)
            response = _page("dumps.html", files=listed, tables=tables, block=block)
        else:
            triples = catalogue.dcat(
                served.digest,
                _version(),
                listed,
                address,
                urls.absolute("dumps"),
                urls.absolute("sparql"),
            )
            table = prefixes()
            response = Response(
                write_triples(triples, offer.writes, {**table, "spdx": catalogue.SPDX}),
                content_type=offer.content_type,
            )
            _validate(response)
        if not extension:
            response.vary.add("Accept")
            response.headers["Content-Location"] = urls.path(f"dumps.{extension_of(offer)}")
        links = [
            f'<{urls.absolute("dumps")}.{e}>; rel="alternate"; type="{PAGES[e]}"'
            for e in EXTENSIONS
        ]
        response.headers["Link"] = ", ".join(links)
        return response

    def _croissant() -> tuple[Any, ...]:
        listed, tables = files.listed()
        return listed, tables, address, urls.absolute("dumps")

    def _described() -> tuple[str, str]:
        return served.digest, _version()

    def _version() -> str:
        return str(served.manifest.get("version", __version__))

    def _page(template: str, **values: Any) -> Response:
        response = Response(
            render_template(template, release=release, **values),
            content_type=HTML.content_type,
        )
        _validate(response)
        return response

    def _json(document: dict[str, Any], media: str = "application/json") -> Response:
        body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        response = Response(body, content_type=media)
        _validate(response)
        return response

    def _validate(response: Response) -> None:
        if cacheable:
            response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
            response.headers["Cache-Control"] = _FRESH
            response.make_conditional(request.environ)

    def _sent(name: str, caching: str) -> BaseResponse:
        if not files.there:
            raise Problem("unknown", "This is no release of ours: there are no files of it.")
        path = files.path(name)
        response = Response(_Unread(path), content_type=_content_type(name))
        response.set_etag(_etag(path, name))
        size = path.stat().st_size
        response.content_length = size
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
        response.headers["Cache-Control"] = caching
        links = [
            f'<https://w3id.org/foedus/{release}>; rel="collection"',
            f'<{catalogue.LICENSE}>; rel="license"',
        ]
        response.headers["Link"] = ", ".join(links)
        return response

    def _etag(path: Path, name: str) -> str:
        parts = (files.folder.name, name, str(path.stat().st_size))
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]

    return taking


class _Unread:
    """A file that is opened when it is read, so that what is not sent is never open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def __iter__(self) -> _Unread:
        return self

    def __next__(self) -> bytes:
        if piece := self._opened().read(_PIECE):
            return piece
        self.close()
        raise StopIteration

    def seekable(self) -> bool:
        return True

    def seek(self, place: int) -> int:
        return self._opened().seek(place)

    def tell(self) -> int:
        return self._opened().tell()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = self._path.open("rb")
        return self._file


def _content_type(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2], _TEXT)


def _explained(tables: Iterable[Table]) -> list[tuple[Table, list[Column], list[Column]]]:
    """Each table with the columns that no table before it has, and those that one has."""
    seen: set[Column] = set()
    found = []
    for table in tables:
        new = [column for column in table.columns if column not in seen]
        known = [column for column in table.columns if column in seen]
        seen.update(new)
        found.append((table, new, known))
    return found
