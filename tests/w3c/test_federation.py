"""The W3C suite of Federated Query, as far as the service claims it.

Each endpoint of a test is a real server over its data; what the query calls ``example.org`` is
written as the address of that server.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from conformance import compare, results
from conformance.data import triples
from conformance.manifest import MF, QT, Test, file_of, manifests
from foedus.engine import Limits, WorkerPool
from foedus.web import Served, Settings, create_app
from foedus.web.serving import listen

XML = "application/sparql-results+xml"


def services_of(test: Test) -> dict[str, str]:
    """Endpoint → address of its data (``qt:serviceData``)."""
    found: dict[str, str] = {}
    for manifest in manifests():
        action = manifest.object(ox.NamedNode(test.iri), MF + "action")
        for node in manifest.objects(action, QT + "serviceData") if action is not None else ():
            found[manifest.text(node, QT + "endpoint")] = manifest.text(node, QT + "data")
    return found


def written(path: Path, address: str) -> Path:
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples(address)] if address else []
    ox.serialize(quads, output=str(path), format=ox.RdfFormat.N_QUADS)
    return path


@contextmanager
def endpoint(path: Path) -> Iterator[str]:
    """A server of its own over one file."""
    with WorkerPool(path, limits=Limits(workers=1, light_workers=0)) as pool:
        settings = Settings(threads=2)
        server = listen(
            create_app(Served.files([path]), evaluator=pool, settings=settings),
            "127.0.0.1",
            0,
            settings,
        )
        thread = threading.Thread(target=run, args=[server], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.effective_port}/sparql"
        deadline = time.monotonic() + 5
        while server.active_channels and time.monotonic() < deadline:
            time.sleep(0.01)
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)


def run(server: Any) -> None:
    with suppress(OSError):  # it is closed from outside
        server.run()


@pytest.mark.w3c("FederatedQueryEvaluationTest")
def test_a_federated_query_has_the_result_of_the_w3c(test: Test, tmp_path: Path) -> None:
    text = file_of(test.query).read_text(encoding="utf-8")
    with ExitStack() as stack:
        urls = []
        for number, (name, data) in enumerate(services_of(test).items()):
            path = written(tmp_path / f"{number}.nq", data)
            urls.append(stack.enter_context(endpoint(path)))
            text = text.replace(f"<{name}>", f"<{urls[-1]}>")
        path = written(tmp_path / "own.nq", test.data[0] if test.data else "")
        limits = Limits(workers=1, light_workers=0)
        pool = stack.enter_context(WorkerPool(path, limits=limits))
        settings = Settings(allow_service=" ".join(urls), limits=limits)
        client = create_app(Served.files([path]), evaluator=pool, settings=settings).test_client()
        response = client.post("/sparql", data={"query": text}, headers={"Accept": XML})
    assert response.status_code == 200, response.text
    wanted = results.read(file_of(test.result).read_bytes(), ".srx")
    found = results.read(response.data, XML)
    assert not compare.difference(found, wanted)
