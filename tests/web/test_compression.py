"""gzip for whoever accepts it, and nothing that could pass for complete when it is not."""

import gzip
import zlib
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from foedus.web import compression
from foedus.web.compression import accepts_gzip, is_text

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}


@pytest.mark.parametrize(
    ("header", "coded"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("br, zstd, gzip", True),
        ("br", False),
        ("*", True),
        ("gzip;q=0, *", False),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0.5, identity;q=1", False),
        ("gzip;q=1.0, identity;q=0.5", True),
        ("gzip;q=nonsense", False),
        ("gzip; q=0.001", True),
    ],
)
def test_the_client_decides(header: str | None, coded: bool) -> None:
    assert accepts_gzip(header) is coded


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sparql",
        "/doc/id/state/ruritania.ttl",
        "/graphs?default",
        "/static/foedus.css",
        "/sitemap.xml",
        "/no/such/page",
    ],
)
def test_the_coded_answer_holds_the_plain_one(client: FlaskClient, path: str) -> None:
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "gzip"}) as coded:
        assert "Content-Encoding" not in plain.headers
        assert coded.headers["Content-Encoding"] == "gzip"
        assert int(coded.headers["Content-Length"]) == len(coded.data)
        assert gzip.decompress(coded.data) == plain.data
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert coded.status_code == plain.status_code


def test_the_same_answer_is_the_same_bytes(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    first, second = (client.get("/sparql", query_string=COUNT, headers=headers) for _ in range(2))
    assert first.data == second.data


def test_who_holds_the_plain_answer_need_not_fetch_the_coded_one(client: FlaskClient) -> None:
    plain = client.get("/sparql", query_string=COUNT)
    headers = {"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]}
    again = client.get("/sparql", query_string=COUNT, headers=headers)
    assert (again.status_code, again.headers["ETag"]) == (304, plain.headers["ETag"])


def test_types_that_are_no_text_are_left_alone() -> None:
    assert is_text("application/sparql-results+json")
    assert is_text("application/n-triples")
    assert not is_text("image/png")
    assert not is_text("application/zip")
    assert not is_text(None)


@pytest.fixture
def streaming() -> FlaskClient:
    app = Flask(__name__)
    compression.install(app)

    @app.get("/whole")
    def whole() -> Response:
        return Response((b"row\n" for _ in range(10_000)), content_type="text/csv")

    @app.get("/broken")
    def broken() -> Response:
        def rows() -> Iterator[bytes]:
            for _ in range(200_000):
                yield zlib.crc32(b"x").to_bytes(4, "big") + b"row\n"
            raise RuntimeError("the engine broke down")

        return Response(rows(), content_type="text/csv")

    return app.test_client()


def test_a_stream_stays_a_stream(streaming: FlaskClient) -> None:
    answer = streaming.get("/whole", headers={"Accept-Encoding": "gzip"})
    assert "Content-Length" not in answer.headers
    assert gzip.decompress(answer.data) == b"row\n" * 10_000


def test_a_stream_that_breaks_never_gets_its_end(streaming: FlaskClient) -> None:
    answer = streaming.get("/broken", headers={"Accept-Encoding": "gzip"}, buffered=False)
    sent: list[bytes] = []
    with pytest.raises(RuntimeError):  # which is what aborts the connection
        sent.extend(iter(answer.response))
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    reader.decompress(b"".join(sent))
    assert not reader.eof
