"""A client that costs little: one socket that stays open, answers read to their end and dropped."""

from __future__ import annotations

import multiprocessing
import socket
import threading
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
    """Answers of status 200 in a second; each connection takes its own share of *requests*."""
    processes = min(2, connections)
    context = multiprocessing.get_context("fork")
    counts = context.Queue()

    def work(process: int) -> None:
        found = [0] * connections
        threads = [
            threading.Thread(target=_loop, args=(port, requests[i::connections], seconds, found, i))
            for i in range(process, connections, processes)
        ]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counts.put(sum(found) / (time.perf_counter() - begun))

    running = [context.Process(target=work, args=(i,)) for i in range(processes)]
    for process in running:
        process.start()
    total = sum(counts.get() for _ in running)
    for process in running:
        process.join()
    return total


def _loop(port: int, requests: Sequence[bytes], seconds: float, found: list[int], me: int) -> None:
    connection, deadline, i = Connection(port), time.perf_counter() + seconds, 0
    while time.perf_counter() < deadline:
        try:
            status, _ = connection.ask(requests[i % len(requests)])
        except (OSError, ValueError):
            connection.close()
            status = 0
        found[me] += status == 200
        i += 1
    connection.close()
