"""The default graph as columns of numbers, in memory that all workers share.

Every term has a number; every property has its pairs of subject and object twice, sorted by the one
and by the other. The columns are built once, by a process of its own, into a region of memory that
was mapped before the workers were forked: each of them sees the columns when they are there, and a
question that needs them waits until then, so that the same question is always answered by the same
means and in the same order.
"""

from __future__ import annotations

import datetime
import json
import os
import struct
import tempfile
import time
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

Ids = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]

IRI, BLANK, DATE, INTEGER, OTHER = 1, 2, 4, 8, 16
_DATE_END = b'"^^<http://www.w3.org/2001/XMLSchema#date>'
_BUILDING, _READY, _FAILED = 0, 1, 2
_HEAD = struct.Struct("!BQ")
_ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
_MANY, _MOST = 2_000, 64_000_000  # subjects worth an index, and entries of all indexes
_PAUSE = 0.005  # seconds between two looks at what is being built


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """The pairs of one property: by subject, by object, and what is known of them.

    ``kinds`` are the kinds of its objects, as bits; ``subjects`` and ``objects`` how many differ.
    """

    by_subject: tuple[Ids, Ids]
    by_object: tuple[Ids, Ids]
    number: int
    kinds: int
    subjects: int
    objects: int
    terms: int
    starts: dict[tuple[int, bool], Ids]  # of all properties

    @property
    def pairs(self) -> int:
        """How many there are."""
        return len(self.by_subject[0])

    def reach(self, column: Ids, *, subjects: bool) -> tuple[Ids, Ids]:
        """Where the pairs of each subject (or object) in a column begin, and how many there are."""
        keys = (self.by_subject if subjects else self.by_object)[0]
        starts = self.starts.get((self.number, subjects))
        if starts is None and len(column) >= _MANY and len(self.starts) < _MOST // self.terms:
            # Where pairs begin, of every term: looked up ten times as fast as searched for.
            starts = np.zeros(self.terms + 1, np.int32)
            np.cumsum(np.bincount(keys, minlength=self.terms), out=starts[1:])
            self.starts[self.number, subjects] = starts
        if starts is not None:
            begin = starts[column]
            return begin, starts[column + 1] - begin
        begin = np.searchsorted(keys, column).astype(np.int32)
        return begin, np.searchsorted(keys, column, "right").astype(np.int32) - begin


class Columns:
    """The columns in *region*, once they are there."""

    def __init__(self, region: mmap) -> None:
        self.region = region

    @classmethod
    def of(cls, store: ox.Store) -> Columns:
        """The columns of *store*, built here and now."""
        columns = cls(mmap(-1, room(len(store), 1 << 26)))
        columns.build(store)
        return columns

    def build(self, store: ox.Store) -> None:
        """Build them from *store*; where that fails, say so to whoever waits."""
        try:
            _write(self.region, _arrays(store))
        except BaseException:
            self.region[0] = _FAILED
            raise
        self.region[0] = _READY

    def there(self) -> bool:
        """Whether they are there; waits while they are being built."""
        while self.region[0] == _BUILDING:
            time.sleep(_PAUSE)
        return self.region[0] == _READY

    @cached_property
    def _head(self) -> dict[str, Any]:
        _, length = _HEAD.unpack_from(self.region)
        head: dict[str, Any] = json.loads(self.region[_HEAD.size : _HEAD.size + length])
        return head

    def _array(self, name: str) -> Any:
        offset, kind, count = self._head["arrays"][name]
        return np.frombuffer(self.region, kind, count, offset)

    @cached_property
    def kinds(self) -> npt.NDArray[np.uint8]:
        """The kind of each term, one bit."""
        return cast("npt.NDArray[np.uint8]", self._array("kinds"))

    @cached_property
    def values(self) -> Numbers:
        """The day or the integer that a term stands for, where it is of such a kind."""
        return cast(Numbers, self._array("values"))

    @cached_property
    def ranks(self) -> Ids:
        """The place of each IRI in the order of IRIs."""
        return cast(Ids, self._array("ranks"))

    @cached_property
    def _ends(self) -> Numbers:
        """Where in the region each text ends; the first entry is where the first begins."""
        return cast(Numbers, self._array("ends") + self._head["arrays"]["texts"][0])

    @cached_property
    def _hashes(self) -> tuple[Any, Ids]:
        return self._array("hashes"), cast(Ids, self._array("by_hash"))

    @cached_property
    def properties(self) -> dict[int, Property]:
        """What is known of each property, by its number."""
        subject, object_ = self._array("subjects"), self._array("of_subjects")
        value, of = self._array("objects"), self._array("of_objects")
        starts: dict[tuple[int, bool], Ids] = {}
        return {
            number: Property(
                (subject[begin:end], object_[begin:end]),
                (value[begin:end], of[begin:end]),
                number,
                kinds,
                subjects,
                objects,
                self.count,
                starts,
            )
            for number, begin, end, kinds, subjects, objects in self._head["properties"]
        }

    @property
    def count(self) -> int:
        """How many terms there are; the numbers go from zero."""
        return len(self.kinds)

    def text(self, number: int) -> bytes:
        """A term, as SPARQL 1.1 Query Results TSV writes it."""
        begin, end = self._ends[number : number + 2].tolist()
        return self.region[begin:end]

    def texts(self, numbers: Ids) -> list[bytes]:
        """These terms, as :meth:`text` gives each."""
        region, ends = self.region, self._ends
        begins = ends[numbers].tolist()
        return [region[a:b] for a, b in zip(begins, ends[1:][numbers].tolist(), strict=True)]

    def number(self, text: bytes) -> int:
        """The number of the term that is written so, or -1."""
        hashes, order = self._hashes
        wanted = np.uint32(zlib.crc32(text))
        for place in range(
            int(np.searchsorted(hashes, wanted)), int(np.searchsorted(hashes, wanted, "right"))
        ):
            if self.text(int(order[place])) == text:
                return int(order[place])
        return -1


