"""Where a term occurs: in the data and in the questions; bounded, whatever the data's size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foedus.content.questions import Question
from foedus.engine.answers import value
from foedus.engine.guard import mentions
from foedus.web.knowledge import Knowledge
from foedus.web.ontology_docs.codebook import Term

#: Counted no further than this.
MOST = 10_000
_SHOWN = 8


@dataclass(frozen=True)
class Uses:
    """How often a term is used in the default graph and in those of the sources, and some of it."""

    facts: int
    statements: int
    examples: Sequence[tuple[str, str]]


def uses(knowledge: Knowledge, term: Term) -> Uses:
    """The uses of *term*: things of a class, or triples with a property."""
    pattern = f"?s a <{term.iri}>" if term.kind == "class" else f"?s <{term.iri}> ?o"
    return Uses(
        facts=_count(knowledge, f"{{ {pattern} }}"),
        statements=_count(knowledge, f"{{ GRAPH ?g {{ {pattern} }} }}"),
        examples=_examples(knowledge, term, pattern),
    )


def _count(knowledge: Knowledge, where: str) -> int:
    text = f"SELECT (COUNT(*) AS ?n) {{ SELECT ?s {where} LIMIT {MOST} }}"
    return int(value(knowledge.rows(text)[0]["n"]))


def _examples(knowledge: Knowledge, term: Term, pattern: str) -> list[tuple[str, str]]:
    told = "" if term.kind == "class" else "?o"
    rows = knowledge.rows(
        f"SELECT ?s {told} {{ {pattern} FILTER(ISIRI(?s)) }} LIMIT {_SHOWN}"
    ) or knowledge.rows(
        f"SELECT ?s {told} {{ GRAPH ?g {{ {pattern} }} FILTER(ISIRI(?s)) }} LIMIT {_SHOWN}"
    )
    return [(value(row["s"]), value(row["o"]) if "o" in row else "") for row in rows]


def asked_by(questions: Sequence[Question]) -> Mapping[str, Sequence[Question]]:
    """The questions that name each IRI."""
    found: dict[str, list[Question]] = {}
    for question in questions:
        for iri in dict.fromkeys(iri for _, iri in mentions(question.text)):
            found.setdefault(iri, []).append(question)
    return found
