"""Messages between parent and workers: a JSON head and a body of bytes, with their lengths.

Nothing is unpickled: a worker that was taken over can send wrong bytes, but no objects.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

_LENGTHS = struct.Struct("!IQ")
_SHORT = 65_536

Message = tuple[dict[str, Any], bytes]


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message; raises :class:`OSError` when the other side is gone."""
    text = json.dumps(head).encode()
    begin = _LENGTHS.pack(len(text), len(body)) + text
    if len(body) <= _SHORT:
        connection.sendall(begin + body)
    else:
        connection.sendall(begin)
        connection.sendall(body)


def receive(connection: socket.socket) -> Message:
    """Receive one message where nothing follows it unasked; raises as :meth:`Reader.next`."""
    return Reader(connection).next()


class Reader:
    """The messages that come from *connection*, one after the other.

    ``limit`` is the longest head or body that is taken; a longer one raises :class:`ValueError`.
    """

    def __init__(self, connection: socket.socket, limit: int | None = None) -> None:
        self.connection, self.limit = connection, limit
        self._come = b""  # received, and not yet given out

    def next(self, deadline: float | None = None) -> Message:
        """The next message, whole.

        ``deadline`` is a time of :func:`time.monotonic`. Raises :class:`TimeoutError` after it,
        and :class:`EOFError` when the other side is gone before the end of the message.
        """
        while (message := self._taken()) is None:
            missing = self._missing()
            if missing > _SHORT:
                self._come += self._exactly(missing, deadline)
                continue
            self._wait(deadline)
            self._add(self.connection.recv(_SHORT))
        return message

    def now(self) -> Message | None:
        """The next message if it is there, without waiting; raises as :meth:`next` does."""
        message = self._taken()
        if message is None:
            if self.connection.gettimeout() != 0:
                self.connection.settimeout(0)
            try:
                self._add(self.connection.recv(4 * _SHORT))
            except BlockingIOError:
                return None
            message = self._taken()
        return message

    def _add(self, data: bytes) -> None:
        if not data:
            raise EOFError
        self._come = self._come + data if self._come else data

    def _missing(self) -> int:
        """How many bytes the message begun still needs, as far as is known."""
        come = self._come
        if len(come) < _LENGTHS.size:
            return _LENGTHS.size - len(come)
        head, body = _LENGTHS.unpack_from(come)
        if self.limit is not None and max(head, body) > self.limit:
            raise ValueError("a message longer than its limit")
        return int(_LENGTHS.size + head + body - len(come))

    def _taken(self) -> Message | None:
        come = self._come
        if self._missing() > 0 or len(come) < _LENGTHS.size:
            return None
        size, body = _LENGTHS.unpack_from(come)
        start = _LENGTHS.size + size
        end = start + body
        self._come = come[end:]
        head: dict[str, Any] = json.loads(come[_LENGTHS.size : start])
        return head, come[start:end]

    def _wait(self, deadline: float | None) -> None:
        """Have the next ``recv`` wait until *deadline* at most."""
        if deadline is None:
            if self.connection.gettimeout() is not None:
                self.connection.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        buffer = bytearray(size)
        view, read = memoryview(buffer), 0
        while read < size:
            self._wait(deadline)
            count = self.connection.recv_into(view[read:])
            if count == 0:
                raise EOFError
            read += count
        return bytes(buffer)
