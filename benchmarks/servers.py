"""The servers that are compared: how each is found, loaded, started and asked."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 600
GRAPH = "urn:bench"  # Virtuoso has no default graph of its own: the data is in this one


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str | None:
    """A program of this environment, of BENCH_PATH, or of the system."""
    folders = [str(Path(sys.executable).parent), os.environ.get("BENCH_PATH", "")]
    return shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))


class Server:
    """One server over one file; a context manager that starts and stops it."""

    name = ""
    path = "/sparql"
    extra = ""  # parameters of every request
    largest = 10**9  # triples

    def __init__(self, data: Path, folder: Path) -> None:
        self.data, self.folder, self.port = data, folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.seconds = 0.0

    def missing(self) -> str:
        """Why it cannot be run, or nothing."""
        return ""

    def load(self) -> None:
        """Load the data, where that is a step of its own."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> None:
        """What is left to do when it answers."""

    def __enter__(self) -> Server:
        begun = time.perf_counter()
        self.folder.mkdir(parents=True)
        self.load()
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                tail = (self.folder / "log").read_text(errors="replace")[-400:]
                self.__exit__()
                raise RuntimeError(f"{self.name} did not start: {tail}")
            time.sleep(0.1)
        self.ready()
        self.seconds = time.perf_counter() - begun
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def request(self, query: str, accept: str) -> bytes:
        """The bytes of one request over a connection that stays open."""
        target = f"{self.path}?query={quote(query, safe='')}{self.extra}"
        return (
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Accept: {accept}\r\nConnection: keep-alive\r\n\r\n"
        ).encode()

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}{self.path}?query=ASK%7B%7D{self.extra}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


class Foedus(Server):
    name = "Foedus"

    def __init__(self, data: Path, folder: Path, settings: tuple[str, ...] = ()) -> None:
        super().__init__(data, folder)
        self.settings = settings

    def command(self) -> list[str]:
        options = [part for setting in self.settings for part in ("--set", setting)]
        served = ["serve", "--data", str(self.data), "--port", str(self.port)]
        return [sys.executable, "-m", "foedus", *served, *options]


class Oxigraph(Server):
    name, path = "Oxigraph", "/query"

    def missing(self) -> str:
        return "" if program("oxigraph") else "no program oxigraph (PyPI: pip install oxigraph)"

    def _run(self, *arguments: str) -> list[str]:
        found = program("oxigraph")
        assert found is not None
        return [found, *arguments]

    def load(self) -> None:
        location = ("--location", str(self.folder / "store"))
        for step in (("load", *location, "--file", str(self.data)), ("optimize", *location)):
            subprocess.run(self._run(*step), check=True, capture_output=True)

    def command(self) -> list[str]:
        bind = f"127.0.0.1:{self.port}"
        return self._run(
            "serve-read-only", "--location", str(self.folder / "store"), "--bind", bind
        )


class RdflibEndpoint(Server):
    name, path, largest = "rdflib-endpoint", "/", 100_000

    def missing(self) -> str:
        return (
            ""
            if program("rdflib-endpoint")
            else "no program rdflib-endpoint (PyPI: pip install 'rdflib-endpoint[cli]')"
        )

    def command(self) -> list[str]:
        found = program("rdflib-endpoint")
        assert found is not None
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [found, "serve", *where, str(self.data)]


class Virtuoso(Server):
    name = "Virtuoso"
    extra = f"&default-graph-uri={quote(GRAPH, safe='')}"

    def missing(self) -> str:
        found = program("virtuoso-t") and program("isql-vt")
        return "" if found else "no program virtuoso-t (Debian: virtuoso-opensource)"

    def load(self) -> None:
        self.sql_port = free_port()
        (self.folder / "virtuoso.ini").write_text(
            f"""[Database]
DatabaseFile = {self.folder}/virtuoso.db
ErrorLogFile = {self.folder}/virtuoso.log
LockFile = {self.folder}/virtuoso.lck
TransactionFile = {self.folder}/virtuoso.trx
xa_persistent_file = {self.folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {self.folder}/temp.db
TransactionFile = {self.folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{self.sql_port}
DirsAllowed = ., {self.data.parent}, {self.folder}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ServerThreads = 64
[HTTPServer]
ServerPort = 127.0.0.1:{self.port}
ServerRoot = {self.folder}
ServerThreads = 64
MaxClientConnections = 64
KeepAliveTimeout = 15
MaxKeepAlives = 64
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = 300
"""
        )

    def command(self) -> list[str]:
        found = program("virtuoso-t")
        assert found is not None
        return [found, "+foreground", "+configfile", str(self.folder / "virtuoso.ini")]

    def ready(self) -> None:
        isql = program("isql-vt")
        assert isql is not None
        steps = (
            f"ld_dir('{self.data.parent}', '{self.data.name}', '{GRAPH}'); "
            "rdf_loader_run(); checkpoint;"
        )
        subprocess.run(
            [isql, f"127.0.0.1:{self.sql_port}", "dba", "dba", f"exec={steps}"],
            check=True,
            capture_output=True,
        )


SERVERS: tuple[type[Server], ...] = (Foedus, Oxigraph, Virtuoso, RdflibEndpoint)
