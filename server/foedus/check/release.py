"""The release stage: what a build made says the truth about itself.

Shapes of ``shapes/release/`` over the facts, the digest computed again, the counts of VoID and of
the manifest compared with the quads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pyoxigraph as ox

from foedus.check.inputs import BuiltRelease, Inputs
from foedus.check.ontology import PROOF, broken_terms, hygiene_rules
from foedus.check.places import Place, spoken
from foedus.check.result import StageResult
from foedus.check.shacl.data import StoreData
from foedus.check.shacl.plan import count_focus
from foedus.check.shacl.results import Result
from foedus.check.shapes import planned, validate_all, vocabulary_quads
from foedus.content.names import BASE, F, shorten
from foedus.findings import ContentError, Finding, Severity
from foedus.graph.digest import Row, canonical_lines, digest, rows

_DESCRIPTION = f"<{BASE}graph/description>"
_DESCRIBED = f" {_DESCRIPTION} ."
_DISPUTES = f"<{BASE}graph/disputes>"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_VOID = "http://rdfs.org/ns/void#"


def check_release(inputs: Inputs) -> StageResult:
    """Look at the release of the content, where one is built."""
    try:
        release = inputs.release
    except ContentError as error:
        return StageResult(
            "release",
            findings=tuple(f for f in error.findings if f.rule not in PROOF),
            skipped=("the content does not build, so that there is no release to look at",),
        )
    if release is None:
        return StageResult("release", skipped=("no release of the content was given",))
    lines, found = _read(release)
    findings = [*_digest(inputs, release, lines), *_counts(release, found)]
    shapes, focused, wrong = _shapes(inputs, found)
    findings += wrong
    engine = inputs.engine
    assert engine is not None
    rules = hygiene_rules("release")
    findings += [finding for rule in rules for finding in broken_terms(inputs, rule, engine.store)]
    checked = {
        "quads": len(found),
        "digests": 1,
        "shapes": shapes,
        "focus nodes": focused,
        "rules of hygiene": len(rules),
    }
    return StageResult("release", checked, tuple(findings))


def _read(release: BuiltRelease) -> tuple[list[str], list[Row]]:
    """A release as it is written, as lines and their parts; raises :class:`ContentError`."""
    text = release.dataset_path.read_text(encoding="utf-8")
    lines = text.removesuffix("\n").split("\n")
    if release.held is not None and release.held.lines == lines:
        return lines, release.held.rows
    try:
        return lines, rows(lines)
    except ValueError as error:
        raise ContentError(
            Finding("release-digest", str(error), remedy="Build the release again.")
        ) from None


def _digest(inputs: Inputs, release: BuiltRelease, lines: list[str]) -> Iterator[Finding]:
    """The digest covers every graph but the description, which carries it."""
    own = [line for line in lines if not line.endswith(_DESCRIBED)]
    knotted = [line for line in own if "_:" in line or "\\u" in line]
    whole = inputs.content.kept.memo(
        "blank nodes named", knotted, lambda: canonical_lines(knotted) == sorted(knotted)
    )
    ordered = all(one < other for one, other in pairwise(own))
    again = digest(own if whole and ordered else canonical_lines(own))
    named = str(release.manifest["digest"])
    if again != named:
        yield Finding(
            "release-digest",
            f"the dataset has the digest {again}, the release calls itself {named}",
            file=release.dataset_path,
            value=named,
            remedy="Build the release again; a release is never edited.",
        )


def _value(term: str) -> str:
    """The IRI, or the lexical form, of a term without escapes; else how it is written."""
    return term[1:-1] if term[0] == "<" else term[1:].split('"')[0] if term[0] == '"' else term


def _counts(release: BuiltRelease, found: list[Row]) -> Iterator[Finding]:
    triples = Counter(graph for *_, graph in found)
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value, graph in found:
        if graph == _DESCRIPTION:
            said[_value(subject)][_value(predicate).removeprefix(_VOID)] = _value(value)
    default = [row for row in found if not row[3]]
    kinds = Counter(o[1:-1] for _, p, o, _ in default if p == _TYPE and o[0] == "<")
    properties = Counter(p[1:-1] for _, p, _, _ in default)
    true: dict[str, dict[str, int]] = {
        f"{BASE}release/{release.manifest['digest']}": {
            "triples": sum(n for graph, n in triples.items() if graph != _DESCRIPTION)
        },
        f"{BASE}graph/default": {
            "triples": triples[""],
            "distinctSubjects": len({s for s, *_ in default}),
            "distinctObjects": len({o for _, _, o, _ in default}),
            "properties": len(properties),
            "classes": len(kinds),
        },
    }
    for graph, number in triples.items():
        if graph and graph != _DESCRIPTION:
            true[graph[1:-1]] = {"triples": number}
    for node, values in said.items():
        if "class" in values:
            true[node] = {"entities": kinds[values["class"]]}
        elif "property" in values:
            true[node] = {"triples": properties[values["property"]]}
    for node, counts in sorted(true.items()):
        for name, number in counts.items():
            if said[node].get(name) != str(number):
                yield Finding(
                    "release-counts",
                    f"{spoken(node)} has void:{name} {said[node].get(name, 'not said')}, "
                    f"counted {number}",
                    file=release.dataset_path,
                    focus=node,
                    path=f"void:{name}",
                    value=said[node].get(name),
                    remedy="The description of a release counts the release itself.",
                )
    for graph, number in sorted(release.manifest.get("graphs", {}).items()):
        real = triples["" if graph == "default" else f"<{graph}>"]
        if real != number:
            yield Finding(
                "release-counts",
                f"the manifest gives {shorten(graph)} {number} triples, counted {real}",
                file=release.dataset_path,
                focus=graph,
                value=str(number),
                remedy="Build the release again.",
            )


def _shapes(inputs: Inputs, found: list[Row]) -> tuple[int, int, list[Finding]]:
    shown = "\n".join(
        f"{s} {p} {o} ."
        for s, p, o, graph in found
        if graph in ("", _DISPUTES) and s.startswith(f"<{BASE}id/")
    )
    data = StoreData()
    data.store.bulk_load(shown.encode("utf-8"), format=ox.RdfFormat.N_TRIPLES)
    data.store.extend(vocabulary_quads(inputs))
    files = planned(inputs, data, release=True)
    focused = {plan.node: count_focus(data.store, plan) for plan in files.plans}
    results, findings = validate_all(inputs, data, files)
    for result in results:
        findings.append(
            Finding(
                f"shape-{result.shape.rsplit('/', 1)[-1]}",
                f"{spoken(result.focus)}: {result.message}",
                result.severity,
                **_behind(inputs, data.store, result),
                focus=result.focus,
                path=result.path or None,
                value=result.value or None,
                remedy=result.advice or None,
            )
        )
    for node, number in sorted(focused.items()):
        if not number:
            path, line = files.lines[node]
            findings.append(
                Finding(
                    "shape-unmet",
                    f"{spoken(node)} met no focus node in the release, only in its example",
                    Severity.INFO,
                    **inputs.places.file(path, line),
                    focus=node,
                )
            )
    return len(focused), sum(focused.values()), findings


def _behind(inputs: Inputs, store: ox.Store, result: Result) -> Place:
    """The place of a result on a fact: what the first statement behind it says of the same."""
    basis = store.quads_for_pattern(
        ox.NamedNode(result.focus), ox.NamedNode(F + "basis"), None, None
    )
    names = sorted(q.object.value for q in basis if isinstance(q.object, ox.NamedNode))
    for name in names:
        place = inputs.places.triple(name, result.path, result.value or None)
        if place and place.get("end_column") != place.get("column"):
            return place
    return inputs.places.subject(names[0]) if names else inputs.places.block(result.focus)
