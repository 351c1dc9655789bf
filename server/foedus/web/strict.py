"""HTTP/1.1 read strictly, where waitress is lenient: what two readers could read in two ways.

What is refused is told in the one shape of errors (:mod:`.problems`); no application sees it.

A proxy in front that takes a request for a longer or shorter one than this server does lets a
client hide a second request in the first. RFC 9112, section 6.1: a message with Content-Length and
Transfer-Encoding "ought to be handled as an error"; section 5.2: a folded header may be rejected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from foedus.web.problems import TYPES

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost[ \t]*:[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|\Z)", re.IGNORECASE)
_AUTHORITY = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?\Z")
_TARGET = re.compile(rb"(?:/|https?://[^/?])[\x21-\x7e]*\Z|https?://[^/?]\Z|\*\Z", re.IGNORECASE)
_BARE_FEED = re.compile(rb"(?<!\r)\n")
_VERSION = re.compile(rb" HTTP/(?!1\.)[0-9]")
_KINDS = {
    400: "http",
    413: "too-long",
    414: "address-too-long",
    431: "headers-too-long",
    501: "transfer-coding",
    505: "version",
}
_CODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


#: What the headers may have beyond the longest address.
HEADER_ROOM = 32_000


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a request whose end or host could be read in two ways, with 400."""

    #: The status of what is refused, where it is not that of waitress.
    refusal: int | None = None
    error: Any
    completed: bool

    def received(self, data: bytes) -> int:
        """Take some bytes; how many of them belong to this request."""
        head = self.header_plus + data if self.body_rcv is None else b""
        consumed = int(super().received(data))
        if not self.completed and self.body_rcv is None and _BARE_FEED.search(head.lstrip()):
            # Nobody can tell where such headers end, and more of them makes nothing better.
            self.error = BadRequest("A line ends without a carriage return")
            self.completed = True
        if self.error is None and self.chunked and self.body_rcv is not None:
            # What a chunk announces is as good as sent: nobody need wait for it.
            announced = getattr(self.body_rcv, "chunk_remainder", 0)
            most = self.adj.max_request_body_size
            if not self.completed and self.body_bytes_received + announced >= most:
                self.error = RequestEntityTooLarge(f"exceeds max_body of {most}")
                self.completed = True
        if self.error is not None:
            self.expect_continue = False  # what is refused is not waited for (RFC 9110, 10.1.1)
            if isinstance(self.error, RequestHeaderFieldsTooLarge):
                line = head.split(b"\n", 1)[0]
                if len(line) > self.adj.max_request_header_size - HEADER_ROOM:
                    self.refusal = 414
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers; raises waitress's ``ParsingError``."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("A header is folded")
        lengths, codings = _LENGTH.findall(header_plus), _CODING.findall(header_plus)
        if len(lengths) + len(codings) > 1:
            raise ParsingError("The length of the request is given more than once")
        line = header_plus.split(b"\r\n", 1)[0]
        if _VERSION.search(line):
            self.refusal = 505
            raise ParsingError("Only HTTP/1.1 and HTTP/1.0 are spoken here")
        hosts = _HOST.findall(header_plus)
        if len(hosts) > 1 or (not hosts and line.endswith(b" HTTP/1.1")):
            raise ParsingError("A request names one Host")
        if hosts and not _AUTHORITY.match(hosts[0]):
            raise ParsingError("This is no Host")
        if codings and line.endswith(b" HTTP/1.0"):
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding")
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("The target of the request is no address") from None
        self._check_target()
        # A list, of which waitress knows the only member (RFC 9110, section 7.6.1).
        named = {option.strip() for option in self.headers.get("CONNECTION", "").lower().split(",")}
        if "close" in named:
            self.headers["CONNECTION"], self.connection_close = "close", True
        self.headers.pop("UPGRADE", None)  # none is offered, and so it is ignored (section 7.8)

    def _check_target(self) -> None:
        """One of the forms of RFC 9112, section 3.2, that a server which is no proxy takes."""
        target = self.request_uri.encode("latin-1")
        if not _TARGET.match(target):
            raise ParsingError("The target of the request is no address")
        if target == b"*":
            if self.command != "OPTIONS":
                raise ParsingError("Only OPTIONS is asked of the whole server")
            self.path = "/"
        elif not target.startswith(b"/") and not _AUTHORITY.match(
            target.split(b"//", 1)[1].split(b"/", 1)[0].split(b"?", 1)[0]
        ):
            raise ParsingError("This is no Host")
        self.path = self.path or "/"


class _Refused(ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        """Answer what is no request; as JSON, since no header of it can be trusted."""
        error = self.request.error
        code = getattr(self.request, "refusal", None) or error.code
        kind = _KINDS.get(code, "broken")
        status, title, _ = TYPES[kind]
        problem = {
            "type": f"{getattr(self.channel.server, 'public', '')}/problems#{kind}",
            "title": title,
            "status": status,
            "detail": str(error.body) + ".",
        }
        body = json.dumps(problem).encode()
        self.status = f"{status} {title}"
        self.response_headers += [
            ("Content-Type", "application/problem+json"),
            ("Cache-Control", "no-store"),
            ("Access-Control-Allow-Origin", "*"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class StrictChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read strictly."""

    parser_class = StrictParser
    error_task_class = _Refused


def strict(
    server: Any,
    channel: type[StrictChannel] = StrictChannel,
    public: str = "",
    front: Any = None,
) -> Any:
    """The server of waitress, its listeners one or several, reading strictly by *channel*.

    *public* is the address by which problems are named; *front* what its channels share, if
    anything.
    """
    listeners: Iterable[Any] = [server, *getattr(server, "map", {}).values()]
    for listener in listeners:
        if hasattr(listener, "channel_class"):
            listener.channel_class = channel
            listener.public = public.rstrip("/")
            listener.front = front
    return server
