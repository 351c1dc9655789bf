"""Which files of somebody's project are what: said in ``foedus.toml``, or told by what is in them.

::

    [check]
    ontology = ["ontology/*.ttl"]     # globs, from the folder of this file
    data = ["data/**/*.ttl"]
    shapes = ["shapes/*.ttl"]
    queries = ["queries/*.rq"]
    namespaces = ["http://example.org/vocabulary#"]
    day = "2024-12-31"                # the day that ?at stands for in questions that name none
"""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.locate import ROOMS, Content
from foedus.findings import CannotRun

FILE = "foedus.toml"

#: The formats of RDF by the suffixes of their files, and the suffix of queries.
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
QUERY = ".rq"

#: By what a query tells that it carries its answer.
_QUESTION = re.compile(rb"^#\+", re.MULTILINE)

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SH = "http://www.w3.org/ns/shacl#"
_TYPES = {
    "ontology": {_OWL + "Ontology", _OWL + "Class", _OWL + "ObjectProperty", _RDFS + "Class"},
    "shapes": {_SH + "NodeShape", _SH + "PropertyShape"},
}
_SHAPING = {_SH + "property", _SH + "targetClass", _SH + "targetNode"}

#: Folders that hold no files of the project.
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv", "build", "dist", "site-packages"})


@dataclass(frozen=True)
class Project(Content):
    """A folder with the files of each room, by their absolute paths.

    ``namespaces`` are those whose terms the project itself must declare; empty: those of its
    ontologies. ``configured`` says whether somebody wrote it down or it was told from the files.
    """

    ontology: tuple[Path, ...] = ()
    data: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()
    queries: tuple[Path, ...] = ()
    namespaces: tuple[str, ...] = ()
    day: datetime.date = datetime.date.max
    configured: bool = False

    def files(self, room: str, suffix: str = "") -> tuple[Path, ...]:
        """The files of *room* that end in *suffix* (default: all)."""
        found: tuple[Path, ...] = getattr(self, room)
        return tuple(path for path in found if path.name.endswith(suffix))

    def base(self, path: Path) -> str | None:
        """A relative IRI is relative to the file that it stands in."""
        return path.as_uri()


