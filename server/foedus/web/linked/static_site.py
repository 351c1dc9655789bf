"""The whole site as files that any web server can carry.

The application itself is asked, page by page, by as many processes as there are processors: what
it links to is followed, whoever wrote the page, and every IRI of the release is there with each of
its documents at its extension. What only a running service can do, queries and searches, is left
out. One file is the business of :mod:`foedus.web.linked.static_files`.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
from flask import Flask

from foedus.content.names import BASE
from foedus.findings import CannotRun
from foedus.web.linked.static_files import LIVE, Writer, Written, addresses, ask

#: What was written last, how many addresses are done, how many are known of.
Tell = Callable[[str, int, int], None]
#: Writes some addresses or IRIs, and says what became of them.
Task = tuple[str, Sequence[str]]
_VERSION = "http://www.w3.org/2002/07/owl#versionIRI"
#: Pages that are there whether something links to them or not.
_ROOTS = (
    *("/", "/dumps", "/tables", "/disputes", "/problems", "/query", "/search", "/ontology"),
    *("/robots.txt", "/sitemap.xml", "/.well-known/void", "/context.jsonld"),
    *("/dumps/croissant.json", "/dumps/dataset.jsonld"),
)
#: IRIs, or addresses, that a process is given at once.
_AT_ONCE = 16


def iris(dataset: Path) -> list[str]:
    """The paths of all IRIs of ours of which a dataset says something, without fragments.

    Files are not among them: the pages that list them lead to them.
    """
    found: set[str] = set()
    for quad in ox.parse(path=str(dataset), format=ox.RdfFormat.N_QUADS):
        version = quad.object if quad.predicate.value == _VERSION else None
        for term in (quad.subject, quad.graph_name, version):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                found.add(term.value[len(BASE) :].partition("#")[0])
    return sorted(p for p in found if p and "/dump." not in p)


def export(
    app: Flask, paths: Sequence[str], folder: Path, prefix: str, tell: Tell, processes: int = 1
) -> Written:
    """Write the site of *app* into *folder*; *prefix* is the path of its public address.

    *paths* are those of the IRIs. With several processes, *app* may have started no thread yet.
    What is ``broken`` in the answer are addresses that something leads to and that answer with an
    error: there are none. Raises :class:`CannotRun` when the folder holds something already or
    cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CannotRun(f"{folder}: is not empty. Name a folder that is.")
        # Before there are several processes: what is kept from page to page is shared then, and
        # the files of the release are made once.
        while ask(app, "/dumps", "text/html")[0] == 503:
            pass
        with _writing(Writer(app, folder, prefix), processes) as write:
            return _walk(paths, _carried(app), write, tell)
    except BrokenProcessPool as error:
        raise CannotRun(f"{folder}: a process that wrote files was ended ({error}).") from error
    except OSError as error:
        raise CannotRun(f"{folder}: cannot be written ({error.strerror or error}).") from error


def _walk(
    paths: Sequence[str],
    roots: Iterable[str],
    write: Callable[[Iterable[Task]], Iterator[tuple[Task, Written]]],
    tell: Tell,
) -> Written:
    """Write all IRIs and *roots*, then what they lead to, until nothing new is found."""
    seen = {a for path in paths for a in (f"/doc/{path}", *addresses(path))}
    waiting = [a for a in roots if a not in seen]
    seen.update(waiting)
    every = Written()
    tasks = [("iris", piece) for piece in _pieces(paths)]
    while tasks or waiting:
        tasks += [("addresses", piece) for piece in _pieces(waiting)]
        waiting = []
        for (_, done), written in write(tasks):
            every.add(written)
            new = sorted(a for a in written.leading - seen if _is_carried(a))
            seen.update(new)
            waiting += new
            tell(done[-1], every.addresses, len(seen))
        tasks = []
    return every


def _is_carried(address: str) -> bool:
    return not address.startswith(LIVE) and ".." not in address.split("/")


def _carried(app: Flask) -> Iterator[str]:
    """What the site consists of beside its IRIs: pages to begin with, scripts, styles."""
    yield from _ROOTS
    folder = Path(app.static_folder or "")
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield f"{app.static_url_path}/{file.relative_to(folder).as_posix()}"


def _pieces(listed: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(listed), _AT_ONCE):
        yield listed[begin : begin + _AT_ONCE]


# --- Who writes ---------------------------------------------------------------------------------


@contextmanager
def _writing(
    writer: Writer, processes: int
) -> Iterator[Callable[[Iterable[Task]], Iterator[tuple[Task, Written]]]]:
    """What writes tasks, in this process or in several that share what is loaded here."""
    if processes == 1:
        yield lambda tasks: ((task, _write(writer, task)) for task in tasks)
        return
    # Forked, so that the dataset is loaded once and shared.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, context, _begin, (writer,)) as pool:
        yield lambda tasks: pool.map(_work, tasks)


_writer: Writer | None = None


def _begin(writer: Writer) -> None:
    global _writer
    _writer = writer


def _work(task: Task) -> tuple[Task, Written]:
    assert _writer is not None
    return task, _write(_writer, task)


def _write(writer: Writer, task: Task) -> Written:
    kind, listed = task
    written = Written()
    for each in listed:
        one = writer.write_iri(each) if kind == "iris" else writer.write(each)
        written.add(one)
        written.leading |= one.leading
    return written
