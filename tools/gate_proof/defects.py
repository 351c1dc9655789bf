"""Seeded defects: kinds of mistakes, each made at every place of the content where it can be made.

A kind is a function that yields :class:`Defect` for the blocks of the content. It marks in the text
that it writes where the finding must point: ``BEGIN`` and ``END`` are characters of the private use
area, taken out again before the file is written. What is expected is thus known from the edit
alone, not from what the gate says of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gate_proof.texts import Block, Line, Source

BEGIN, END = "\ue000", "\ue001"

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Defect:
    """One mistake: its edits in a block (offsets in the file as it was) and who must find it.

    ``rules`` are those of which one must be found at the marked place, ``stages`` the stages of the
    gate that find them; of those that are ``alone`` a file can hold only one, since reading stops
    at the first.
    """

    kind: str
    file: str
    block: tuple[int, int]
    edits: tuple[Edit, ...]
    rules: frozenset[str]
    stages: tuple[str, ...]
    alone: bool = False


Maker = Callable[[list[Block]], Iterator[Defect]]
KINDS: dict[str, Maker] = {}


def kind(maker: Maker) -> Maker:
    """Register a kind by the name of its function."""
    KINDS[maker.__name__.replace("_", "-")] = maker
    return maker


def _defect(
    maker: Callable[..., object],
    block: Block,
    edits: Iterable[Edit],
    rules: Iterable[str],
    *stages: str,
    alone: bool = False,
) -> Defect:
    name = maker.__name__.replace("_", "-")
    place = (block.begin, block.end)
    return Defect(name, block.file, place, tuple(edits), frozenset(rules), stages, alone)


def _marked(text: str) -> str:
    return f"{BEGIN}{text}{END}"


def _misspelt(name: str) -> str:
    """*name* with two letters of its last part swapped, or one doubled."""
    for at in range(len(name) - 2, name.index(":") + 1, -1):
        if name[at] != name[at + 1] and name[at : at + 2].isalpha():
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name + name[-1]


def _statements(blocks: Iterable[Block]) -> Iterator[Block]:
    return (b for b in blocks if b.subject.startswith("st:"))


def _evidence(blocks: Iterable[Block]) -> Iterator[Block]:
    return (b for b in blocks if b.cls == "f:Evidence")


def _replace(line: Line, text: str) -> Edit:
    return (line.object_begin, line.object_end, _marked(text))


def _without(block: Block, predicate: str) -> list[Edit]:
    """The edits that take out the line of *predicate*; the place is where it can be added: after
    the last object of the block."""
    line = block.line(predicate)
    if line is None:
        return []
    if line.end == block.end:  # the last line: the one before ends the block now
        before = block.text.rindex(" ;", 0, line.begin - block.begin) + block.begin
        return [(before, line.end, f"{BEGIN}{END} .")]
    return [(line.begin, line.end + 1, ""), (block.end - 2, block.end, f"{BEGIN}{END} .")]


# -- names


@kind
def misspelt_class(blocks: list[Block]) -> Iterator[Defect]:
    for block in blocks:
        if block.cls.startswith("f:"):
            end = block.class_begin + len(block.cls)
            edit = (block.class_begin, end, _marked(_misspelt(block.cls)))
            yield _defect(misspelt_class, block, [edit], ["undeclared-term"], "syntax")


@kind
def misspelt_property(blocks: list[Block]) -> Iterator[Defect]:
    for block in blocks:
        for line in block.lines:
            if line.predicate.startswith("f:"):
                begin = line.begin + 4
                new = _marked(_misspelt(line.predicate))
                edit = (begin, begin + len(line.predicate), new)
                yield _defect(misspelt_property, block, [edit], ["undeclared-term"], "syntax")


def _object_named(blocks: Iterable[Block], pattern: str) -> Iterator[tuple[Block, Line]]:
    for block in blocks:
        for line in block.lines:
            if re.fullmatch(pattern, line.object):
                yield block, line


@kind
def misspelt_thing(blocks: list[Block]) -> Iterator[Defect]:
    things = r"(state|arrangement|organization|person|group|proposal|instrument):[a-z-]+"
    for block, line in _object_named(_statements(blocks), things):
        edit = _replace(line, _misspelt(line.object))
        yield _defect(misspelt_thing, block, [edit], ["undeclared-term"], "syntax")


@kind
def misspelt_concept(blocks: list[Block]) -> Iterator[Defect]:
    concepts = r"(modality|polarity|tense|certainty|role|stance|act|feature|commitment):[a-z-]+"
    for block, line in _object_named(_statements(blocks), concepts):
        edit = _replace(line, _misspelt(line.object))
        yield _defect(misspelt_concept, block, [edit], ["undeclared-term"], "syntax")


@kind
def misspelt_evidence(blocks: list[Block]) -> Iterator[Defect]:
    for block, line in _object_named(_statements(blocks), r"ev:[a-z0-9-]+"):
        edit = _replace(line, line.object + "-x")
        yield _defect(misspelt_evidence, block, [edit], ["undeclared-evidence"], "evidence")


# -- the writing of Turtle


@kind
def unknown_prefix(blocks: list[Block]) -> Iterator[Defect]:
    for block, line in _object_named(blocks, r"(state|modality|source|organization):[a-z0-9-]+"):
        local = line.object.partition(":")[2]
        edit = _replace(line, f"nowhere:{local}")
        yield _defect(unknown_prefix, block, [edit], ["syntax"], "syntax", alone=True)


@kind
def space_in_iri(blocks: list[Block]) -> Iterator[Defect]:
    for block, line in _object_named(blocks, r"(state|modality|source|organization):[a-z0-9-]+"):
        edit = _replace(line, "<http://example.org/a b>")
        yield _defect(space_in_iri, block, [edit], ["syntax"], "syntax", alone=True)


@kind
def unknown_escape(blocks: list[Block]) -> Iterator[Defect]:
    for block, line in _object_named(blocks, r'"[^"\\]{12,}"@en'):
        at = line.object_begin + 6
        edit = (at, at, f"{BEGIN}\\q{END}")
        yield _defect(unknown_escape, block, [edit], ["syntax"], "syntax", alone=True)


@kind
def missing_separator(blocks: list[Block]) -> Iterator[Defect]:
    for block in blocks:
        for line, after in zip(block.lines, block.lines[1:], strict=False):
            if line.predicate.startswith("f:") and after.predicate.startswith("f:"):
                begin = after.begin + 4
                name = after.predicate
                yield _defect(
                    missing_separator,
                    block,
                    [(line.object_end, line.end, ""), (begin, begin + len(name), _marked(name))],
                    ["syntax"],
                    "syntax",
                    alone=True,
                )


@kind
def other_layout(blocks: list[Block]) -> Iterator[Defect]:
    for block in _statements(blocks):
        for line in block.lines[1:3]:
            edit = (line.begin, line.begin + 4, f"{BEGIN}\t{END}")
            yield _defect(other_layout, block, [edit], ["layout"], "syntax", alone=True)


# -- dates


@kind
def impossible_date(blocks: list[Block]) -> Iterator[Defect]:
    for block in _statements(blocks):
        for name in ("f:begin", "f:end", "f:date", "f:saidOn"):
            line = block.line(name)
            if line and re.fullmatch(r'"\d{4}.*"', line.object):
                edit = _replace(line, f'"{line.object[1:5]}-02-30"')
                yield _defect(impossible_date, block, [edit], ["date", "shape-date"], "shapes")


@kind
def end_before_begin(blocks: list[Block]) -> Iterator[Defect]:
    for block in _statements(blocks):
        begin, end = block.line("f:begin"), block.line("f:end")
        if begin and re.fullmatch(r'"\d{4}.*"', begin.object):
            year = int(begin.object[1:5]) - 20
            if end:
                edit = _replace(end, f'"{year}"')
            else:
                edit = (
                    begin.end,
                    begin.end,
                    f"\n    f:end {_marked(f'{chr(34)}{year}{chr(34)}')} ;",
                )
            if block.text[begin.end - 1 - block.begin] == ";":
                yield _defect(end_before_begin, block, [edit], ["end-before-begin"], "shapes")


# -- evidence


@kind
def offset_outside_text(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        if line := block.line("oa:end"):
            edit = _replace(line, str(int(line.object) + 1_000_000))
            yield _defect(offset_outside_text, block, [edit], ["offset-outside-text"], "evidence")


@kind
def empty_passage(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        start, end = block.line("oa:start"), block.line("oa:end")
        if start and end:
            edit = _replace(end, start.object)
            yield _defect(
                empty_passage,
                block,
                [edit],
                ["empty-passage", "shape-evidence"],
                "evidence",
                "shapes",
            )


@kind
def wrong_digest(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        if line := block.line("f:passageDigest"):
            digit = "0" if line.object[1] != "0" else "1"
            edit = _replace(line, f'"{digit}{line.object[2:]}')
            yield _defect(wrong_digest, block, [edit], ["passage-digest"], "evidence")


@kind
def shifted_passage(blocks: list[Block]) -> Iterator[Defect]:
    """The digest is right and the offsets are not: the finding is about the digest."""
    for block in _evidence(blocks):
        start, line = block.line("oa:start"), block.line("f:passageDigest")
        if start and line and int(start.object) > 0:
            edits = [
                (start.object_begin, start.object_end, str(int(start.object) - 1)),
                (line.object_begin, line.object_end, _marked(line.object)),
            ]
            yield _defect(shifted_passage, block, edits, ["passage-digest"], "evidence")


@kind
def evidence_of_another_source(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        line = block.line("f:inSource")
        if line:
            other = "source:rfi" if line.object != "source:rfi" else "source:roomi"
            yield _defect(
                evidence_of_another_source,
                block,
                [_replace(line, other)],
                ["evidence-of-another-source"],
                "evidence",
            )


# -- shapes: what is missing, too many, of the wrong kind


def _missing(
    predicate: str, maker: Callable[..., object], blocks: Iterable[Block]
) -> Iterator[Defect]:
    for block in blocks:
        if edits := _without(block, predicate):
            shape = re.sub(r"(?<!^)(?=[A-Z])", "-", block.cls.removeprefix("f:")).lower()
            rules = [f"shape-{shape}", "shape-statement", "shape-thing", "shape-described-thing"]
            rules += ["statement-without-evidence", "term-without-label"]
            yield _defect(maker, block, edits, rules, "shapes", "evidence")


@kind
def missing_label(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("rdfs:label", missing_label, _statements(blocks))


@kind
def missing_modality(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("f:modality", missing_modality, _statements(blocks))


@kind
def missing_polarity(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("f:polarity", missing_polarity, _statements(blocks))


@kind
def missing_tense(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("f:tense", missing_tense, _statements(blocks))


@kind
def missing_evidence(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("f:evidence", missing_evidence, _statements(blocks))


@kind
def missing_participant(blocks: list[Block]) -> Iterator[Defect]:
    needed = {
        "f:Membership": "f:member",
        "f:Commitment": "f:obligor",
        "f:Position": "f:holder",
        "f:Leadership": "f:person",
        "f:Feature": "f:feature",
        "f:Absence": "f:absentee",
        "f:Naming": "f:named",
    }
    for block in _statements(blocks):
        if name := needed.get(block.cls):
            yield from _missing(name, missing_participant, [block])


@kind
def missing_digest(blocks: list[Block]) -> Iterator[Defect]:
    yield from _missing("f:passageDigest", missing_digest, _evidence(blocks))


def _twice(
    maker: Callable[..., object], blocks: Iterable[Block], predicate: str, other: tuple[str, str]
) -> Iterator[Defect]:
    for block in blocks:
        if line := block.line(predicate):
            second = other[0] if line.object != other[0] else other[1]
            edit = (line.object_end, line.object_end, f", {_marked(second)}")
            yield _defect(maker, block, [edit], ["shape-statement"], "shapes")


@kind
def two_polarities(blocks: list[Block]) -> Iterator[Defect]:
    values = ("polarity:affirmed", "polarity:negated")
    yield from _twice(two_polarities, _statements(blocks), "f:polarity", values)


@kind
def two_tenses(blocks: list[Block]) -> Iterator[Defect]:
    yield from _twice(two_tenses, _statements(blocks), "f:tense", ("tense:past", "tense:current"))


@kind
def value_of_the_wrong_kind(blocks: list[Block]) -> Iterator[Defect]:
    """A modality where a tense is due, a tense where a modality is."""
    for block in _statements(blocks):
        for name, wrong in (("f:modality", "tense:past"), ("f:tense", "modality:analyst")):
            if line := block.line(name):
                yield _defect(
                    value_of_the_wrong_kind,
                    block,
                    [_replace(line, wrong)],
                    ["shape-statement"],
                    "shapes",
                )


@kind
def participant_of_the_wrong_class(blocks: list[Block]) -> Iterator[Defect]:
    roles = {
        "f:member": "shape-membership",
        "f:person": "shape-leadership",
        "f:obligor": "shape-commitment",
        "f:absentee": "shape-absence",
        "f:arrangement": "",
    }
    for block in _statements(blocks):
        for name, rule in roles.items():
            if line := block.line(name):
                shape = rule or f"shape-{block.cls.removeprefix('f:').lower()}"
                yield _defect(
                    participant_of_the_wrong_class,
                    block,
                    [_replace(line, "modality:analyst")],
                    [shape],
                    "shapes",
                )


@kind
def text_for_a_number(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        if line := block.line("oa:start"):
            edit = _replace(line, f'"{line.object}"')
            yield _defect(text_for_a_number, block, [edit], ["shape-evidence"], "shapes")


@kind
def number_below_its_least(blocks: list[Block]) -> Iterator[Defect]:
    for block in _evidence(blocks):
        if line := block.line("oa:start"):
            yield _defect(
                number_below_its_least,
                block,
                [_replace(line, "-5")],
                ["shape-evidence", "offset-outside-text"],
                "shapes",
                "evidence",
            )


# -- the ontology


def _terms(blocks: Iterable[Block], *classes: str) -> Iterator[Block]:
    return (b for b in blocks if b.cls in classes and b.subject.startswith("f:"))


@kind
def term_without_label(blocks: list[Block]) -> Iterator[Defect]:
    for block in _terms(blocks, "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"):
        if edits := _without(block, "rdfs:label"):
            yield _defect(term_without_label, block, edits, ["term-without-label"], "ontology")


@kind
def term_without_definition(blocks: list[Block]) -> Iterator[Defect]:
    for block in _terms(blocks, "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"):
        if edits := _without(block, "skos:definition"):
            yield _defect(
                term_without_definition, block, edits, ["term-without-definition"], "ontology"
            )


@kind
def term_without_source(blocks: list[Block]) -> Iterator[Defect]:
    for block in _terms(blocks, "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"):
        if edits := _without(block, "dcterms:source"):
            yield _defect(term_without_source, block, edits, ["term-without-source"], "ontology")


# -- choosing and applying


@dataclass(frozen=True, slots=True)
class Seeded:
    """A defect in the text as edited: where its finding must point (1-based, end exclusive)."""

    defect: Defect
    line: int
    column: int
    end_line: int
    end_column: int


def choose(sources: Iterable[Source], name: str, number: int, seed: int) -> list[Defect]:
    """At most *number* defects of one kind, at most one in each block, drawn by *seed*."""
    blocks = [block for source in sources for block in source.blocks()]
    made: dict[tuple[str, tuple[int, int]], list[Defect]] = {}
    for defect in KINDS[name](blocks):
        made.setdefault((defect.file, defect.block), []).append(defect)
    drawn = random.Random(f"{seed} {name}")
    homes = sorted(made)
    drawn.shuffle(homes)
    return [drawn.choice(made[home]) for home in homes[:number]]


def rounds(defects: Iterable[Defect]) -> list[list[Defect]]:
    """The defects in groups that can be in one content together, none hiding another."""
    groups: list[list[Defect]] = []
    for defect in defects:
        for group in groups:
            if group[0].alone == defect.alone and not _clash(defect, group):
                group.append(defect)
                break
        else:
            groups.append([defect])
    return groups


def _clash(defect: Defect, group: Iterable[Defect]) -> bool:
    """Whether the file of *defect* holds one that would hide it, or one in the same block."""
    return any(
        other.file == defect.file and (defect.alone or other.block == defect.block)
        for other in group
    )


def seed(source: Source, defects: Iterable[Defect]) -> tuple[str, list[Seeded]]:
    """The text of *source* with *defects* in it, and where each of them stands."""
    listed = list(defects)
    edits = sorted(
        ((edit, number) for number, defect in enumerate(listed) for edit in defect.edits),
        key=lambda item: item[0][:2],
    )
    parts, at = [], 0
    order: list[int] = []
    for (begin, end, new), number in edits:
        parts += [source.text[at:begin], new]
        at = end
        if BEGIN in new:
            order.append(number)
    marked = "".join(parts) + source.text[at:]
    seeded, clean, places = [], [], []
    for character in marked:
        if character in (BEGIN, END):
            places.append(len(clean))
        else:
            clean.append(character)
    text = "".join(clean)
    for number, begin, end in zip(order, places[::2], places[1::2], strict=True):
        seeded.append(Seeded(listed[number], *_position(text, begin), *_position(text, end)))
    return text, seeded


def _position(text: str, offset: int) -> tuple[int, int]:
    line_begin = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_begin + 1
