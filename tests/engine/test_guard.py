"""What may be asked, read from tokens and never searched for by words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.engine import EmbeddedEngine, Limits, QueryError, QueryRefused, QuerySyntaxError, check
from foedus.engine.tokens import scan

E = "PREFIX e: <http://example.org/> PREFIX : <http://127.0.0.1:{port}/> "


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <http://x.example/> {} }",
        "ASK { service ?s { ?a ?b ?c } }",
        "ASK { SERVICE:x{} }",
        "ASK { ?s ?p trueSERVICE<http://x.example/>{} }",
        "ASK { SERVICESILENT<http://x.example/>{} }",
        "ASK { FILTER(1<2)SERVICE?s#>\n{} }",
        "ASK { FILTER(?a<<http://x.example/#>)SERVICE?s{} }",
        'SELECT (1 AS ?x) (1<2#>"""\n AS ?y) { SERVICE <http://x.example/> {} } #"""',
        "PREFIX e: <http://e/> ASK { FILTER e:f(1<2)SERVICE?s#>\n{} }",
        "ASK { { SELECT * { OPTIONAL { SERVICE <http://x.example/> {} } } } }",
        "ASK { ?s ?p 'x'SERVICE<http://x.example/>{} }",
        "ASK { ?s ?p 1SERVICE<http://x.example/>{} }",
        "ASK { # SERVICE\nSERVICE # here\n<http://x.example/> {} }",
    ],
)
def test_a_query_that_asks_another_service_is_refused_however_it_is_spelt(query: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        check("PREFIX : <http://x.example/> " + query)
    assert refusal.value.reason == "service"


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p 'SERVICE <http://x.example/> {}' }",
        'ASK { ?s ?p """SERVICE <x> {}""" }',
        "ASK { ?s ?p ?o } # SERVICE <http://x.example/> {}",
        "ASK { ?service <http://example.org/SERVICE> ?o }",
        "PREFIX service: <http://x.example/> ASK { ?s a service:Thing }",
        "PREFIX service: <http://x.example/> ASK { GRAPH service:g { ?s ?p ?o } }",
        "ASK { VALUES (?a ?b) { (1 <http://x.example/service#x>) } }",
        "ASK { FILTER(?a<?b&&?c>?d) }",
    ],
)
def test_a_word_in_a_string_comment_iri_or_name_is_no_service(query: str) -> None:
    assert check(query).form == "ASK"


def test_a_silent_call_is_answered_as_a_failed_call_would_be(engine: EmbeddedEngine) -> None:
    answer = engine.query(
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o { ?a ?b ?c } } }"
    )
    assert answer.rows == [()]


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "PREFIX e: <urn:e:> DELETE WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "# a comment\nDROP ALL",
        "with <urn:g> delete { ?s ?p ?o } where { ?s ?p ?o }",
        "CLEAR DEFAULT",
    ],
)
def test_an_update_is_refused(update: str) -> None:
    with pytest.raises(QueryRefused, match="read-only"):
        check(update)


@pytest.mark.parametrize("opening", ["(", "{", "!", "["])
def test_nesting_is_bounded_before_a_parser_sees_it(opening: str) -> None:
    closing = {"(": ")", "{": "}", "!": "", "[": "]"}[opening]
    with pytest.raises(QueryRefused) as refusal:
        check("ASK { FILTER(" + opening * 5000 + "1" + closing * 5000 + ") }")
    assert refusal.value.reason == "nesting"


def test_a_query_longer_than_its_limit_is_refused() -> None:
    with pytest.raises(QueryRefused, match="query_characters"):
        check("ASK {} #" + "x" * 300, limits=Limits(query_characters=100))


@pytest.mark.parametrize(
    ("query", "line", "column", "words"),
    [
        ("", 1, 1, "SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("ASK {\n ?s ?p state:iraq }", 2, 8, "PREFIX state: <https://w3id.org/foedus/id/state/>"),
        ("ASK { ?s <p> ?o }", 1, 10, "a full IRI"),
        ("ASK { ?s ?p ?o ", 1, 5, "never closed"),
        ("ASK { ?s ?p (1 } ", 1, 16, "still open"),
        ("ASK { } }", 1, 9, "closes nothing"),
        ('ASK { ?s ?p "open }', 1, 13, "closing"),
        ("ASK { ?s ?p ` }", 1, 13, "begins nothing"),
        ("PREFIX x <http://x/> ASK {}", 1, 1, "incomplete PREFIX"),
        ("FIND ?x", 1, 1, "begins no query"),
    ],
)
def test_an_error_says_where_and_what_was_expected(
    query: str, line: int, column: int, words: str
) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        check(query, known_prefixes={"state": "https://w3id.org/foedus/id/state/"})
    assert (error.value.line, error.value.column) == (line, column)
    assert words in str(error.value)


def test_from_clauses_become_names_of_graphs() -> None:
    query = (
        "BASE <http://b.example/> PREFIX g: <http://g.example/> "
        "SELECT * FROM g:one FROM <two> FROM NAMED <file:///etc/passwd> { ?s ?p ?o }"
    )
    dataset = check(query).dataset
    assert dataset is not None
    assert dataset.default_graphs == ("http://g.example/one", "http://b.example/two")
    assert dataset.named_graphs == ("file:///etc/passwd",)


@pytest.mark.parametrize("word", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_a_query_whose_answer_may_change_is_known_as_such(word: str) -> None:
    assert not check(f"SELECT ({word} AS ?x) {{}}").deterministic
    assert check("SELECT ('NOW()' AS ?x) {}").deterministic


_PIECES = (
    "SERVICE", "service", " ", "\n", "#", "#>", "<", ">", "<=", "<<", "?s", "1", "2)", "(", ")",
    "{", "}", "'", '"', '"""', ".", ";", "true", "a", ":x", "e:x", "FILTER(", "BIND(", "AS ?x)",
    "<http://127.0.0.1:{port}/>", "<http://127.0.0.1:{port}/#>", "SILENT", "OPTIONAL", "@en",
    "^^", "VALUES ?s {{ <http://127.0.0.1:{port}/> }}", "\\", "_:b", "SELECT * ", "UNION", "&&",
)  # fmt: skip


@settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14))
def test_whatever_passes_never_reaches_the_network(engine, canary, pieces) -> None:
    text = (E + "ASK { ?s ?p ?o " + "".join(pieces)).replace("{{", "{").replace("}}", "}")
    text = text.replace("{port}", str(canary.port))
    for candidate in (text, text + " }", text + " {} }", text + "\n{} }", text + ")}"):
        try:
            engine.query(candidate)
        except QueryError:
            continue
    assert canary.calls == 0


