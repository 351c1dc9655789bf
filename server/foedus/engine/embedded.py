"""The embedded engine: pyoxigraph over a store in this process.

It trusts its limits to nobody: what may run long or break belongs into a
:class:`~foedus.engine.pool.WorkerPool`, whose workers use this engine.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from foedus.engine import timing
from foedus.engine.answers import Answer, Boolean, Dataset, Triples
from foedus.engine.errors import EngineFailed, QuerySyntaxError
from foedus.engine.graphs import FORMATS, Lines
from foedus.engine.guard import CheckedQuery, check
from foedus.engine.limits import Limits
from foedus.engine.parsing import SYNTAX, parse
from foedus.engine.pieces import Pieces, bounded
from foedus.engine.planning import PLAN, plan
from foedus.engine.rewrite import Rewriter
from foedus.engine.rewrite.counts import Counts
from foedus.engine.serialize import (
    GRAPH_FORMATS,
    RDF_XML,
    RESULT_FORMATS,
    XML,
    distinct,
    solutions,
    well_formed,
    write_graph,
)

if TYPE_CHECKING:
    from foedus.engine.columns import Answering, Columns

_PLACE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)\Z", re.DOTALL)


#: What no question of this program says outside a name or literal (see :meth:`trusting`).
_NOT_OURS = re.compile(r"\b(?:SERVICE|FROM)\b", re.IGNORECASE)
_UNKNOWN_FUNCTION = re.compile(r"custom function <([^>]*)> is not supported")
_MOST_UNKNOWN_FUNCTIONS = 20


class EmbeddedEngine:
    """SPARQL 1.1 over a pyoxigraph store.

    Every query passes :func:`foedus.engine.guard.check` first, so that the engine (which sends
    SERVICE requests and ends the process on deep nesting) never sees what it must not.
    """

    def __init__(
        self, store: ox.Store, limits: Limits | None = None, columns: Columns | None = None
    ) -> None:
        self.store = store
        self.limits = limits or Limits()
        self._rewrite = Rewriter(Counts(store))
        self._answering: Answering | None = None
        if columns is not None:
            from foedus.engine.columns import Answering

            self._answering = Answering(columns)
        self._trusting = False

    def trusting(self) -> EmbeddedEngine:
        """The same store for the questions of this program alone, never for those of strangers.

        They are asked as they are written, neither checked nor rewritten, which costs more than
        most of them; but one in which the word SERVICE stands, or FROM, is checked as any other.
        """
        trusting = EmbeddedEngine(self.store, replace(self.limits, rewrite=False))
        trusting._trusting = True
        return trusting

    @classmethod
    def load(
        cls, *paths: Path, limits: Limits | None = None, proven: bool = False
    ) -> EmbeddedEngine:
        """The engine over files of any RDF format, by their extension.

        ``proven`` says that somebody else reads the same files and refuses what is no RDF; then
        names are not proven again, which is a quarter of the work.
        Raises :class:`EngineFailed` with the file's name, and line and column where it is not RDF.
        """
        store = ox.Store()
        for path in paths:
            load_into(store, path, keep_labels=len(paths) == 1, proven=proven)
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
        dataset = Dataset(tuple(default_graphs or ()), tuple(named_graphs or ()))
        if self._trusting and at is None and not dataset and not _NOT_OURS.search(text):
            checked = CheckedQuery(text, "SELECT", None, True)
        else:
            checked = check(text, at=at, limits=self.limits).over(dataset)
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
        pieces: list[bytes] = []
        self.write(checked, media_type, pieces.append)
        return b"".join(pieces)

    def write(
        self, checked: CheckedQuery, media_type: str, emit: Callable[[bytes], object]
    ) -> None:
        """Hand the serialised answer to *emit*, piece by piece as it is found.

        Raises :class:`~foedus.engine.errors.QueryError`; what *emit* got by then is no answer.
        For :data:`~foedus.engine.planning.PLAN` it is the plan, for
        :data:`~foedus.engine.parsing.SYNTAX` nothing; and nothing is evaluated.
        """
        if media_type == SYNTAX:
            try:
                parse(checked.text)
            except SyntaxError as error:
                raise syntax_error(checked.text, str(error)) from None
            return
        if media_type == PLAN:
            rewriter = self._rewrite if self.limits.rewrite else None
            emit(plan(checked.text, checked.dataset, rewriter, self._answering))
            return
        with timing.measured("evaluate"):
            found = self._found(checked)
        form = well_formed if media_type in (XML, RDF_XML) else None
        try:
            if isinstance(found, ox.QueryTriples):
                if media_type not in GRAPH_FORMATS:
                    raise ValueError(f"{media_type} is no format of a graph")
                sink = Pieces(emit, self.limits, None, form)
                if media_type in FORMATS:
                    lines = Lines(sink, media_type, self.limits.result_rows)
                    found.serialize(output=cast(IO[bytes], lines), format=ox.RdfFormat.N_TRIPLES)
                    lines.close()
                else:
                    triples = bounded(distinct(found), self.limits.result_rows)
                    write_graph(triples, media_type, sink)
            elif media_type not in RESULT_FORMATS:
                raise ValueError(f"{media_type} is no format of query results")
            else:
                rows = media_type if isinstance(found, ox.QuerySolutions) else None
                sink = Pieces(emit, self.limits, rows, form)
                found.serialize(output=cast(IO[bytes], sink), format=RESULT_FORMATS[media_type])
        except (RuntimeError, OSError) as error:
            raise EngineFailed(str(error)) from None
        emit(sink.rest())
        sink.note_times()

    def _found(
        self, checked: CheckedQuery
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        if self._answering and checked.dataset is None and checked.form == "SELECT":
            written = self._answering.answer(checked.text)
            if written is not None:
                found = ox.parse_query_results(written, format=ox.QueryResultsFormat.TSV)
                assert isinstance(found, ox.QuerySolutions)
                return found
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
        text = self._rewrite(checked.text) if self.limits.rewrite else checked.text
        while True:
            try:
                return store.query(
                    text,
                    default_graph=default,
                    named_graphs=named,
                    custom_functions=unknown,
                )
            except SyntaxError as error:
                if text is not checked.text:
                    text = checked.text  # whose error is to be told
                    continue
                raise syntax_error(checked.text, str(error)) from None
            except (RuntimeError, OSError) as error:
                function = _UNKNOWN_FUNCTION.search(str(error))
                if not function or len(unknown) >= _MOST_UNKNOWN_FUNCTIONS:
                    raise EngineFailed(str(error)) from None
                # Not known here: an error in the expression that calls it, not in the query.
                unknown[ox.NamedNode(function[1])] = _error_of_expression


def _error_of_expression(*_: object) -> None:
    """The value of a call that fails (SPARQL 1.1 Query, section 17.6): none."""


def load_into(
    store: ox.Store, path: Path, *, keep_labels: bool = False, proven: bool = False
) -> None:
    """Read one RDF file into *store*; raises :class:`EngineFailed` with file, line and column.

    The engine names blank nodes at random, each time anew. ``keep_labels`` keeps the labels of an
    N-Triples or N-Quads file, so that every process that loads it answers with the same bytes; for
    several files it would make one node of two.
    """
    extension = path.name.rsplit(".", 1)[-1].lower()
    rdf_format = ox.RdfFormat.from_extension(extension)
    if rdf_format is None:
        raise EngineFailed(
            f"{path}: the extension .{extension} is not one of an RDF format "
            "(.nq .trig .ttl .nt .rdf .jsonld)."
        )
    try:
        if keep_labels and extension in ("nt", "nq") and _holds(path, b"_:"):
            store.bulk_extend(ox.parse(path=str(path), format=rdf_format, lenient=proven))
        else:
            store.bulk_load(path=str(path), format=rdf_format, lenient=proven)
    except SyntaxError as error:
        where = f":{error.lineno}:{error.offset}" if error.lineno else ""
        raise EngineFailed(f"{path}{where}: not {rdf_format.name}: {error.msg}") from None
    except OSError as error:
        raise EngineFailed(f"{path}: {error.strerror or error}") from None


def may_be_renamed(path: Path, *, alone: bool) -> bool:
    """Whether a file may hold blank nodes to which each loading gives other labels."""
    if path.suffix.lower() in (".nt", ".nq"):
        return not alone and _holds(path, b"_:")
    if path.suffix.lower() in (".ttl", ".trig", ".n3"):
        return _holds(path, b"_:", b"[", b"(")
    return True


def _holds(path: Path, *marks: bytes) -> bool:
    """Whether any of *marks* is somewhere in a file."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return any(content.find(mark) >= 0 for mark in marks)


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
