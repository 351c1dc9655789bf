"""The evidence stage: every statement has its passage, every passage is really there.

Offsets count Unicode code points (Web Annotation Data Model, section 4.2.4), ends are exclusive,
and digests are SHA-256 of the passage in UTF-8. A text that nobody has at hand is skipped with its
reason, or a finding where texts are required.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.check import copying, coverage
from foedus.check.grounding.stage import Grounding
from foedus.check.inputs import RDF_TYPE, Inputs
from foedus.check.places import spoken
from foedus.check.result import StageResult
from foedus.content.names import BASE, OA, F, shorten, slug
from foedus.content.texts import passage_digest
from foedus.findings import Finding

_EVIDENCE = ox.NamedNode(F + "evidence")
_DISPUTES = ox.NamedNode(F + "disputes")
#: Longest text in which a passage is sought by its digest when it is not where it should be.
_SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class Span:
    """A passage as the data gives it."""

    node: str
    source: str
    start: int
    end: int
    digest: str | None
    empty: bool = False  #: said to hold no claim


def broken_evidence(inputs: Inputs) -> Iterator[Finding]:
    """Statements without a passage, and passages that are not where they say, as far as the texts
    are at hand: what no release may be built on."""
    yield from _unsupported(inputs)
    yield from _elsewhere(inputs)
    spans = _spans(inputs)
    for source, (digest, _) in sorted(_articles(inputs).items()):
        text = inputs.texts.text(digest) if digest else None
        if text is not None:
            for span in spans:
                if span.source == source:
                    yield from _passage(inputs, span, text)


def check_evidence(inputs: Inputs) -> StageResult:
    """Look at every statement, every passage and every text."""
    findings = [*_unsupported(inputs), *_elsewhere(inputs), *_unused(inputs)]
    spans = _spans(inputs)
    checked = {
        "statements": len(inputs.statements),
        "passages": len(spans),
        "texts": 0,
        "passages compared with their text": 0,
        "sentences": 0,
    }
    skipped: list[str] = []
    texts: dict[str, str] = {}
    grounding = Grounding(inputs)
    findings += grounding.orphans()
    for source, described in sorted(_articles(inputs).items()):
        digest, length = described
        text = inputs.texts.text(digest) if digest else None
        if text is None:
            missing = _absent(inputs, source, digest)
            if inputs.require_texts:
                findings.append(missing)
            else:
                skipped.append(missing.message)
            continue
        inputs.tell(f"{shorten(source)}: {len(text)} characters")
        own = [span for span in spans if span.source == source]
        findings += _text_length(inputs, source, text, length)
        findings += [finding for span in own for finding in _passage(inputs, span, text)]
        findings += _claimed_and_not(inputs, own)
        sentences, bare = coverage.uncovered(inputs, source, text, [(s.start, s.end) for s in own])
        findings += bare
        findings += grounding.check(source, text)
        texts[source] = text
        checked["texts"] += 1
        checked["passages compared with their text"] += len(own)
        checked["sentences"] += sentences
    if texts:
        files, copied = copying.Copies(inputs, texts).findings()
        checked["files searched for copied words"] = files
        findings += copied
    checked.update(grounding.counted)
    return StageResult("evidence", checked, tuple(findings), tuple(skipped))


def _unsupported(inputs: Inputs) -> Iterator[Finding]:
    store = inputs.reading.store
    for statement, graph in inputs.statements:
        named = [q.object for q in store.quads_for_pattern(statement, _EVIDENCE, None, graph)]
        if not named and not _is_a(inputs, statement, graph, "Tombstone"):
            yield Finding(
                "statement-without-evidence",
                f"{spoken(statement.value)} rests on no passage",
                **inputs.places.block(statement.value),
                focus=statement.value,
                path="f:evidence",
                remedy="Write f:evidence with its passage, or take the statement away.",
            )
        for evidence in named:
            if isinstance(evidence, ox.NamedNode) and not _is_a(
                inputs, evidence, graph, "Evidence"
            ):
                yield Finding(
                    "undeclared-evidence",
                    f"{spoken(statement.value)} names {spoken(evidence.value)}, "
                    "which is no passage of this source",
                    **inputs.places.block(statement.value),
                    focus=statement.value,
                    path="f:evidence",
                    value=evidence.value,
                    remedy="Write the block of the passage: f:inSource, oa:start, oa:end, "
                    "f:passageDigest.",
                )


def _is_a(inputs: Inputs, node: ox.NamedNode, graph: ox.NamedNode, name: str) -> bool:
    pattern = inputs.reading.store.quads_for_pattern(node, RDF_TYPE, ox.NamedNode(F + name), graph)
    return any(True for _ in pattern)


def _unused(inputs: Inputs) -> Iterator[Finding]:
    store = inputs.reading.store
    for node, graph, _ in inputs.instances("Evidence"):
        used = [
            *store.quads_for_pattern(None, _EVIDENCE, node, graph),
            *store.quads_for_pattern(node, _DISPUTES, None, graph),
        ]
        if not used:
            yield Finding(
                "evidence-without-statement",
                f"no statement rests on {spoken(node.value)}",
                **inputs.places.block(node.value),
                focus=node.value,
                remedy="Name it by f:evidence in a statement, or take it away; a passage without "
                "a claim is an f:NoClaim.",
            )


def _elsewhere(inputs: Inputs) -> Iterator[Finding]:
    """Passages in the file of one source that point into the text of another."""
    store = inputs.reading.store
    for node, graph, _ in inputs.instances("Evidence", "NoClaim"):
        own = f"{BASE}id/source/{slug(graph.value)}"
        for quad in store.quads_for_pattern(node, ox.NamedNode(F + "inSource"), None, graph):
            if isinstance(quad.object, ox.NamedNode) and quad.object.value != own:
                yield Finding(
                    "evidence-of-another-source",
                    f"{spoken(node.value)} is a passage of {shorten(quad.object.value)}, and the "
                    f"file is that of {shorten(own)}",
                    **inputs.places.block(node.value),
                    focus=node.value,
                    path="f:inSource",
                    value=quad.object.value,
                    remedy=f"Write f:inSource {shorten(own)}, or move the statement to the file of "
                    "the other source.",
                )


def _spans(inputs: Inputs) -> list[Span]:
    spans = []
    for node, graph, kind in inputs.instances("Evidence", "NoClaim"):
        values = {
            quad.predicate.value: quad.object.value
            for quad in inputs.reading.store.quads_for_pattern(node, None, None, graph)
            if isinstance(quad.object, ox.NamedNode | ox.Literal)
        }
        try:
            span = Span(
                node.value,
                values[F + "inSource"],
                int(values[OA + "start"]),
                int(values[OA + "end"]),
                values.get(F + "passageDigest"),
                kind == "NoClaim",
            )
        except (KeyError, ValueError):
            continue  # SHACL says what is missing or no number
        spans.append(span)
    return spans


def _articles(inputs: Inputs) -> dict[str, tuple[str | None, str | None]]:
    """Digest and length of the text of every source that makes statements.

    A data set that was imported has no text: its manifest vouches for it.
    """
    store, default = inputs.reading.store, ox.DefaultGraph()

    def value(source: ox.NamedNode, name: str) -> str | None:
        pattern = store.quads_for_pattern(source, ox.NamedNode(F + name), None, default)
        return next((q.object.value for q in pattern if isinstance(q.object, ox.Literal)), None)

    imported = {graph for found in inputs.content.imports for graph in found.graphs}
    sources = {
        f"{BASE}id/source/{slug(graph)}"
        for graph in inputs.reading.source_graphs
        if graph not in imported
    }
    sources |= {
        quad.subject.value
        for quad in store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(F + "Article"), default)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return {
        source: (
            value(ox.NamedNode(source), "textDigest"),
            value(ox.NamedNode(source), "textLength"),
        )
        for source in sources
    }


def _absent(inputs: Inputs, source: str, digest: str | None) -> Finding:
    if digest is None:
        why = "it records no f:textDigest by which its text could be found"
    elif not inputs.texts.folder.is_dir():
        why = f"there is no folder {inputs.texts.folder} with texts"
    else:
        why = f"no file in {inputs.texts.folder} has the SHA-256 {digest[:12]}…"
    return Finding(
        "text-missing",
        f"the passages of {shorten(source)} were not compared with its text: {why}",
        **inputs.places.block(source),
        focus=source,
        path="f:textDigest",
        remedy="Put the text into the folder named by FOEDUS_ARTICLES, or correct f:textDigest.",
    )


def _text_length(inputs: Inputs, source: str, text: str, length: str | None) -> Iterator[Finding]:
    if length is not None and length != str(len(text)):
        yield Finding(
            "text-length",
            f"{shorten(source)}: the text has {len(text)} characters, not {length}",
            **inputs.places.block(source),
            focus=source,
            path="f:textLength",
            value=length,
            remedy=f"Write f:textLength {len(text)}.",
        )


def _passage(inputs: Inputs, span: Span, text: str) -> Iterator[Finding]:
    name, place = spoken(span.node), inputs.places.block(span.node)
    if not 0 <= span.start <= span.end <= len(text):
        yield Finding(
            "offset-outside-text",
            f"{name} goes from {span.start} to {span.end}; the text of {shorten(span.source)} "
            f"has {len(text)} characters",
            **place,
            focus=span.node,
            path="oa:end" if 0 <= span.start <= len(text) else "oa:start",
            value=str(span.end if 0 <= span.start <= len(text) else span.start),
            remedy=_found(span, text),
        )
        return
    passage = text[span.start : span.end]
    if not passage.strip():
        yield Finding(
            "empty-passage",
            f"{name} goes from {span.start} to {span.end}, where the text has no word",
            **place,
            focus=span.node,
            path="oa:end",
            value=str(span.end),
            remedy="Write the offsets of the passage that supports the statement.",
        )
    elif span.digest is not None and passage_digest(passage) != span.digest:
        yield Finding(
            "passage-digest",
            f"{name} is not the passage from {span.start} to {span.end} of {shorten(span.source)}: "
            f"that one has the digest {passage_digest(passage)}",
            **place,
            focus=span.node,
            path="f:passageDigest",
            value=span.digest,
            remedy=_found(span, text),
        )


def _claimed_and_not(inputs: Inputs, own: list[Span]) -> Iterator[Finding]:
    """Passages said to hold no claim that overlap one on which a statement rests."""
    claimed = [span for span in own if not span.empty]
    for bare in own:
        if not bare.empty:
            continue
        for span in claimed:
            if bare.start < span.end and span.start < bare.end:
                start, end = max(bare.start, span.start), min(bare.end, span.end)
                yield Finding(
                    "claim-in-no-claim",
                    f"{spoken(bare.node)} ({bare.start}–{bare.end}) is said to hold no claim, but "
                    f"from {start} to {end} {spoken(span.node)} supports a statement",
                    **inputs.places.block(bare.node),
                    focus=bare.node,
                    path="oa:end" if bare.start < start else "oa:start",
                    value=str(bare.end if bare.start < start else bare.start),
                    remedy="Take the part that holds a claim out of the f:NoClaim.",
                )
                break


def _found(span: Span, text: str) -> str:
    """Where the passage with this digest really stands, if its length is right."""
    length = span.end - span.start
    if span.digest and 0 < length <= len(text) <= _SEARCHED:
        for start in range(len(text) - length + 1):
            if passage_digest(text[start : start + length]) == span.digest:
                return f"The passage with this digest stands from {start} to {start + length}."
    return "Write the offsets and the digest of the passage that supports the statement."
