"""The release stage: what a build made says the truth about itself.

Shapes of ``shapes/release/`` over the facts, the digest computed again, the counts of VoID and of
the manifest compared with the quads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import RDF, Graph

from foedus.check.inputs import BuiltRelease, Inputs
from foedus.check.ontology import PROOF, broken_terms, hygiene_rules
from foedus.check.places import Place, spoken
from foedus.check.result import StageResult
from foedus.check.shacl import Result
from foedus.check.shacl.store import StoreData, count_focus_nodes
from foedus.check.shapes import read_shapes, validate_all, vocabulary
from foedus.content.names import BASE, F, shorten
from foedus.findings import ContentError, Finding, Severity
from foedus.graph.digest import canonical_quads, digest

_DESCRIPTION = BASE + "graph/description"
_DISPUTES = BASE + "graph/disputes"
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
    quads = list(ox.parse(path=str(release.dataset_path), format=ox.RdfFormat.N_QUADS))
    findings = [*_digest(release, quads), *_counts(release, quads)]
    shapes, focused, wrong = _shapes(inputs, quads)
    findings += wrong
    store = ox.Store()
    store.extend(quads)
    rules = hygiene_rules("release")
    findings += [finding for rule in rules for finding in broken_terms(inputs, rule, store)]
    checked = {
        "quads": len(quads),
        "digests": 1,
        "shapes": shapes,
        "focus nodes": focused,
        "rules of hygiene": len(rules),
    }
    return StageResult("release", checked, tuple(findings))


def _graph(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def _digest(release: BuiltRelease, quads: list[ox.Quad]) -> Iterator[Finding]:
    """The digest covers every graph but the description, which carries it."""
    again = digest(canonical_quads(quad for quad in quads if _graph(quad) != _DESCRIPTION))
    named = str(release.manifest["digest"])
    if again != named:
        yield Finding(
            "release-digest",
            f"the dataset has the digest {again}, the release calls itself {named}",
            file=release.dataset_path,
            value=named,
            remedy="Build the release again; a release is never edited.",
        )


def _counts(release: BuiltRelease, quads: list[ox.Quad]) -> Iterator[Finding]:
    triples = Counter(_graph(quad) for quad in quads)
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in quads:
        if _graph(quad) == _DESCRIPTION and isinstance(quad.object, ox.Literal | ox.NamedNode):
            name = quad.predicate.value.removeprefix(_VOID)
            said[str(getattr(quad.subject, "value", ""))][name] = quad.object.value
    default = [quad for quad in quads if not _graph(quad)]
    kinds = Counter(
        q.object.value
        for q in default
        if q.predicate.value == str(RDF.type) and isinstance(q.object, ox.NamedNode)
    )
    properties = Counter(q.predicate.value for q in default)
    true: dict[str, dict[str, int]] = {
        f"{BASE}release/{release.manifest['digest']}": {
            "triples": sum(n for graph, n in triples.items() if graph != _DESCRIPTION)
        },
        f"{BASE}graph/default": {
            "triples": triples[""],
            "distinctSubjects": len({q.subject for q in default}),
            "distinctObjects": len({q.object for q in default}),
            "properties": len(properties),
            "classes": len(kinds),
        },
    }
    for graph, number in triples.items():
        if graph and graph != _DESCRIPTION:
            true[graph] = {"triples": number}
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
        real = triples["" if graph == "default" else graph]
        if real != number:
            yield Finding(
                "release-counts",
                f"the manifest gives {shorten(graph)} {number} triples, counted {real}",
                file=release.dataset_path,
                focus=graph,
                value=str(number),
                remedy="Build the release again.",
            )


def _shapes(inputs: Inputs, quads: list[ox.Quad]) -> tuple[int, int, list[Finding]]:
    files = read_shapes(inputs, release=True)
    if not files.shapes.targets:
        return 0, 0, []
    shown = (
        quad
        for quad in quads
        if _graph(quad) in ("", _DISPUTES)
        and isinstance(quad.subject, ox.NamedNode)
        and quad.subject.value.startswith(BASE + "id/")
    )
    data = StoreData.of(shown)
    data.store.extend(_quads(vocabulary(inputs)))
    focused = count_focus_nodes(data, files.shapes)
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


def _quads(graph: Graph) -> Iterator[ox.Quad]:
    for subject, predicate, value in graph:
        nodes = [ox.NamedNode(str(term)) for term in (subject, predicate, value)]
        yield ox.Quad(*nodes)


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