def shared(size: int) -> tuple[Columns, int]:
    """Columns yet to be built that can only be read, and the descriptor by which they are written.

    A process that has the columns without the descriptor cannot change what others read: the
    memory was mapped from a file that was opened for reading. Raises :class:`OSError`.
    """
    if hasattr(os, "memfd_create"):
        writable = os.memfd_create("columns")
        readable = os.open(f"/proc/self/fd/{writable}", os.O_RDONLY)
    else:
        writable, name = tempfile.mkstemp()
        readable = os.open(name, os.O_RDONLY)
        os.unlink(name)
    try:
        os.ftruncate(writable, size)
        return Columns(mmap(readable, size, access=ACCESS_READ)), writable
    except BaseException:
        os.close(writable)
        raise
    finally:
        os.close(readable)


def abandon(writable: int) -> None:
    """Say to those who wait for columns that there will be none, unless they are there."""
    if os.pread(writable, 1, 0) == bytes((_BUILDING,)):
        os.pwrite(writable, bytes((_FAILED,)), 0)


def room(quads: int, characters: int) -> int:
    """Bytes to map for the columns of a dataset; what is not used costs nothing."""
    return (1 << 24) + 2 * characters + 128 * quads


class _Numbering(dict[bytes, int]):
    def __missing__(self, text: bytes) -> int:
        number = self[text] = len(self)
        return number


