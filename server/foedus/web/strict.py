"""HTTP/1.1 read strictly, where waitress is lenient: what two readers could read in two ways.

A proxy in front that takes a request for a longer or shorter one than this server does lets a
client hide a second request in the first. RFC 9112, section 6.1: a message with Content-Length and
Transfer-Encoding "ought to be handled as an error"; section 5.2: a folded header may be rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:", re.IGNORECASE)
_CODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a request whose end could be read in two ways, with 400."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers; raises waitress's ``ParsingError``."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("A header is folded")
        lengths, codings = _LENGTH.findall(header_plus), _CODING.findall(header_plus)
        if len(lengths) + len(codings) > 1:
            raise ParsingError("The length of the request is given more than once")
        super().parse_header(header_plus)


class StrictChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read strictly."""

    parser_class = StrictParser


def strict(server: Any, channel: type[StrictChannel] = StrictChannel, front: Any = None) -> Any:
    """The server of waitress, its listeners one or several, reading strictly by *channel*.

    ``front`` is what its channels share, if anything.
    """
    listeners: Iterable[Any] = [server, *getattr(server, "map", {}).values()]
    for listener in listeners:
        if hasattr(listener, "channel_class"):
            listener.channel_class = channel
            listener.front = front
    return server