def find_project(folder: Path) -> Project | None:
    """The project that ``foedus.toml`` in *folder* describes; ``None`` where there is none.

    Raises :class:`CannotRun` where it is wrong: not TOML, an unknown entry, a glob without a file.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    root = folder.resolve()
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun(f"{file}: not TOML in UTF-8: {error}.") from None
    entries = table.get("check")
    if not isinstance(entries, dict) or set(table) != {"check"}:
        raise CannotRun(f"{file}: expected one table, [check], and nothing else.")
    known = (*ROOMS, "namespaces", "day")
    if unknown := sorted(set(entries) - set(known)):
        raise CannotRun(f"{file}: unknown {', '.join(unknown)}; there are {', '.join(known)}.")
    rooms = {room: tuple(_globbed(file, root, room, entries.get(room, []))) for room in ROOMS}
    return Project(
        root,
        ontology=rooms["ontology"],
        data=rooms["data"],
        shapes=rooms["shapes"],
        queries=rooms["queries"],
        namespaces=tuple(_texts(file, "namespaces", entries.get("namespaces", []))),
        day=_day(file, entries.get("day")),
        configured=True,
    )


def _texts(file: Path, name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise CannotRun(f"{file}: {name} is a list of texts, each in quotes.")
    return value


def _day(file: Path, value: object) -> datetime.date:
    if value is None:
        return datetime.date.max
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise CannotRun(f"{file}: day is a date, YYYY-MM-DD, not {value}.") from None


def _globbed(file: Path, root: Path, room: str, value: object) -> Iterator[Path]:
    seen: set[Path] = set()
    for pattern in _texts(file, room, value):
        try:
            found = sorted(path for path in root.glob(pattern) if path.is_file())
        except (ValueError, NotImplementedError) as error:
            raise CannotRun(f"{file}: {room}: {pattern} is no pattern here: {error}.") from None
        if not found:
            # A gate that looks at nothing must not pass for one that found nothing.
            raise CannotRun(
                f"{file}: {room}: {pattern} matches no file in {root}. Correct the pattern, or "
                "take it out."
            )
        yield from (path for path in found if not (path in seen or seen.add(path)))  # type: ignore[func-returns-value]


def project_of(folder: Path | None) -> Project | None:
    """The project in *folder*; ``None`` where it is content in the layout of Foedus, or nothing.

    ``foedus.toml`` decides; else rules or statements tell our own layout, and any other folder is
    a project by what is in its files.
    """
    if folder is None or not folder.is_dir():
        return None
    if (project := find_project(folder)) is not None:
        return project
    ours = (folder / "ontology" / "rules").is_dir() or (folder / "data" / "statements").is_dir()
    return None if ours else guess_project(folder)


def guess_project(folder: Path) -> Project | None:
    """The project that the files in *folder* make, by what is in them; ``None`` without RDF.

    A file that declares classes is ontology, one with shapes is shapes (it may be both), any other
    is data. Hidden folders, environments and links to folders are passed over.
    """
    root = folder.resolve()
    rooms: dict[str, list[Path]] = {room: [] for room in ROOMS}
    for path in _walk(root):
        if path.suffix == QUERY:
            if _QUESTION.search(_bytes(path)):
                rooms["queries"].append(path)
        elif path.suffix in FORMATS:
            for room in _rooms_of(path):
                rooms[room].append(path)
    if not any(rooms[room] for room in ("ontology", "data", "shapes")):
        return None
    return Project(
        root,
        ontology=tuple(rooms["ontology"]),
        data=tuple(rooms["data"]),
        shapes=tuple(rooms["shapes"]),
        queries=tuple(rooms["queries"]),
    )


def _rooms_of(path: Path) -> set[str]:
    """What a file is by what it says, as far as it can be read."""
    rooms: set[str] = set()
    with suppress(SyntaxError, OSError, ValueError):
        for quad in ox.parse(path=str(path), format=FORMATS[path.suffix], base_iri=path.as_uri()):
            if quad.predicate.value in _SHAPING:
                rooms.add("shapes")
            elif quad.predicate.value.endswith("#type") and isinstance(quad.object, ox.NamedNode):
                rooms |= {room for room, types in _TYPES.items() if quad.object.value in types}
    return rooms or {"data"}


def _walk(root: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _PASSED_OVER
        )
        yield from (Path(place) / name for name in sorted(names) if not name.startswith("."))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def write_configuration(project: Project) -> str:
    """The text of ``foedus.toml`` for a project: its files as they are now, one by one or a folder
    at a time."""
    lines = [
        "# What `foedus check` looks at. Patterns are globs, from the folder of this file.",
        "[check]",
    ]
    for room in ROOMS:
        patterns = ", ".join(_quoted(name) for name in _patterns(project, project.files(room)))
        lines.append(f"{room} = [{patterns}]")
    lines += [
        "# Namespaces whose terms must be declared here; without them, those of the ontologies:",
        '# namespaces = ["http://example.org/vocabulary#"]',
        "# The day that ?at stands for in questions that name none:",
        '# day = "2024-12-31"',
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _patterns(project: Project, files: Iterable[Path]) -> Iterator[str]:
    """One glob for files of one suffix that fill a folder, else each by name."""
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in files:
        groups.setdefault((path.parent, path.suffix), []).append(path)
    for (folder, suffix), held in groups.items():
        whole = {path for path in folder.glob(f"*{suffix}") if path.is_file()}
        if len(held) > 1 and whole == set(held):
            yield project.relative(folder / f"*{suffix}")
        else:
            yield from (re.sub(r"([*?\[])", r"[\1]", project.relative(path)) for path in held)
