"""What a query looks at, told from its text: never less than it does, and never an error."""

from pathlib import Path

import pytest

from foedus.engine.reads import reads

QUERIES = sorted((Path(__file__).resolve().parents[2] / "queries").rglob("*.rq"))
F = "<https://w3id.org/foedus/ontology#"


def test_the_predicates_of_a_query_are_what_it_looks_at() -> None:
    found = reads(f"SELECT ?a {{ ?a {F}member> ?b . OPTIONAL {{ ?a {F}role>/{F}basis> ?c }} }}")
    assert found == [f"{F}basis>", f"{F}member>", f"{F}role>"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p { ?s ?p ?o }",
        "SELECT ?g { GRAPH ?g {} }",
        f"SELECT ?a {{ ?a {F}member> ?b }} LIMIT 1",
        f"SELECT (RAND() AS ?r) {{ ?a {F}member> ?b }}",
        f"SELECT ?a {{ ?a {F}member>* ?b }}",
        "DESCRIBE <https://w3id.org/foedus/id/state/iran>",
        "SELECT ?a { ?a <p> ?b } }",
        "no query at all",
        "",
    ],
)
def test_what_may_look_at_more_reads_everything(text: str) -> None:
    assert reads(text) is None


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_question_that_lost_a_bracket_reads_everything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    closing = text.rindex("}")
    assert reads(text[:closing] + text[closing + 1 :]) is None
    assert reads(text + "}") is None
