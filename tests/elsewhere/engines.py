"""Engines of others: how each is found, started on loopback over a folder of its own, and ended."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from foedus.engine import Limits, RemoteEngine
from foedus.engine.credentials import Credentials

USER_AND_PASSWORD = Credentials("dba", "dba")
VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
ServerThreads = 30
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 30
MaxClientConnections = 30
[SPARQL]
ResultSetMaxRows = 10000000
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, where: str) -> str:
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if found is None:
        pytest.skip(f"there is no program {name} here ({where})")
    return found


class Engine:
    """A server of somebody else's, at one port and over one folder, that can go and come back."""

    def __init__(self, name: str, command: list[str], folder: Path, url: str) -> None:
        self.name, self.command, self.folder, self.url = name, command, folder, url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        deadline = time.monotonic() + 120
        while not self._answers():
            said = (self.folder / "log").read_text(errors="replace")[-500:]
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def reached(self, limits: Limits | None = None) -> RemoteEngine:
        return RemoteEngine(self.url, limits, credentials=USER_AND_PASSWORD)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}?query=ASK%7B%7D", timeout=5) as answer:
                answer.read()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True
