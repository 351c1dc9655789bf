"""Names that nobody declared: terms of ours and others', concepts, things.

A name is declared where it is the subject of a block with a type: terms in ``ontology/``, concepts
in a scheme of ``ontology/``, things in ``data/``. Terms of other vocabularies are declared in the
ontology too, since nothing is imported.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from foedus.check.inputs import RDF_TYPE, Inputs
from foedus.content.files import read_utf8
from foedus.content.names import BASE, F, prefixes, shorten
from foedus.content.turtle import parse_turtle
from foedus.findings import ContentError, Finding

_BUILT_IN = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2001/XMLSchema#",
)
_SHACL = "http://www.w3.org/ns/shacl#"
_OWN_WORDS = BASE + "id/"
_CONCEPT = BASE + "concept/"
#: Names of their own rooms: the evidence stage asks whether each passage is there.
_ELSEWHERE = (BASE + "id/evidence/", BASE + "graph/", BASE + "release/", BASE + "shape/")
#: So many uses of a name that nobody declared are shown.
_MOST = 20
_PREFIX_LINE = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Use:
    iri: str
    how: str
    file: Path
    subject: str | None


def undeclared(inputs: Inputs) -> tuple[int, list[Finding]]:
    """How many names are used in the four rooms, and findings for those that are not declared.

    Each use is one, up to :data:`_MOST` of a name: what many others lack is one mistake.
    """
    declared = _declared(inputs)
    missing: dict[str, list[_Use]] = {}
    times: Counter[str] = Counter()
    files = [*_in_turtle(inputs), *_in_queries(inputs)]
    used = {iri for _, found in files for iri in found}
    undefined = used - declared
    undefined -= _of_shacl(inputs, undefined)
    for path, found in files:
        for iri in found.keys() & undefined:
            number, first = found[iri]
            times[iri] += number
            uses = (_Use(iri, how, path, subject) for how, subject in first)
            missing.setdefault(iri, []).extend(uses)
    findings = []
    for iri in sorted(missing):
        near = _near(iri, declared)
        more = times[iri] - _MOST
        for number, use in enumerate(islice(missing[iri], _MOST), 1):
            again = f" (and in {more} more places)" if number == _MOST and more > 0 else ""
            findings.append(_finding(inputs, use, near, again))
    return len(used), findings


def _declared(inputs: Inputs) -> set[str]:
    store = inputs.reading.store
    named = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, RDF_TYPE, None, None)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return named


def _of_shacl(inputs: Inputs, names: Iterable[str]) -> frozenset[str]:
    """Those that are terms of SHACL itself, which need no declaration and allow no others."""
    asked = sorted(name for name in names if name.startswith(_SHACL))

    def make() -> list[str]:
        from rdflib import SH, URIRef

        return [name for name in asked if URIRef(name) in SH]

    return frozenset(inputs.content.kept.memo("terms of SHACL", asked, make))


#: For each name that a file uses: how many blocks do, and how and in which the first do.
_OneUse = tuple[str, str, str | None]
_Used = dict[str, tuple[int, list[tuple[str, str | None]]]]


def _in_turtle(inputs: Inputs) -> Iterator[tuple[Path, _Used]]:
    content = inputs.content
    for room in ("ontology", "data", "shapes"):
        for path in content.files(room):
            if path.parent.name == "examples" and room == "shapes":
                continue
            if content.relative(path) == "ontology/alignments.ttl":
                continue
            with suppress(ContentError):  # said by the syntax stage already
                yield (
                    path,
                    content.kept.of_files(
                        "names used", (path,), partial(_used_in, _of_turtle, path)
                    ),
                )


def _of_turtle(path: Path) -> Iterator[tuple[str, str, str | None]]:
    seen: set[tuple[str, str | None]] = set()
    for triple in parse_turtle(path):
        subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None
        for iri, how in _names(triple):
            if (iri, subject) not in seen:
                seen.add((iri, subject))
                yield iri, how, subject


def _used_in(read: Callable[[Path], Iterable[_OneUse]], path: Path) -> _Used:
    return _used(read(path))


def _used(uses: Iterable[_OneUse]) -> _Used:
    found: _Used = {}
    for iri, how, subject in uses:
        number, first = found.get(iri, (0, []))
        if number < _MOST:
            first.append((how, subject))
        found[iri] = number + 1, first
    return found


def _names(triple: ox.Triple) -> Iterator[tuple[str, str]]:
    subject = triple.subject
    renamed = triple.predicate.value == F + "renamedTo"  # an old name is declared no more
    if (
        not renamed
        and isinstance(subject, ox.NamedNode)
        and subject.value.startswith((F, _CONCEPT, _OWN_WORDS))
    ):
        yield subject.value, "subject"
    predicate = triple.predicate.value
    if not predicate.startswith(_BUILT_IN):
        yield predicate, "property"
    value = triple.object
    if isinstance(value, ox.Literal):
        if not value.datatype.value.startswith(_BUILT_IN):
            yield value.datatype.value, "datatype"
    elif isinstance(value, ox.NamedNode) and not value.value.startswith(_BUILT_IN):
        iri = value.value
        if triple.predicate == RDF_TYPE:
            yield iri, "class"
        elif iri.startswith(_ELSEWHERE):
            return
        elif iri.startswith(F):
            yield iri, "term"
        elif iri.startswith(_CONCEPT):
            yield iri, "concept"
        elif iri.startswith(_OWN_WORDS):
            yield iri, "thing"


def _in_queries(inputs: Inputs) -> Iterator[tuple[Path, _Used]]:
    """Names in the questions, which declare their prefixes, and in the rules, which need not."""
    questions, rules = inputs.content.files("queries", ".rq"), inputs.content.rules.rglob("*.rq")
    table = [f"{prefix}: {namespace}" for prefix, namespace in prefixes().items()]
    for path in (*questions, *sorted(rules)):
        with suppress(ContentError):  # said where questions and rules are read
            yield (
                path,
                inputs.content.kept.of_files(
                    "names used", (path,), partial(_used_in, _of_query, path), table
                ),
            )


def _of_query(path: Path) -> Iterator[tuple[str, str, None]]:
    text = read_utf8(path)
    body = "\n".join("" if line.startswith("#") else line for line in text.split("\n"))
    body = re.sub(r"\"[^\"\n]*\"", "", body)
    seen: set[str] = set()
    for prefix, namespace in {**prefixes(), **dict(_PREFIX_LINE.findall(body))}.items():
        if not namespace.startswith((F, _CONCEPT, _OWN_WORDS)):
            continue
        for local in re.findall(rf"(?<![\w:?-]){re.escape(prefix)}:([A-Za-z][\w-]*)", body):
            iri = namespace + local
            if not iri.startswith(_ELSEWHERE) and iri not in seen:
                seen.add(iri)
                yield iri, "name", None


def _near(iri: str, declared: set[str]) -> str | None:
    """The declared name of the same namespace that *iri* may be meant for."""
    room = iri.rsplit("/", 1)[0]
    same = [other for other in declared if other.rsplit("/", 1)[0] == room]
    return next(iter(difflib.get_close_matches(iri, same, 1, 0.8)), None)


def _finding(inputs: Inputs, use: _Use, near: str | None, again: str) -> Finding:
    short = shorten(use.iri)
    where = {
        "concept": "a scheme of ontology/",
        "thing": "data/things/ or data/reference/",
    }.get(use.how, "ontology/")
    return Finding(
        "undeclared-term",
        f"{short} is used as a {use.how} and declared nowhere{again}",
        **inputs.places.term(use.file, use.iri, use.subject),
        focus=use.subject,
        value=use.iri,
        remedy=f"Write {shorten(near)}, or declare {short} in {where}."
        if near
        else f"Declare {short} in {where}, or write one that is declared.",
    )