class _Sink:
    """Takes the table of all triples as it is written, and numbers its terms."""

    def __init__(self) -> None:
        self.numbering, self.numbers = _Numbering(), array("i")
        self._rest, self._begun = b"", False

    def write(self, data: bytes) -> int:
        whole, end, rest = (self._rest + data).rpartition(b"\n")
        self._rest = rest
        if end and not self._begun:
            _, end, whole = whole.partition(b"\n")
            self._begun = True
        if end:
            parts = whole.replace(b"\n", b"\t").split(b"\t")
            self.numbers.extend(map(self.numbering.__getitem__, parts))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def _arrays(store: ox.Store) -> tuple[dict[str, Any], list[list[int]]]:
    sink = _Sink()
    found = store.query(_ALL)
    assert isinstance(found, ox.QuerySolutions)
    found.serialize(output=cast(IO[bytes], sink), format=ox.QueryResultsFormat.TSV)
    texts = list(sink.numbering)
    subject, verb, value = np.frombuffer(sink.numbers, np.int32).reshape(-1, 3).T
    kinds, values = _kinds(texts)
    ranks = np.zeros(len(texts), np.int32)
    # Without the bracket at its end: <a> comes before <a/b>.
    ranks[sorted(range(len(texts)), key=[text[:-1] for text in texts].__getitem__)] = np.arange(
        len(texts), dtype=np.int32
    )
    hashes = np.fromiter(map(zlib.crc32, texts), np.uint32, len(texts))
    by_hash = np.argsort(hashes, kind="stable").astype(np.int32)
    by_subject = np.lexsort((value, subject, verb))
    by_object = np.lexsort((subject, value, verb))
    properties = _properties(verb, by_subject, subject, by_object, value, kinds)
    return {
        "texts": np.frombuffer(b"".join(texts), np.uint8),
        "ends": np.cumsum(np.fromiter(map(len, [b"", *texts]), np.int64, len(texts) + 1)),
        "kinds": kinds,
        "values": values,
        "ranks": ranks,
        "hashes": hashes[by_hash],
        "by_hash": by_hash,
        "subjects": subject[by_subject],
        "of_subjects": value[by_subject],
        "objects": value[by_object],
        "of_objects": subject[by_object],
    }, properties


def _kinds(texts: Iterable[bytes]) -> tuple[npt.NDArray[np.uint8], Numbers]:
    kinds, values = bytearray(), array("q")
    for text in texts:
        kind, value = _kind(text)
        kinds.append(kind)
        values.append(value)
    return np.frombuffer(kinds, np.uint8), np.frombuffer(values, np.int64)


def _kind(text: bytes) -> tuple[int, int]:
    """Kind and value of a term; a date is one of four digits for the year and without a zone."""
    first = text[:1]
    if first == b"<":
        return (OTHER if text[:2] == b"<<" else IRI), 0
    if first == b"_":
        return BLANK, 0
    if first == b'"':
        day = date(text[1:11]) if text[11:] == _DATE_END else None
        return (OTHER, 0) if day is None else (DATE, day)
    if len(text) < 18 and text.lstrip(b"-").isdigit():
        return INTEGER, int(text)
    return OTHER, 0


def date(text: bytes) -> int | None:
    """The number of a day that is written so (XML Schema 1.1, section 3.3.9), or ``None``."""
    year, month, day = text[:4], text[5:7], text[8:]
    if len(text) != 10 or text[4:8:3] != b"--" or not (year + month + day).isdigit():
        return None
    try:
        return datetime.date(int(year), int(month), int(day)).toordinal()
    except ValueError:
        return None


def _properties(
    verb: Ids,
    by_subject: npt.NDArray[np.intp],
    subject: Ids,
    by_object: npt.NDArray[np.intp],
    value: Ids,
    kinds: npt.NDArray[np.uint8],
) -> list[list[int]]:
    verbs, subjects, objects = verb[by_subject], subject[by_subject], value[by_object]
    ends = [0, *(np.flatnonzero(np.diff(verbs)) + 1).tolist(), len(verbs)]
    of = kinds[value[by_subject]]
    return [
        [
            int(verbs[begin]),
            begin,
            end,
            int(np.bitwise_or.reduce(of[begin:end])),
            1 + int(np.count_nonzero(np.diff(subjects[begin:end]))),
            1 + int(np.count_nonzero(np.diff(objects[begin:end]))),
        ]
        for begin, end in pairwise(ends)
        if end > begin
    ]


def _write(region: mmap, built: tuple[dict[str, Any], list[list[int]]]) -> None:
    arrays, properties = built
    places: dict[str, tuple[int, str, int]] = {}
    # The head comes first and says where the rest is: room enough for both.
    offset = _HEAD.size + 200 * len(properties) + 4096
    for name, content in arrays.items():
        offset += -offset % 8
        places[name] = (offset, content.dtype.str, len(content))
        offset += content.nbytes
    head = json.dumps({"arrays": places, "properties": properties}).encode()
    if offset > len(region):
        raise ValueError("the columns need more room than was mapped")
    for name, content in arrays.items():
        begin, kind, count = places[name]
        np.frombuffer(region, kind, count, begin)[:] = content
    _HEAD.pack_into(region, 0, _BUILDING, len(head))
    region[_HEAD.size : _HEAD.size + len(head)] = head
