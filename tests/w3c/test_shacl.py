"""The W3C test suite of SHACL, by pySHACL and by shapes compiled to SPARQL over the store."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection

from foedus.check.shacl import Result, Shapes, path_text, prepare, to_rdflib, validate
from foedus.check.shacl.store import StoreData, validate_store
from foedus.findings import Severity

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
BASE = "http://example.org/suite/"
SEVERITY = {
    Severity.ERROR: str(SH.Violation),
    Severity.WARNING: str(SH.Warning),
    Severity.INFO: str(SH.Info),
}

#: Focus node, path, component, severity, value, source shape; a blank node is `_:`, anything `*`.
Key = tuple[str, str, str, str, str, str]

#: Tests that an engine does not pass, and why.
SHARED = {
    "core/misc/severity-002": "a finding is an error, a warning or information: any other severity "
    "is an error",
    "sparql/pre-binding/shapesGraph-001": "$shapesGraph is optional (section 5.3.1): shapes are "
    "no graph of the data",
}
PYSHACL = {
    **SHARED,
    "core/property/uniqueLang-002": 'pySHACL takes "1"^^xsd:boolean for true',
    "sparql/node/prefixes-001": "pySHACL does not follow owl:imports from sh:prefixes",
}
STORE = {**SHARED}


@dataclass(frozen=True)
class Case:
    name: str
    data: Path
    shapes: Path
    expected: Counter[Key] | None

    def __str__(self) -> str:
        return self.name


def cases(folder: Path, manifest: str = "manifest.ttl") -> list[Case]:
    """Every test that a manifest leads to."""
    base = BASE + manifest
    text = (folder / manifest).read_text(encoding="utf-8")
    graph = to_rdflib(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    found = []
    for included in graph.objects(URIRef(base), MF.include):
        found += cases(folder, str(included).removeprefix(BASE))
    for head in graph.objects(None, MF.entries):
        for entry in Collection(graph, head):
            action = graph.value(entry, MF.action)
            data, shapes = (
                folder / str(graph.value(action, kind)).removeprefix(BASE)
                for kind in (SHT.dataGraph, SHT.shapesGraph)
            )
            result = graph.value(entry, MF.result)
            expected = None if result == SHT.Failure else read_expected(graph, result)
            found.append(Case(str(entry).removeprefix(BASE), data, shapes, expected))
    return found


def read_expected(graph: Graph, report: BNode) -> Counter[Key]:
    def name(node, otherwise: str = "") -> str:
        if node is None:
            return otherwise
        return "_:" if isinstance(node, BNode) else number(str(node))

    return Counter(
        (
            name(graph.value(result, SH.focusNode)),
            path_text(graph, graph.value(result, SH.resultPath)),
            name(graph.value(result, SH.sourceConstraintComponent)),
            name(graph.value(result, SH.resultSeverity)),
            name(graph.value(result, SH.value)),
            name(graph.value(result, SH.sourceShape), "*"),
        )
        for result in graph.objects(report, SH.result)
    )


def number(text: str) -> str:
    """A number by its value: the store keeps no other."""
    return f"{float(text):g}" if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else text


def found(results: list[Result], expected: Counter[Key] | None) -> Counter[Key]:
    anything = {key[:5] for key in expected or () if key[5] in ("*", "_:")}
    keys: Counter[Key] = Counter()
    for result in results:
        focus, value = (
            "_:" if t.startswith("_:") else number(t) for t in (result.focus, result.value)
        )
        key = (focus, result.path, result.component, SEVERITY[result.severity], value)
        keys[(*key, "*" if key in anything else result.source)] += 1
    return keys


@cache
def loaded(path: Path, folder: Path) -> tuple[StoreData, Graph]:
    base = BASE + path.relative_to(folder).as_posix()
    text = path.read_text(encoding="utf-8")
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    return StoreData.of(quads), to_rdflib(quads)


def by_pyshacl(data: StoreData, shapes: Shapes) -> tuple[list[Result], bool]:
    try:
        return validate(to_rdflib(data.store), shapes), False
    except Exception:
        return [], True


def by_store(data: StoreData, shapes: Shapes) -> tuple[list[Result], bool]:
    validation = validate_store(data, shapes)
    return validation.results, bool(validation.broken)


def wrong(case: Case, folder: Path, engine) -> str | None:
    """What an engine gets wrong in a test, or ``None``."""
    data, _ = loaded(case.data, folder)
    _, graph = loaded(case.shapes, folder)
    results, refused = engine(data, prepare(graph))
    if case.expected is None:
        return None if refused else "shapes that are not well-formed were used"
    if refused:
        return "the shapes were refused"
    expected = Counter(
        {(*k[:5], "*" if k[5] == "_:" else k[5]): n for k, n in case.expected.items()}
    )
    got = found(results, case.expected)
    return None if got == expected else f"missing {expected - got}, surplus {got - expected}"


@pytest.mark.parametrize(
    ("engine", "listed"), [(by_pyshacl, PYSHACL), (by_store, STORE)], ids=["pyshacl", "store"]
)
def test_the_suite_passes_but_for_listed_reasons(w3c_dir: Path, engine, listed) -> None:
    folder = w3c_dir / "shacl"
    every = cases(folder)
    assert len(every) > 110
    failed = {case.name: wrong(case, folder, engine) for case in every}
    failed = {name: why for name, why in failed.items() if why}
    assert set(failed) == set(listed), _short(failed)


def _short(failed: dict[str, str | None]) -> str:
    return "\n".join(f"{name}: {why}"[:900] for name, why in failed.items())
