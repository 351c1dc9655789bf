"""Validators of answers: what an answer depends on, as a strong ETag (RFC 9110, section 8.8.3).

A query's answer depends on the dataset (its digest), on this program and its engine (their
versions), on the normal text of the query, into which ``at`` has been put, on the graphs it is
asked over, and on how it is written: format, language, coding and the public address. All of it is
known before anything is evaluated, and so is the answer to If-None-Match.
"""

from __future__ import annotations

import hashlib
import re

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
) -> str | None:
    """The ETag of the answer to *checked*; ``None`` where it need not be the same again.

    Equal tags mean equal bytes: whatever the bytes depend on is in it, and nothing else.
    """
    if not checked.deterministic:
        return None
    dataset = checked.dataset
    graphs = "" if dataset is None else repr((dataset.default_graphs, dataset.named_graphs))
    parts = (
        digest,
        __version__,
        ox.__version__,
        checked.form,
        normal(checked.text),
        graphs,
        content_type,
        language,
        public,
        coding,
    )
    named = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        named.update(b"%d:" % len(data) + data)
    return f'"{named.hexdigest()[:32]}"'


def is_known(etag: str | None) -> bool:
    """Whether the client of the current request says that it has this answer already.

    If-None-Match by weak comparison (RFC 9110, section 13.1.2), for GET and HEAD alone.
    """
    if etag is None or request.method not in ("GET", "HEAD"):
        return False
    header = ",".join(request.headers.getlist("If-None-Match")).strip()
    return header == "*" or etag in _TAG.findall(header)
