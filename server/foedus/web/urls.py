"""The one builder of addresses: IRIs of ours to paths of this service and back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit

from foedus.content.names import BASE

_SAFE = "/:@!$&'()*+,;=-._~"


class Urls:
    """Addresses below one public base.

    The base is configured, never taken from a request (RFC 9110, section 7.2: Host is the
    client's word). Behind a proxy under a path prefix the base carries the prefix.
    """

    def __init__(self, public: str, base: str = BASE) -> None:
        self.public = public.rstrip("/")
        self.base = base
        self.prefix = urlsplit(self.public).path.rstrip("/")

    def path(self, path: str, parameters: Mapping[str, str] | None = None) -> str:
        """A path of this service, below the prefix, percent-encoded."""
        query = {name: text for name, text in (parameters or {}).items() if text}
        return (
            self.prefix
            + quote("/" + path.lstrip("/"), safe=_SAFE)
            + (f"?{urlencode(query)}" if query else "")
        )

    def absolute(self, path: str, parameters: Mapping[str, str] | None = None) -> str:
        """The public address of a path of this service."""
        return self.public + self.path(path, parameters)[len(self.prefix) :]

    def ours(self, iri: str) -> bool:
        """Whether an IRI is one that this service answers for."""
        return iri.startswith(self.base)

    def local(self, iri: str) -> str:
        """Where a link to *iri* leads: a path here for ours, the IRI itself for others'.

        Only web addresses of others are linked at all: ``""`` says that there is nowhere to go.
        """
        if self.ours(iri):
            path, hash_, fragment = iri[len(self.base) :].partition("#")
            return self.path(unquote(path)) + (f"#{quote(fragment)}" if hash_ else "")
        return iri if iri.startswith(("http://", "https://")) else ""

    def document(self, path: str, extension: str = "") -> str:
        """The document of the IRI with this path after the base."""
        return self.path(f"doc/{path}" + (f".{extension}" if extension else ""))

    def address(self, path: str, extension: str = "") -> str:
        """The public address of :meth:`document`."""
        return self.public + self.document(path, extension)[len(self.prefix) :]

    def iri(self, path: str) -> str:
        """The IRI of ours that a path of this service stands for."""
        return self.base + path.lstrip("/")
