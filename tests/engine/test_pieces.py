"""A result in pieces: complete or an error, counted as it passes, with the worker given back."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from foedus.engine import EmbeddedEngine, LimitReached, Limits, Stream, WorkerPool, check
from foedus.engine.pieces import PIECE, Pieces, rows_of
from foedus.engine.serialize import (
    CSV,
    GRAPH_FORMATS,
    JSON,
    N_QUADS,
    RDF_XML,
    RESULT_FORMATS,
    XML,
    NotSerializable,
    well_formed,
)

ALL = check("SELECT * { ?s ?p ?o }")
GRAPH = check("CONSTRUCT WHERE { ?s ?p ?o }")
COUNT = check("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.nt"
    path.write_text(
        "".join(
            f'<http://e/{i}> <http://e/p> "a, \\"quoted\\"\\nline [{{\\"a\\"}},{{\\"b\\": {i}" .\n'
            for i in range(10_000)
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def many(rows: Path) -> Iterator[WorkerPool]:
    with WorkerPool(rows, limits=Limits(workers=1)) as pool:
        yield pool


@pytest.mark.parametrize("media_type", [*RESULT_FORMATS, *GRAPH_FORMATS])
def test_the_pieces_of_a_stream_are_the_whole_result(many: WorkerPool, media_type: str) -> None:
    checked = GRAPH if media_type in GRAPH_FORMATS else ALL
    whole = many.evaluate(checked, media_type)
    stream = many.open(checked, media_type, 100_000)
    assert isinstance(stream, Stream)
    pieces = list(stream)
    assert b"".join(pieces) == whole
    assert len(pieces) > 2
    assert max(len(piece) for piece in pieces) < 2 * PIECE
    assert many.open(checked, media_type, len(whole)) == whole


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
@pytest.mark.parametrize("size", [7, 1000, 10_000_000])
def test_rows_are_counted_exactly_wherever_the_pieces_end(
    rows: Path, media_type: str, size: int
) -> None:
    engine = EmbeddedEngine.load(rows)
    document = engine.evaluate(check("SELECT * { ?s ?p ?o } LIMIT 1234"), media_type)
    count, counted = rows_of(media_type), 0
    for begin in range(0, len(document), size):
        counted = count(document[begin : begin + size])
    assert counted == 1234


@pytest.mark.parametrize("media_type", RESULT_FORMATS)
def test_rows_without_any_value_count_too(rows: Path, media_type: str) -> None:
    engine = EmbeddedEngine.load(rows)
    text = "SELECT ?x { { VALUES ?x { 1 UNDEF UNDEF 2 UNDEF } } UNION { ?s ?p ?o } } LIMIT 100"
    document = engine.evaluate(check(text), media_type)
    for size in (3, 64, len(document)):
        count, counted = rows_of(media_type), 0
        for begin in range(0, len(document), size):
            counted = count(document[begin : begin + size])
        assert counted == 100


@pytest.mark.parametrize("limit", [{"result_rows": 9_500}, {"result_bytes": 550_000}])
def test_a_limit_reached_in_the_middle_is_an_error_of_the_stream(
    rows: Path, limit: dict[str, int]
) -> None:
    with WorkerPool(rows, limits=replace(Limits(workers=1), **limit)) as pool:
        for media_type in (*RESULT_FORMATS, *GRAPH_FORMATS):
            checked = GRAPH if media_type in GRAPH_FORMATS else ALL
            with pytest.raises(LimitReached) as early:
                pool.open(checked, media_type, 50_000_000)
            assert early.value.limit == next(iter(limit))
            stream = pool.open(checked, media_type, 100_000)
            assert isinstance(stream, Stream)
            with pytest.raises(LimitReached) as late:
                list(stream)
            assert late.value.limit == next(iter(limit))
        assert b'"10000"' in pool.evaluate(COUNT, JSON)


def test_a_stream_that_nobody_reads_to_its_end_frees_its_worker(many: WorkerPool) -> None:
    for _ in range(3):
        stream = many.open(ALL, JSON, 100_000)
        assert isinstance(stream, Stream)
        next(stream)
        stream.close()
    assert b'"10000"' in many.evaluate(COUNT, JSON)


def test_time_in_which_nobody_takes_what_is_there_is_not_counted(rows: Path) -> None:
    with WorkerPool(rows, limits=Limits(workers=1, query_seconds=1.5)) as pool:
        stream = pool.open(ALL, CSV, 10_000)
        assert isinstance(stream, Stream)
        next(stream)
        time.sleep(1.7)
        assert sum(len(piece) for piece in stream) > 400_000


def test_a_graph_that_rdf_xml_cannot_write_is_an_error_before_its_first_piece(
    many: WorkerPool,
) -> None:
    checked = check("CONSTRUCT { ?s <http://e/1> ?o } { ?s ?p ?o }")
    with pytest.raises(NotSerializable):
        many.open(checked, RDF_XML, 100_000)
    assert many.open(checked, N_QUADS, 100_000)


@pytest.mark.parametrize("media_type", [XML, RDF_XML])
def test_what_xml_cannot_write_is_an_error_in_whatever_piece_it_is(
    rows: Path, media_type: str
) -> None:
    engine = EmbeddedEngine.load(rows)
    head = "SELECT ?s ?p ?o" if media_type == XML else "CONSTRUCT { ?s ?p ?o }"
    other = '{ BIND(<urn:s> AS ?s) BIND(<urn:p> AS ?p) BIND("%s" AS ?o) }'
    text = f"{head} {{ {{ ?s ?p ?o }} UNION {other} }}"
    with pytest.raises(NotSerializable):
        engine.write(check(text % "\\uFFFE"), media_type, lambda _: None)
    pieces: list[bytes] = []
    engine.write(check(text % "\\r"), media_type, pieces.append)
    assert len(pieces) > 2
    assert b"\r" not in b"".join(pieces)


@pytest.mark.parametrize("cut", [1, 2])
def test_a_character_between_two_pieces_is_seen(cut: int) -> None:
    character = "\ufffe".encode()
    sink = Pieces(lambda _: None, Limits(), None, well_formed)
    sink.write(b"<a>" + character[:cut])
    sink.rest()
    sink.write(character[cut:] + b"</a>")
    with pytest.raises(NotSerializable):
        sink.rest()


def test_every_process_that_loads_the_same_file_answers_with_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "data.nq"
    path.write_text(
        "".join(
            f"_:n{i % 700} <http://e/p{i % 5}> <http://e/{i}> <http://e/g{i % 3}> .\n"
            f'<http://e/{i}> <http://e/q> "{i}" .\n'
            for i in range(3000)
        ),
        encoding="utf-8",
    )
    asked = (
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o } LIMIT 10 OFFSET 77",
        "SELECT DISTINCT ?s { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?p (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?p",
        "SELECT DISTINCT ?s { ?s <http://e/q> ?o }",  # from columns, there or not yet
        "SELECT ?o (COUNT(*) AS ?n) { ?s <http://e/q> ?o } GROUP BY ?o",
    )
    answers = set()
    for _ in range(3):
        with WorkerPool(path, limits=Limits(workers=2)) as pool:
            answers.add(tuple(pool.evaluate(check(text), JSON) for text in asked))
    assert len(answers) == 1


def test_blank_nodes_of_two_files_stay_two_nodes(tmp_path: Path) -> None:
    for name in ("one.nt", "two.nt"):
        (tmp_path / name).write_text(f'_:x <http://e/p> "{name}" .\n', encoding="utf-8")
    engine = EmbeddedEngine.load(tmp_path / "one.nt", tmp_path / "two.nt")
    assert len({row[0] for row in engine.query("SELECT ?s { ?s ?p ?o }").rows}) == 2


def _peak(pid: int | str) -> int:
    """The most memory that a process has had in use, in bytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell the memory of a process")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024


@pytest.mark.parametrize("media_type", [JSON, XML])
def test_memory_stays_flat_in_the_worker_and_here_while_rows_pass(
    rows: Path, media_type: str
) -> None:
    numbers = " ".join(map(str, range(25)))
    checked = check(f"SELECT * {{ VALUES ?i {{ {numbers} }} ?s ?p ?o }}")
    with WorkerPool(rows, limits=Limits(workers=1, light_workers=0, result_bytes=10**9)) as pool:
        processes = ("self", pool._idle[0].pid)
        pool.evaluate(COUNT, media_type)
        before = [_peak(process) for process in processes]
        size = sum(map(len, pool.open(checked, media_type, 1_000_000)))
        grown = [_peak(process) - was for process, was in zip(processes, before, strict=True)]
    assert size > 25_000_000
    assert max(grown) < 10_000_000, grown
