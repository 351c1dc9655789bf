"""A client that reads HTTP/1.1 to the letter over a bare socket, and says what it may believe."""

import socket
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass
class Reply:
    """What came; ``complete`` is what the framing says (RFC 9112, section 6.3)."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False
    rest: bytes = b""

    @property
    def streamed(self) -> bool:
        return self.headers.get("transfer-encoding") == "chunked"


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def send(
    connection: socket.socket,
    query: str,
    accept: str,
    *,
    method: str = "GET",
    version: str = "1.1",
    more: str = "",
) -> None:
    connection.sendall(
        f"{method} /sparql?query={quote(query)} HTTP/{version}\r\nHost: x\r\nAccept: {accept}\r\n"
        f"{more}\r\n".encode()
    )


def receive(connection: socket.socket, method: str = "GET") -> Reply:
    """The reply on *connection*, read until it is complete or the server has closed."""
    file = connection.makefile("rb")
    reply = Reply()
    try:
        reply.status = int((file.readline().split() or [b"", b"0"])[1])
        while (line := file.readline().rstrip(b"\r\n")) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            reply.headers[name.strip().lower()] = value.strip().lower()
        if method == "HEAD" or reply.status in (204, 304):
            reply.complete = reply.status > 0
            reply.rest = file.read()
        elif reply.streamed:
            while (size := int(file.readline() or b"-1", 16)) > 0:
                reply.body += (chunk := file.read(size))
                if len(chunk) < size or file.read(2) != b"\r\n":
                    return reply
            reply.complete = size == 0 and file.readline() == b"\r\n"
        elif "content-length" in reply.headers:
            size = int(reply.headers["content-length"])
            reply.body = file.read(size)
            reply.complete = len(reply.body) == size
        else:
            reply.body = file.read()
            reply.complete = True  # the end of the connection: all that HTTP/1.0 has
    except ConnectionResetError:
        pass
    return reply


def ask(
    port: int,
    query: str,
    accept: str,
    *,
    method: str = "GET",
    version: str = "1.1",
    more: str = "Connection: close\r\n",
) -> Reply:
    with connect(port) as connection:
        send(connection, query, accept, method=method, version=version, more=more)
        return receive(connection, method)
