"""How to tell whether the quads of one predicate have changed since a former run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from foedus.content.names import F

#: Of these, quads with one object seldom have to do with those of another.
BY_OBJECT = frozenset({"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", f"<{F}statementKind>"})
#: By a predicate, or a predicate and an object with a blank between, as N-Quads writes them.
Digests = dict[str, bytes]


def digests(lines: Iterable[str]) -> Digests:
    """A digest of the quads of each predicate, and of each object of some (:data:`BY_OBJECT`).

    *lines* are N-Quads; their order does not matter.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line:
            _, predicate, rest = line.split(" ", 2)
            found[predicate].append(line)
            if predicate in BY_OBJECT:
                found[f"{predicate} {rest.split(' ', 1)[0]}"].append(line)
    return {name: _digest(quads) for name, quads in found.items()}


def _digest(lines: list[str]) -> bytes:
    text = "\n".join(sorted(lines)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()


class Versions:
    """How far the quads of each predicate have come: the digests of all that was added, in turn."""

    def __init__(self) -> None:
        self._parts: dict[str, list[bytes]] = {}

    def add(self, part: Digests) -> None:
        """Note that these quads were added."""
        for name, found in part.items():
            self._parts.setdefault(name, []).append(found)

    @property
    def known(self) -> bool:
        """Whether anything was added."""
        return bool(self._parts)

    def of(self, read: Iterable[str]) -> Iterator[str | bytes]:
        """What an answer that looks at *read* depends on."""
        for name in read:
            yield name
            yield b"".join(self._parts.get(name, ()))
