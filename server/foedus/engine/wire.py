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


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message; raises :class:`OSError` when the other side is gone."""
    text = json.dumps(head).encode()
    connection.sendall(_LENGTHS.pack(len(text), len(body)) + text)
    if body:
        connection.sendall(body)


def receive(
    connection: socket.socket, deadline: float | None = None, limit: int | None = None
) -> tuple[dict[str, Any], bytes]:
    """Receive one message, whole.

    ``deadline`` is a time of :func:`time.monotonic`. Raises :class:`TimeoutError` after it,
    :class:`EOFError` when the other side is gone before the end of the message, and
    :class:`ValueError` for a body longer than *limit*.
    """
    lengths = _exactly(connection, _LENGTHS.size, deadline)
    head_length, body_length = _LENGTHS.unpack(lengths)
    if limit is not None and max(head_length, body_length) > limit:
        raise ValueError("a message longer than its limit")
    head: dict[str, Any] = json.loads(_exactly(connection, head_length, deadline))
    return head, _exactly(connection, body_length, deadline)


def _exactly(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    buffer = bytearray(size)
    view, read = memoryview(buffer), 0
    while read < size:
        if deadline is None:
            connection.settimeout(None)
        else:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        count = connection.recv_into(view[read:])
        if count == 0:
            raise EOFError
        read += count
    return bytes(buffer)
