"""The embedded engine: pyoxigraph over a store in this process.

It trusts its limits to nobody: what may run long or break belongs into a
:class:`~foedus.engine.pool.WorkerPool`, whose workers use this engine.
"""

from __future__ import annotations

import datetime
import io
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.engine import timing
from foedus.engine.answers import Answer, Boolean, Dataset, Triples
from foedus.engine.errors import EngineFailed, LimitReached, QuerySyntaxError
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.rewrite import rewrite
from foedus.engine.rewrite.counts import Counts
from foedus.engine.serialize import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    XML,
    distinct,
    solutions,
    well_formed,
    write_triples,
)

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)\Z", re.DOTALL)
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


_UNKNOWN_FUNCTION = re.compile(r"custom function <([^>]*)> is not supported")
_MOST_UNKNOWN_FUNCTIONS = 20


class EmbeddedEngine:
    """SPARQL 1.1 over a pyoxigraph store.

    Every query passes :func:`foedus.engine.guard.check` first, so that the engine (which sends
    SERVICE requests and ends the process on deep nesting) never sees what it must not.
    """

    def __init__(self, store: ox.Store, limits: Limits | None = None) -> None:
        self.store = store
        self.limits = limits or Limits()
        self._counts = Counts(store)

    @classmethod
    def load(cls, *paths: Path, limits: Limits | None = None) -> EmbeddedEngine:
        """The engine over files of any RDF format, by their extension.

        Raises :class:`EngineFailed` with the file's name, and line and column where it is not RDF.
        """
        store = ox.Store()
        for path in paths:
            load_into(store, path)
        return cls(store, limits)

    def query(
        self,
        text: str,
        *,
        at: datetime.date | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """Answer *text*; ``at`` as in :mod:`foedus.engine.as_of`.

        The graphs named here win over FROM (SPARQL 1.1 Protocol, section 2.1.4).
        Raises :class:`~foedus.engine.errors.QueryError`.
        """
        checked = check(text, at=at, limits=self.limits).over(
            Dataset(tuple(default_graphs or ()), tuple(named_graphs or ()))
        )
        found = self._found(checked)
        try:
            if isinstance(found, ox.QueryBoolean):
                return Boolean(bool(found))
            if isinstance(found, ox.QuerySolutions):
                return solutions(found)
            return Triples(list(distinct(found)))
        except (RuntimeError, OSError) as error:
            raise EngineFailed(str(error)) from None

    def evaluate(self, checked: CheckedQuery, media_type: str) -> bytes:
        """The whole serialised answer to *checked*, within the limits of rows and bytes."""
        with timing.measured("evaluate"):
            found = self._found(checked)
        rows, size = self.limits.result_rows, self.limits.result_bytes
        try:
            if isinstance(found, ox.QueryTriples):
                if media_type not in GRAPH_FORMATS:
                    raise ValueError(f"{media_type} is no format of a graph")
                with timing.measured("evaluate"):
                    triples = list(_bounded(distinct(found), rows))
                with timing.measured("serialise"):
                    document = write_triples(triples, media_type, {})
            elif media_type not in RESULT_FORMATS:
                raise ValueError(f"{media_type} is no format of query results")
            else:
                buffer = _BoundedBuffer(size)
                found.serialize(output=buffer, format=RESULT_FORMATS[media_type])
                buffer.note_times()
                document = buffer.getvalue()
                if media_type == XML:
                    document = well_formed(document)
        except (RuntimeError, OSError) as error:
            raise EngineFailed(str(error)) from None
        if len(document) > size:
            raise _too_large(size)
        # A row takes at least two bytes in every format.
        if len(document) > 2 * rows and isinstance(found, ox.QuerySolutions):
            _bound_rows(document, media_type, rows)
        return document

    def _found(
        self, checked: CheckedQuery
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        store = self.store
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
        named: list[ox.NamedNode | ox.BlankNode] | None = None
        if checked.dataset is not None:
            default = [ox.NamedNode(iri) for iri in checked.dataset.default_graphs]
            named = [ox.NamedNode(iri) for iri in checked.dataset.named_graphs]
            if len(default) > 1:
                # Named anew, or the engine would apply the FROM of the text to the merged store.
                store, default = _merged(store, default, named), [ox.DefaultGraph()]
        unknown: dict[ox.NamedNode, Any] = {}
        text = rewrite(checked.text, self._counts) if self.limits.rewrite else checked.text
        while True:
            try:
                return store.query(
                    text,
                    default_graph=default,
                    named_graphs=named,
                    custom_functions=unknown,
                )
            except SyntaxError as error:
                raise syntax_error(checked.text, str(error)) from None
            except (RuntimeError, OSError) as error:
                function = _UNKNOWN_FUNCTION.search(str(error))
                if not function or len(unknown) >= _MOST_UNKNOWN_FUNCTIONS:
                    raise EngineFailed(str(error)) from None
                # Not known here: an error in the expression that calls it, not in the query.
                unknown[ox.NamedNode(function[1])] = _error_of_expression


def _error_of_expression(*_: object) -> None:
    """The value of a call that fails (SPARQL 1.1 Query, section 17.6): none."""


def load_into(store: ox.Store, path: Path) -> None:
    """Read one RDF file into *store*; raises :class:`EngineFailed` with file, line and column."""
    extension = path.name.rsplit(".", 1)[-1].lower()
    rdf_format = ox.RdfFormat.from_extension(extension)
    if rdf_format is None:
        raise EngineFailed(
            f"{path}: the extension .{extension} is not one of an RDF format "
            "(.nq .trig .ttl .nt .rdf .jsonld)."
        )
    try:
        store.bulk_load(path=str(path), format=rdf_format)
    except SyntaxError as error:
        where = f":{error.lineno}:{error.offset}" if error.lineno else ""
        raise EngineFailed(f"{path}{where}: not {rdf_format.name}: {error.msg}") from None
    except OSError as error:
        raise EngineFailed(f"{path}: {error.strerror or error}") from None


def syntax_error(text: str, message: str) -> QuerySyntaxError:
    """The parser's message with its place, and without the parser's character classes."""
    match = _PLACE.match(message)
    if not match:
        return QuerySyntaxError(message.strip() or "not a SPARQL 1.1 query", text=text)
    line, column, rest = int(match[1]), int(match[2]), " ".join(match[3].split())
    if rest.endswith("."):
        rest = rest[:-1]
    said = [part.strip() for part in rest.removeprefix("one of ").split(", ")]
    # "[_]" and "['a' ..= 'z']" are classes of characters: no help to a reader.
    words = [
        part for part in said if part and "[" not in part and "]" not in part and "'" not in part
    ]
    if len(words) == 1 and " " in words[0]:
        return QuerySyntaxError(words[0], line=line, column=column, text=text)
    sentences = [part for part in words if part[:1].isupper() and " " in part]
    if sentences:
        return QuerySyntaxError(sentences[0], line=line, column=column, text=text)
    lines = text.splitlines()
    found = lines[line - 1][column - 1 :].split() if line <= len(lines) else []
    return QuerySyntaxError(
        f"not SPARQL 1.1: “{found[0][:40]}” cannot stand here"
        if found
        else "not SPARQL 1.1, though every bracket is closed",
        line=line,
        column=column,
        expected=" or ".join(words)
        if words
        else "a . ; or , between triples, or a closing bracket",
        text=text,
    )


def _merged(
    store: ox.Store,
    default: Iterable[ox.NamedNode | ox.BlankNode | ox.DefaultGraph],
    named: Iterable[ox.NamedNode | ox.BlankNode],
) -> ox.Store:
    """A store whose default graph is the RDF merge of *default* (SPARQL 1.1 Query, section 13.2.1).

    The engine would count a triple once for each graph that holds it.
    """
    merged = ox.Store()
    for graph in default:
        merged.extend(
            ox.Quad(q.subject, q.predicate, q.object)
            for q in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in named:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return merged


class _BoundedBuffer(io.BytesIO):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.begun, self.first = time.perf_counter(), 0.0

    def note_times(self) -> None:
        """Note when the first bytes came, and how long the rest took."""
        first = self.first or time.perf_counter()
        timing.note("evaluate", first - self.begun)
        timing.note("serialise", time.perf_counter() - first)

    def write(self, data: object) -> int:
        self.first = self.first or time.perf_counter()
        written = super().write(data)  # type: ignore[arg-type]
        if self.tell() > self.size:
            raise _too_large(self.size)
        return written


def _bounded(triples: Iterable[ox.Triple], rows: int) -> Iterable[ox.Triple]:
    for count, triple in enumerate(triples, 1):
        if count > rows:
            raise _too_many(rows)
        yield triple


def _bound_rows(document: bytes, media_type: str, rows: int) -> None:
    if media_type.endswith("xml"):
        count = document.count(b"<result>") + document.count(b"<result/>")
    elif media_type.endswith("json"):
        skeleton = _JSON_STRING.sub(b"", document).partition(b"[")[2].partition(b"[")[2]
        count = skeleton.count(b"[{") + skeleton.count(b",{") + skeleton.startswith(b"{")
    elif media_type == "text/csv":
        count = sum(part.count(b"\n") for part in document.split(b'"')[::2]) - 1
    else:
        count = document.count(b"\n") - 1
    if count > rows:
        raise _too_many(rows)


def _too_large(size: int) -> LimitReached:
    return LimitReached(
        "result_bytes", f"The result is larger than the limit result_bytes, {size:,} bytes."
    )


def _too_many(rows: int) -> LimitReached:
    return LimitReached(
        "result_rows", f"The result has more rows than the limit result_rows, {rows:,}."
    )