@given(st.text(max_size=200))
def test_any_text_is_scanned_to_its_end_or_refused_with_a_place(text: str) -> None:
    try:
        tokens, place = list(scan(text)), (1, 1)
    except QuerySyntaxError as error:
        tokens, place = [], (error.line, error.column)
    assert all(place)
    assert all(text[t.start : t.end] == t.text for t in tokens)


@pytest.mark.parametrize(
    ("query", "evaluated"),
    [
        ("ASK { <a> ?p <#b> }", "ASK { <http://h/sparql/a> ?p <http://h/sparql/#b> }"),
        ("ASK { <> ?p <//x/y> }", "ASK { <http://h/sparql/> ?p <http://x/y> }"),
        ("ASK { <urn:a> ?p '<a>' } # <a>", "ASK { <urn:a> ?p '<a>' } # <a>"),
        ("BASE <http://b/> ASK { <a> ?p 1 }", "BASE <http://b/> ASK { <a> ?p 1 }"),
        ("BASE <b/> ASK { <a> ?p 1 }", "BASE <http://h/sparql/b/> ASK { <a> ?p 1 }"),
        (
            "PREFIX : <n#> BASE <http://b/> ASK { <a> ?p :c }",
            "PREFIX : <http://h/sparql/n#> BASE <http://b/> ASK { <a> ?p :c }",
        ),
    ],
)
def test_the_base_of_the_asker_holds_until_the_query_declares_its_own(
    query: str, evaluated: str
) -> None:
    assert check(query, base="http://h/sparql/").text == evaluated


def test_the_base_of_the_asker_is_that_of_a_dataset_clause_too() -> None:
    checked = check("ASK FROM <g> FROM NAMED <h> {}", base="http://h/sparql")
    assert checked.dataset is not None
    assert checked.dataset.default_graphs == ("http://h/g",)
    assert checked.dataset.named_graphs == ("http://h/h",)


@pytest.mark.parametrize("query", ["SELECT <a>", "SELECT DISTINCT { ?s ?p ?o }", "SELECT WHERE {}"])
def test_a_select_that_selects_nothing_is_told_what_it_could(query: str) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        check(query, base="http://h/sparql")
    assert error.value.expected == "?variable, * or (expression AS ?name)"


@pytest.mark.parametrize(
    ("query", "evaluated"),
    [
        (r"\u0041SK {}", "ASK {}"),
        (r"ASK \U0000007B ?s ?p ?\u0078 }", "ASK { ?s ?p ?x }"),
        (r"ASK { ?s ?p '\u0027' } # \u000AASK", r"ASK { ?s ?p '\u0027' } # \u000AASK"),
        (r'ASK { ?s <urn:\u0061> """\u0022""" }', r'ASK { ?s <urn:\u0061> """\u0022""" }'),
    ],
)
def test_an_escape_is_the_character_it_stands_for_wherever_it_ends_nothing(
    query: str, evaluated: str
) -> None:
    assert check(query).text == evaluated


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (r"ASK { SERV\u0049CE <http://x.example/> {} }", "service"),
        (r"ASK { \u0053ERVICE:x{} }", "service"),
        (r"\U00000049NSERT DATA {}", "update"),
        (r"ASK { FILTER" + r"\u0028" * 200 + "1" + r"\u0029" * 200 + " }", "nesting"),
    ],
)
def test_nothing_hides_behind_an_escape(query: str, reason: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        check("PREFIX : <http://x.example/> " * (":x" in query) + query)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "query",
    [
        r"ASK { ?s ?p ?o\uD800 }",
        r"ASK { ?s ?p ?o\U00110000 }",
        r"ASK FROM <http://e/\uD800> {}",
        r"ASK FROM <http://e/\UFFFFFFFF> {}",
        r"ASK FROM <http://e/\u0020> {}",
        r"ASK FROM <http://[> {}",
        r"PREFIX e: <http://e/\uDFFF> ASK FROM NAMED e:x {}",
    ],
)
def test_an_escape_of_no_character_and_a_graph_of_no_iri_are_syntax_errors(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX a:b <http://e/> ASK {}",
        "PREFIX a:b: <http://e/> ASK {}",
        "PREFIX :: <http://e/> ASK {}",
        "PREFIX a: <http://[> ASK {}",
        "PREFIX a: <http://e/\\u0020> ASK {}",
        "BASE <http://[> ASK {}",
    ],
)
def test_a_declaration_that_nothing_uses_must_be_one_too(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        check(query)


@pytest.mark.parametrize("character", ["\f", "\v", "\u00a0", "\u2003", "\ufeff", "\0"])
def test_only_the_four_white_spaces_of_sparql_separate(character: str) -> None:
    with pytest.raises(QuerySyntaxError, match="begins nothing"):
        check(f"ASK{character}{{}}")
