"""Validators of answers: what an answer depends on, as a strong ETag (RFC 9110, section 8.8.3).

A query's answer depends on the dataset (its digest), on this program and its engine (their
versions), on the normal text of the query, into which ``at`` has been put, on the graphs it is
asked over, and on how it is written: format, language, coding and the public address. All of it is
known before anything is evaluated, and so is the answer to If-None-Match.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import pyoxigraph as ox
from flask import request

from foedus import __version__
from foedus.engine.guard import CheckedQuery
from foedus.engine.normalize import normal

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def strong(
    checked: CheckedQuery,
    *,
    digest: str,
    content_type: str,
    public: str,
    language: str = "",
    coding: str = "identity",
    text: str | None = None,
) -> str | None:
    """The ETag of the answer to *checked*; ``None`` where it need not be the same again.

    Equal tags mean equal bytes: whatever the bytes depend on is in it, and nothing else. *text* is
    the normal text of the query, where it is known already.
    """
    if not checked.deterministic:
        return None
    dataset = checked.dataset
    graphs = "" if dataset is None else repr((dataset.default_graphs, dataset.named_graphs))
    named = _begun(digest, content_type, language, public, coding).copy()
    _add(named, checked.form)
    _add(named, normal(checked.text) if text is None else text)
    _add(named, graphs)
    return f'"{named.hexdigest()[:32]}"'


@lru_cache(maxsize=100)
def _begun(*parts: str) -> hashlib._Hash:
    """What answers of a release have in common, to be copied."""
    named = hashlib.sha256()
    for part in (*parts, __version__, ox.__version__):
        _add(named, part)
    return named


def _add(named: hashlib._Hash, part: str) -> None:
    data = part.encode("utf-8", "surrogatepass")
    named.update(b"%d:" % len(data) + data)


def is_known(etag: str | None) -> bool:
    """Whether the client of the current request says that it has this answer already."""
    header = ",".join(request.headers.getlist("If-None-Match"))
    return etag is not None and names(header, etag, request.method)


def names(header: str, etag: str, method: str) -> bool:
    """Whether If-None-Match names *etag*.

    By weak comparison (RFC 9110, section 13.1.2), and for GET and HEAD alone.
    """
    if method not in ("GET", "HEAD") or not header:
        return False
    return header.strip() == "*" or etag in _TAG.findall(header)
