"""What leaves this repository: the wheel, run outside the checkout, and what no file may carry."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tomllib
import urllib.parse
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MEMBERS_ON_A_DAY = "membership/surely-on-a-day.rq"
#: How long a process may take before it counts as hanging; nothing here measures speed.
PATIENCE = 180


def requirement_name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


# --- the wheel ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, CHECKOUT],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert built.returncode == 0, built.stderr + built.stdout
    (path,) = folder.glob("foedus-*.whl")
    return path


@pytest.fixture(scope="module")
def carried(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.package
@pytest.mark.parametrize(
    ("room", "pattern"),
    [
        ("ontology", "*.ttl"),
        ("ontology", "prefixes.json"),
        ("ontology/rules", "*.rq"),
        ("data", "*.ttl"),
        ("shapes", "*.ttl"),
        ("queries", "*.rq"),
    ],
)
def test_the_wheel_carries_the_content(carried: set[str], room: str, pattern: str) -> None:
    here = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / room).rglob(pattern)}
    assert here
    assert here <= {name.removeprefix("foedus/_content/") for name in carried}


@pytest.mark.package
def test_the_wheel_carries_the_whole_program(carried: set[str]) -> None:
    server = CHECKOUT / "server"
    here = {
        path.relative_to(server).as_posix()
        for path in (server / "foedus").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    for kind in ("web/templates/", "web/static/", "check/hygiene/", "py.typed"):
        assert any(kind in name for name in here), kind
    assert here <= carried


@pytest.mark.package
def test_the_wheel_carries_nothing_else(carried: set[str]) -> None:
    strangers = {
        name
        for name in carried
        if not name.startswith(("foedus/", f"foedus-{PROJECT['version']}.dist-info/"))
    }
    assert not strangers
    rooms = {name.split("/")[2] for name in carried if name.startswith("foedus/_content/")}
    assert rooms == {"ontology", "data", "shapes", "queries", "docs"}  # docs/rules
    assert not [name for name in carried if "__pycache__" in name]


@pytest.mark.package
def test_the_wheel_carries_the_licences(carried: set[str]) -> None:
    for name in PROJECT["license-files"]:
        assert any(f.endswith(f".dist-info/licenses/{name}") for f in carried), name


class Installed:
    """The wheel in an environment of its own, seen from an empty folder outside the checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cwd = root / "somewhere"
        self.cwd.mkdir()
        self.bin = root / "venv" / "bin"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FOEDUS"))}
        self.environment = {**kept, "HOME": str(root), "VIRTUAL_ENV": str(root / "venv")}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    @property
    def package(self) -> Path:
        """Where the installed program lies."""
        said = self.run("python", "-c", "import foedus; print(foedus.__file__)")
        assert said.returncode == 0, said.stderr
        return Path(said.stdout.strip()).parent

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[str]:
        """`foedus serve` as a process of its own, and the address that it tells."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [str(self.bin / "foedus"), "serve", "--port", str(port), *arguments],
            cwd=self.cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, f"no address in {said!r}, exit code {process.poll()}"
            yield found[0].rstrip("/")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            process.stdout.close()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed without its dependencies, which are those of this environment.

    The path file names a folder: path files inside that folder (an editable Foedus) are not read.
    """
    root = tmp_path_factory.mktemp("outside")
    venv.create(root / "venv", symlinks=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", root / "venv/bin/python", "install"),
            *("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", wheel),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    (packages,) = (root / "venv" / "lib").glob("python*/site-packages")
    here = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (packages / "dependencies.pth").write_text("\n".join(here) + "\n", encoding="utf-8")
    return Installed(root)


@pytest.mark.package
def test_what_is_run_is_what_was_installed(installed: Installed) -> None:
    assert installed.package.is_relative_to(installed.root)
    said = installed.run("foedus", "--version")
    assert said.stdout.strip() == f"foedus, version {PROJECT['version']}"


@pytest.mark.package
@pytest.mark.slow
def test_the_installed_program_builds_checks_asks_and_serves(installed: Installed) -> None:
    built = installed.run("foedus", "build")
    assert built.returncode == 0, built.stderr
    assert (installed.cwd / ".foedus" / "current").is_file()

    checked = installed.run("foedus", "check", "--stage", "syntax")
    assert checked.returncode in (0, 1), checked.stderr
    files = re.search(r"checked (\d+) Turtle files, (\d+) question files", checked.stdout)
    assert files
    assert int(files[1]) > 30
    assert int(files[2]) > 30
    here = sum(1 for room in ("ontology", "data", "shapes") for _ in iterate(room, "*.ttl"))
    assert int(files[1]) == here
    assert checked.returncode == 0, checked.stdout

    question = installed.package / "_content" / "queries" / MEMBERS_ON_A_DAY
    asked = installed.run("foedus", "query", str(question))
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.split() == ["member", "https://w3id.org/foedus/id/state/iraq"]
    assert "HermiT" not in asked.stderr, "the release that was built is asked, none is built again"

    with installed.serving() as address:
        query = urllib.parse.quote("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        with urllib.request.urlopen(f"{address}/sparql?query={query}", timeout=60) as response:
            answer = json.load(response)
        assert int(answer["results"]["bindings"][0]["n"]["value"]) > 10_000
        for path, words in (("/", "<h1"), ("/static/foedus.css", "color-scheme")):
            with urllib.request.urlopen(address + path, timeout=60) as response:
                assert words in response.read().decode("utf-8")


def iterate(room: str, pattern: str) -> Iterator[Path]:
    yield from (CHECKOUT / room).rglob(pattern)


# --- the repository -----------------------------------------------------------------------------


def test_the_root_holds_the_rooms() -> None:
    for room in ("ontology", "data", "server", "shapes", "queries", "tests"):
        assert (CHECKOUT / room).is_dir(), room
    for file in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md"):
        assert (CHECKOUT / file).is_file(), file


@cache
def imported(room: str) -> frozenset[str]:
    """The top-level names that the Python files of a room import."""
    names: set[str] = set()
    for path in iterate(room, "*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return frozenset(names)


def test_what_the_program_needs_is_declared_and_used() -> None:
    to_run = {requirement_name(r) for r in PROJECT["dependencies"]}
    to_test = {requirement_name(r) for r in PROJECT["optional-dependencies"]["test"]}
    assert {"rdflib", "owlready2", "flask", "pyshacl"} <= to_run
    assert "pytest" in to_test
    assert not {name for name in to_run if name not in imported("server")}
    assert "pytest" in imported("tests")


def test_what_the_program_imports_is_declared() -> None:
    declared = {requirement_name(r) for r in PROJECT["dependencies"]} | {"foedus"}
    owners = importlib.metadata.packages_distributions()
    strangers = {
        name
        for name in imported("server") - sys.stdlib_module_names
        if not {requirement_name(owner) for owner in owners.get(name, [name])} & declared
    }
    # Flask answers with objects of werkzeug, and re-exports few of its names. The plugin for pytest
    # is imported by pytest alone.
    assert strangers <= {"werkzeug", "pytest"}


def test_every_dependency_is_pinned_by_version_and_digest_and_by_no_address() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^\s*-(?!-hash=sha256:)", lock, re.MULTILINE), "an option, or an index"
    assert " @ " not in lock
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    pinned = set()
    for entry in entries:
        first = entry.split("\n")[0]
        assert re.match(r"[\w.-]+==[\w.!+]+( ; [^\\]+)? \\$", first), first
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), first
        pinned.add(requirement_name(first))
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    assert {requirement_name(r) for group in groups for r in group} <= pinned


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    """Every text file that git keeps or would keep, by its path in the checkout."""
    git = shutil.which("git")
    if not git or not (CHECKOUT / ".git").exists():
        pytest.skip("this is no checkout by git, so that nobody knows which files are kept")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    files: dict[str, str] = {}
    for name in listed.stdout.decode("utf-8").split("\0"):
        path = CHECKOUT / name
        if name and path.is_file():
            data = path.read_bytes()
            if b"\0" not in data:
                files[name] = data.decode("utf-8")
    assert len(files) > 100
    return files


def occurrences(kept: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
        for name, text in kept.items()
        for found in pattern.finditer(text)
    ]


def test_no_file_names_a_registry(kept: dict[str, str]) -> None:
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"))]
    hosts += [
        ".".join(parts) for parts in (("npmjs", "org"), ("npmjs", "com"), ("anaconda", "org"))
    ]
    words = [re.escape(host) for host in hosts] + [r"--(?:extra-)?index-url"]
    assert not occurrences(kept, re.compile("|".join(words)))


def test_no_file_names_a_place_on_somebodys_machine(kept: dict[str, str]) -> None:
    roots = "|".join(("home", "Users", "root", "work", "opt", "mnt", "private"))
    somewhere = re.compile(rf"(?<![\w./:~>-])/(?:{roots})/[\w.-]+")
    assert not occurrences(kept, somewhere)
    assert not occurrences(kept, re.compile(re.escape(str(CHECKOUT)) + r"\b"))


def test_what_the_commands_write_into_a_checkout_is_ignored_by_git(kept: dict[str, str]) -> None:
    for name in (".foedus/current", ".venv/x", "dist/x.whl", "server/foedus/__pycache__/x.pyc"):
        ignored = subprocess.run(
            ["git", "check-ignore", "--quiet", name], cwd=CHECKOUT, check=False, timeout=PATIENCE
        )
        assert ignored.returncode == 0, name


WORD = re.compile(r"\w+")
#: How a work is cited is no copy of it: addresses, titles, bibliographic citations.
CITED = re.compile(
    r"<[^<>\s]*>|https?://\S+|dcterms:(?:title|bibliographicCitation)\s+\"(?:[^\"\\\n]|\\.)*\""
)


def test_no_file_holds_twelve_words_in_a_row_of_a_source(
    kept: dict[str, str], articles_dir: Path
) -> None:
    texts = sorted(articles_dir.glob("*.txt"))
    assert len(texts) == 5
    runs: dict[str, str] = {}
    for path in texts:
        words = [w.lower() for w in WORD.findall(path.read_bytes().decode("utf-8"))]
        for start in range(len(words) - 11):
            runs[" ".join(words[start : start + 12])] = path.name
    copied = []
    for name, text in kept.items():
        words = [w.lower() for w in WORD.findall(CITED.sub(" | ", text))]
        for start in range(len(words) - 11):
            run = " ".join(words[start : start + 12])
            if run in runs:
                copied.append(f"{name}: “{run}” ({runs[run]})")
                break
    assert not copied
