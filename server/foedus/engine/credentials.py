"""Who we are to an engine that asks: HTTP authentication (RFC 7617, RFC 7616, RFC 6750).

Name and password come from the environment or from a file that only its owner can read; never from
the command line, and never into a log, a message or an answer. They are sent when the engine asks
for them (401), and in a form that can be read on the way only where nobody is on the way: over TLS,
on this machine, or on a private network.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import stat
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import parse_http_list, parse_keqv_list

from foedus.engine.endpoints import Pinned, plain

USER, PASSWORD, FILE = "FOEDUS_ENGINE_USER", "FOEDUS_ENGINE_PASSWORD", "FOEDUS_ENGINE_CREDENTIALS"
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256, "": hashlib.md5}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password; without a name the password is a bearer token."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Credentials | None:
        """What the environment gives, or the file that it names; raises :class:`ValueError`."""
        if name := environment.get(FILE):
            return cls._read(Path(name))
        user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
        if not user and not password:
            return None
        return cls._checked(user, password, f"{USER} and {PASSWORD}")

    @classmethod
    def _read(cls, path: Path) -> Credentials:
        """The name in the first line and the password in the second (alone, a bearer token)."""
        try:
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ValueError(f"{path}: others may read it. chmod 600 {path}")
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: cannot be read ({type(error).__name__}).") from None
        if len(lines) not in (1, 2):
            raise ValueError(f"{path}: expected a name in one line, a password in the next.")
        return cls._checked(lines[0] if len(lines) == 2 else "", lines[-1], str(path))

    @classmethod
    def _checked(cls, user: str, password: str, where: str) -> Credentials:
        if not password or not (user + password).isprintable() or ":" in user or '"' in user:
            raise ValueError(f"{where}: no name and password that HTTP can send.")
        if not user and not password.isascii():
            raise ValueError(f"{where}: a token is ASCII.")
        return cls(user, password)

    def answer(self, challenge: str, service: Pinned, method: str, target: str) -> str | None:
        """The value of Authorization for a challenge; ``None`` where it may not be given."""
        scheme, _, rest = challenge.strip().partition(" ")
        match scheme.lower():
            case "digest" if self.user:
                return self._digest(rest, method, target)
            case "basic" if self.user and _unheard(service):
                pair = f"{self.user}:{self.password}".encode()
                return f"Basic {b64encode(pair).decode('ascii')}"
            case "bearer" if not self.user and _unheard(service):
                return f"Bearer {self.password}"
        return None

    def _digest(self, challenge: str, method: str, target: str) -> str | None:
        """RFC 7616, sections 3.3 and 3.4."""
        said = parse_keqv_list(parse_http_list(challenge))
        algorithm = said.get("algorithm", "").upper()
        offered = [part.strip() for part in said.get("qop", "").split(",")]
        if algorithm not in _HASHES or "nonce" not in said or not {"auth", ""} & set(offered):
            return None

        def hashed(text: str) -> str:
            return _HASHES[algorithm](text.encode()).hexdigest()

        realm, nonce, own = said.get("realm", ""), said["nonce"], secrets.token_hex(8)
        secret = hashed(f"{self.user}:{realm}:{self.password}")
        asked = hashed(f"{method}:{target}")
        fields = {"username": self.user, "realm": realm, "nonce": nonce, "uri": target}
        if "auth" in offered:
            fields["response"] = hashed(f"{secret}:{nonce}:00000001:{own}:auth:{asked}")
            fields["cnonce"] = own
        else:
            fields["response"] = hashed(f"{secret}:{nonce}:{asked}")
        if "opaque" in said:
            fields["opaque"] = said["opaque"]
        written = ", ".join(f'{name}="{text}"' for name, text in fields.items())
        if "auth" in offered:
            written += ", qop=auth, nc=00000001"
        return f"Digest {written}" + (f", algorithm={algorithm}" if algorithm else "")


def _unheard(service: Pinned) -> bool:
    """Whether what is sent there can be read by nobody on the way."""
    if service.endpoint.scheme == "https":
        return True
    addresses = [plain(address) for address in service.addresses()]
    return all(
        address.is_loopback or (address.is_private and isinstance(address, ipaddress.IPv4Address))
        for address in addresses
    )
