"""The services that may be asked: their addresses, and the machines these were pinned to.

An endpoint is allowed by its exact address. Its host is resolved once, and every connection goes to
what it resolved to then: a name that means another machine later (DNS rebinding) changes nothing
until the service is started again. A *name* must mean a public address, unless private ones are
allowed; an address written as a number, and localhost, are as deliberate as can be.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from foedus.engine.errors import ServiceFailed

_PORTS = {"http": 80, "https": 443}
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service is asked: ``target`` is the path with its query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of Host (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def endpoint(url: str) -> Endpoint:
    """The endpoint at *url*; raises :class:`ValueError` that says what an address must be.

    Only what RFC 3986 (section 6.2.3) calls equal is: case of scheme and host, the default port,
    the empty path. What could be read in two ways (credentials, fragments, spaces) is refused.
    """
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise ValueError(f"{url!r}: expected an address in ASCII, without spaces")
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{url}: {error}") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise ValueError(f"{url}: expected http://host/path or https://host/path")
    if "@" in parts.netloc:
        raise ValueError(f"{url}: an address with credentials in it is not taken")
    if parts.fragment or url.endswith(("#", "?")):
        raise ValueError(
            f"{url}: an address with a fragment or an empty query is none of a service"
        )
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError(f"{url}: expected a port from 1 to 65535")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(scheme, host, port or _PORTS[scheme], target)


class Pinned:
    """An endpoint, and the addresses that its host had when it was first resolved. Thread-safe."""

    def __init__(self, endpoint: Endpoint, *, private: bool = False) -> None:
        self.endpoint = endpoint
        self._private = private
        self._lock = threading.Lock()
        self._addresses: tuple[str, ...] = ()

    def addresses(self) -> tuple[str, ...]:
        """Where to connect to; raises :class:`ServiceFailed` where that cannot be known."""
        with self._lock:
            if not self._addresses:
                self._addresses = self._resolved()
            return self._addresses

    def _resolved(self) -> tuple[str, ...]:
        host = self.endpoint.host
        try:
            found = socket.getaddrinfo(host, self.endpoint.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise ServiceFailed(f"{self.endpoint}: its host cannot be found.") from None
        named = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [text for text in named if not self._may_be_asked(host, text)]
        if refused:
            raise ServiceFailed(f"{self.endpoint}: its host has an address that is not public.")
        return tuple(named)

    def _may_be_asked(self, host: str, text: str) -> bool:
        address = plain(text)
        if address.is_multicast or address.is_unspecified or address.is_reserved:
            return False
        if self._private or host == "localhost" or _is_address(host):
            return True
        return address.is_global


def plain(text: str) -> IpAddress:
    """The address in *text*; of one that carries an IPv4 address in it, that one.

    IPv4-mapped (RFC 4291, section 2.5.5.2), 6to4 (RFC 3056) and NAT64 (RFC 6052) addresses lead to
    the machine of the IPv4 address, and are judged by it.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
