"""A client that costs little: one socket that stays open, answers read to their end and dropped."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Sequence


class Connection:
    """A keep-alive connection of HTTP/1.1 (RFC 9112)."""

    def __init__(self, port: int, timeout: float = 120) -> None:
        self.port, self.timeout = port, timeout
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; the connection is opened again when the server closed."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        with self.socket.makefile("rb") as stream:
            line = stream.readline()
            if not line:
                self.close()
                raise ConnectionError("closed without an answer")
            status = int(line.split()[1])
            headers: dict[bytes, bytes] = {}
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                headers[name.strip().lower()] = value.strip().lower()
            if b"content-length" in headers:
                body = stream.read(int(headers[b"content-length"]))
            elif headers.get(b"transfer-encoding") == b"chunked":
                parts = []
                while size := int(stream.readline().split(b";")[0], 16):
                    parts.append(stream.read(size))
                    stream.readline()
                stream.readline()
                body = b"".join(parts)
            else:
                body = stream.read()
                self.close()
        if headers.get(b"connection") == b"close":
            self.close()
        return status, body

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def throughput(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> float:
    """Answers of status 200 in a second; each connection takes its own share of *requests*.

    One process with one loop and no threads: what the client costs is taken from the servers, with
    which it shares the processors.
    """
    poller = select.epoll()
    asking: dict[int, _Asking] = {}
    answered = 0

    def begin(shared: Sequence[bytes], turn: int) -> None:
        one = _Asking(port, shared, turn)
        asking[one.socket.fileno()] = one
        poller.register(one.socket, select.EPOLLIN)
        one.ask()

    begun = time.perf_counter()
    deadline = begun + seconds
    for i in range(connections):
        begin(requests[i::connections], 0)
    while (now := time.perf_counter()) < deadline:
        for file, _ in poller.poll(deadline - now):
            one = asking[file]
            status = one.read()
            answered += status == 200
            if status and one.stays:
                one.ask()
            elif status is not None:  # the server closed
                poller.unregister(file)
                del asking[file]
                one.socket.close()
                begin(one.requests, one.turn)
    taken = time.perf_counter() - begun
    for one in asking.values():
        one.socket.close()
    return answered / taken


class _Asking:
    """A connection that asks one request after the other, and what has come of the answer."""

    def __init__(self, port: int, requests: Sequence[bytes], turn: int) -> None:
        self.requests, self.turn, self.stays = requests, turn, True
        self.socket = socket.create_connection(("127.0.0.1", port), 120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._come = b""

    def ask(self) -> None:
        self.socket.sendall(self.requests[self.turn % len(self.requests)])
        self.turn += 1

    def read(self) -> int | None:
        """The status when the answer is there to its end, 0 when it broke off, else nothing."""
        try:
            data = self.socket.recv(262_144)
        except OSError:
            data = b""
        if not data:
            return 0
        self._come = self._come + data if self._come else data
        head = self._come.find(b"\r\n\r\n")
        if head < 0:
            return None
        headers = self._come[:head].lower()
        length = _LENGTH.search(headers)
        if length:
            whole = len(self._come) >= head + 4 + int(length[1])
        else:
            whole = self._come.endswith(b"\r\n0\r\n\r\n") and _chunked(self._come, head + 4)
        if not whole:
            return None
        self._come = b""
        self.stays = b"\r\nconnection: close" not in headers
        return int(headers[9:12])


_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")


def _chunked(answer: bytes, place: int) -> bool:
    """Whether the chunks from *place* on come to their end (RFC 9112, section 7.1)."""
    while (end := answer.find(b"\r\n", place)) >= 0:
        size = int(answer[place:end].split(b";")[0], 16)
        if not size:
            return True
        place = end + 2 + size + 2
    return False
