"""Relative IRIs (RFC 3986, section 5.2; RFC 3987, section 6.5: the same over IRIs).

The standard library's ``urljoin`` knows only some schemes and drops an empty fragment, so that
``<#>`` would not be the prefix that everybody means by it.
"""

from __future__ import annotations

import re

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


def resolve(base: str, reference: str) -> str:
    """The IRI that *reference* stands for below the absolute IRI *base*."""
    scheme, authority, path, query, fragment = _parts(reference)
    if scheme is not None or authority is not None:
        path = _without_dots(path)
    else:
        _, authority, base_path, base_query, _ = _parts(base)
        if path:
            path = _without_dots(path if path[0] == "/" else _merge(authority, base_path, path))
        else:
            path, query = base_path, base_query if query is None else query
    return (
        f"{scheme if scheme is not None else _parts(base)[0]}:"
        + (f"//{authority}" if authority is not None else "")
        + path
        + (f"?{query}" if query is not None else "")
        + (f"#{fragment}" if fragment is not None else "")
    )


def _parts(iri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    """Scheme, authority, path, query and fragment (appendix B)."""
    match = _PARTS.fullmatch(iri)
    assert match is not None, "the expression matches every text"
    return match[1], match[2], match[3], match[4], match[5]


def _merge(authority: str | None, base_path: str, path: str) -> str:
    """Section 5.2.3."""
    if authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    """Section 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")
    rooted = path.startswith("/")
    for segment in segments[1:] if rooted else segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return ("/" if rooted else "") + "/".join(kept)
