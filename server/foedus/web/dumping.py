"""Dumps of the release that is served: written once, sent from an open file.

Each format is written when it is first asked for, into a file without a name, and stays until the
application is gone; N-Quads are the file of the release itself. So a dump costs no memory however
many take it at once, can be taken in parts (RFC 9110, section 14) and asked for again only if it
has changed (section 13), and is whole even when the release is replaced on the disk.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
import weakref
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Response, request
from werkzeug.wsgi import FileWrapper

from foedus.graph.dumps import write_dump
from foedus.web.sending import knows_chunks
from foedus.web.served import Served

CONTENT_TYPES = {
    "nq": "application/n-quads",
    "trig": "application/trig; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
}
_PIECE = 65_536


class _File:
    """An open file of which many read at once; closed when nobody has it any more."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        weakref.finalize(self, os.close, descriptor)


class _Reader(io.RawIOBase):
    """A position of one's own in a file."""

    def __init__(self, file: _File) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = os.pread(self._file.descriptor, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class Dumps:
    """The dumps of *served*. Thread-safe."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._lock = threading.Lock()
        self._files: dict[str, _File] = {}

    def response(self, extension: str) -> Response:
        """The dump with this extension of :data:`CONTENT_TYPES`, or the part that is asked for."""
        file = self._file(extension)
        body: Any = FileWrapper(io.BufferedReader(_Reader(file), _PIECE), _PIECE)
        if not knows_chunks():
            body = os.pread(file.descriptor, file.size, 0)  # with its length, coded or not
        response = Response(body, content_type=CONTENT_TYPES[extension])
        response.content_length = file.size
        response.headers["ETag"] = f'"{self._served.digest[:32]}-{extension}"'
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Accept-Ranges"] = "bytes"
        response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)
        return response

    def _file(self, extension: str) -> _File:
        with self._lock:
            if extension not in self._files:
                self._files[extension] = _File(self._opened(extension))
            return self._files[extension]

    def _opened(self, extension: str) -> int:
        dataset = self._served.dataset[0]
        if extension == "nq":
            return os.open(dataset, os.O_RDONLY)
        quads = list(ox.parse(path=str(dataset), format=ox.RdfFormat.N_QUADS))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"dump.{extension}"
            write_dump(quads, self._served.digest, path)
            return os.open(path, os.O_RDONLY)
