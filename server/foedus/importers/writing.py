"""N-Quads out, streaming, and the manifest beside them.

Quads go to a scratch folder beside the target, in the order in which they are made, so that the
same files give the same bytes. Only when all is written are the two files moved into place, the
N-Quads first: a reader compares them with the SHA-256 in the manifest, so that whatever was
interrupted, and wherever, is never taken for an import. What a failed import leaves is nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from foedus.content.imported import FORMAT, manifest_of
from foedus.content.scratch import scratch
from foedus.findings import CannotRun

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'[\\"\n\r]')


def iri(value: str) -> str:
    """An IRI as N-Quads has it (RDF 1.1 N-Quads, section 2.2)."""
    return f"<{value}>"


def text(value: str, language: str | None = None) -> str:
    """A string literal, or one in a language (section 2.4)."""
    if _TO_ESCAPE.search(value):
        value = _TO_ESCAPE.sub(lambda match: _ESCAPED[match[0]], value)
    return f'"{value}"@{language}' if language else f'"{value}"'


def integer(value: int) -> str:
    """A whole number."""
    return f'"{value}"^^<{XSD_INTEGER}>'


class Quads:
    """What takes the quads of one import and counts them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._lines: list[str] = []
        self.graphs: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()

    def add(self, subject: str, pairs: Iterator[tuple[str, str]] | Any, graph: str = "") -> None:
        """Write one subject's predicates and objects; ``graph`` is an IRI, empty for the default.

        Subject, predicates and graph are IRIs, objects terms as :func:`iri`, :func:`text` and
        :func:`integer` write them.
        """
        end = f" <{graph}> .\n" if graph else " .\n"
        lines = [f"<{subject}> <{predicate}> {value}{end}" for predicate, value in pairs]
        self.graphs[graph or "default"] += len(lines)
        self._lines += lines
        if len(self._lines) > 4096:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        data = "".join(self._lines).encode("utf-8")
        self._lines.clear()
        self._digest.update(data)
        self._file.write(data)

    @property
    def sha256(self) -> str:
        """The SHA-256 of all that was handed on."""
        return self._digest.hexdigest()


@contextmanager
def writing(target: Path, manifest: dict[str, Any]) -> Iterator[Quads]:
    """Take quads for *target*; on leaving without an error both files are moved into place.

    *manifest* may be filled until then; digest and counts are added. Raises :class:`CannotRun`
    where nothing can be written, or no more.
    """
    beside = manifest_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with scratch(target.parent, ".importing-") as work:
            fresh = work / target.name
            with fresh.open("wb") as file:
                quads = Quads(file)
                yield quads
                quads.flush()
            manifest |= {
                "format": FORMAT,
                "sha256": quads.sha256,
                "quads": sum(quads.graphs.values()),
                "graphs": dict(sorted(quads.graphs.items())),
                "statements": dict(sorted(quads.kinds.items())),
            }
            told = work / beside.name
            told.write_text(
                json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
                encoding="utf-8",
            )
            fresh.replace(target)
            told.replace(beside)
    except OSError as error:
        raise CannotRun(
            f"{target}: the import cannot be written ({error.strerror or error}). Nothing of it is "
            "left; name another place with --out, or make room."
        ) from error
