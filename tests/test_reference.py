"""data/reference/: the states of the interstate system, their codes and their periods."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

F = Namespace("https://w3id.org/foedus/ontology#")
STATE = Namespace("https://w3id.org/foedus/id/state/")
SOURCE = Namespace("https://w3id.org/foedus/id/source/")
WD = Namespace("http://www.wikidata.org/entity/")
LANGUAGES = {"ar", "en", "fa", "fr", "tr", "ur"}
LAST_DAY = "2024-12-31"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def states(content_dir: Path) -> Graph:
    return Graph().parse(content_dir / "data" / "reference" / "states.ttl")


@pytest.fixture(scope="module")
def codes(content_dir: Path) -> Graph:
    return Graph().parse(content_dir / "data" / "reference" / "codes.ttl")


@pytest.fixture(scope="module")
def crosswalk(reference_dir: Path) -> list[dict[str, str]]:
    return rows(reference_dir / "state_crosswalk.csv")


def texts(graph: Graph, subject: URIRef, predicate: URIRef) -> set[str]:
    return {str(value) for value in graph.objects(subject, predicate)}


def periods(codes: Graph, state: URIRef) -> set[tuple[str, str | None, str | None]]:
    """Begin, end and last known day of each period of a state."""
    found = set()
    for period in codes.subjects(F.ofState, state):
        end, known = codes.value(period, F.end), codes.value(period, F.knownUntil)
        found.add(
            (str(codes.value(period, F.begin)), end and str(end), known and str(known)),
        )
    return found


def test_there_are_218_states_with_codes_and_one_that_is_only_a_name(states, codes):
    named = set(states.subjects(RDF.type, F.State))
    coded = set(codes.subjects(F.cowAbbreviation, None))
    assert len(coded) == 218
    assert named - coded == {STATE["soviet-union"]}
    assert coded <= named


def test_every_row_of_the_crosswalk_is_represented(codes, crosswalk):
    assert len(crosswalk) == 218
    for row in crosswalk:
        (state,) = codes.subjects(F.cowAbbreviation, Literal(row["stateabb"]))
        assert texts(codes, state, F.cowCode) == {row["ccode"]}
        for column, term in (
            ("iso3166_alpha2", F.isoAlpha2),
            ("iso3166_alpha3", F.isoAlpha3),
            ("iso3166_numeric", F.isoNumeric),
        ):
            assert texts(codes, state, term) == {row[column]} - {""}, row["statenme"]
        items = set(codes.objects(state, SKOS.exactMatch | SKOS.narrowMatch))
        assert items == {WD[item] for item in (row["wikidata_qid"],) if item}, row["statenme"]


def test_the_periods_are_those_of_cow(codes, reference_dir):
    expected = set()
    for row in rows(reference_dir / "cow_states2024.csv"):
        begin, end = (
            "{}-{:0>2}-{:0>2}".format(*(row[side + unit] for unit in ("year", "month", "day")))
            for side in ("st", "end")
        )
        still = end == LAST_DAY
        expected.add((row["stateabb"], begin, None if still else end, LAST_DAY if still else None))
    assert len(expected) == 244
    assert expected == {
        (str(abbreviation), *period)
        for state, abbreviation in codes.subject_objects(F.cowAbbreviation)
        for period in periods(codes, state)
    }


def test_every_period_has_one_beginning_and_ends_or_is_known_until_a_day(codes):
    found = set(codes.subjects(RDF.type, F.Statehood))
    assert len(found) == 244
    for period in found:
        assert len(list(codes.objects(period, F.begin))) == 1
        assert len(list(codes.objects(period, F.end | F.knownUntil))) == 1
        assert codes.value(period, DCTERMS.source) == SOURCE["cow-state-system-2024"]


def test_namibia_has_the_code_na(codes, states):
    assert texts(codes, STATE.namibia, F.isoAlpha2) == {"NA"}
    assert Literal("Namibie", lang="fr") in set(states.objects(STATE.namibia, RDFS.label))


def test_leading_zeros_of_numeric_codes_are_kept(codes):
    assert texts(codes, STATE.afghanistan, F.isoNumeric) == {"004"}


def test_serbia_and_yugoslavia_share_a_code_and_nothing_else(codes):
    serbia, yugoslavia = STATE.serbia, STATE.yugoslavia
    assert texts(codes, serbia, F.cowCode) == texts(codes, yugoslavia, F.cowCode) == {"345"}
    assert texts(codes, serbia, F.cowAbbreviation) == {"SRB"}
    assert texts(codes, yugoslavia, F.cowAbbreviation) == {"YUG"}
    assert periods(codes, serbia) == {("2006-06-03", None, LAST_DAY)}
    assert periods(codes, yugoslavia) == {
        ("1878-07-13", "1941-04-20", None),
        ("1944-10-20", "2006-06-03", None),
    }
    assert texts(codes, serbia, F.gwCode) == {"340"}
    assert not texts(codes, yugoslavia, F.isoAlpha3)


def test_an_item_narrower_than_the_state_is_not_called_exact(codes):
    assert set(codes.subject_objects(SKOS.narrowMatch)) == {(STATE.yugoslavia, WD.Q83286)}


def test_a_state_that_left_the_system_has_neither_an_iso_code_nor_a_later_day(codes):
    gone = {
        state
        for state in codes.subjects(F.cowAbbreviation, None)
        if all(known is None for _, _, known in periods(codes, state))
    }
    assert len(gone) == 23
    for state in gone:
        assert not texts(codes, state, F.isoAlpha2)


def test_a_present_state_has_names_in_six_languages_a_demonym_and_an_adjective(states, codes):
    present = {codes.value(p, F.ofState) for p in codes.subjects(F.knownUntil, None)}
    assert len(present) == 195
    for state in present:
        labels = [label.language for label in states.objects(state, RDFS.label)]
        assert sorted(labels) == sorted(LANGUAGES), state
        assert texts(states, state, F.demonym), state
        assert texts(states, state, F.adjective), state


def test_a_state_has_one_english_label_and_no_two_states_share_it(states):
    labels = [
        str(label)
        for state in states.subjects(RDF.type, F.State)
        for label in states.objects(state, RDFS.label)
        if label.language == "en"
    ]
    assert len(labels) == len(set(labels)) == 219


def test_turkey_is_found_under_its_other_name(states):
    assert Literal("Turkey", lang="en") in set(states.objects(STATE.turkey, RDFS.label))
    assert Literal("Türkiye", lang="en") in set(states.objects(STATE.turkey, SKOS.altLabel))


def test_codes_and_periods_stand_under_their_own_statement_of_rights(states, codes):
    ours = SOURCE["state-codes"]
    assert "CC BY" in str(codes.value(ours, DCTERMS.rights))
    assert codes.value(ours, DCTERMS.license) is None
    cited = SOURCE["cow-state-system-2024"]
    assert cited in set(codes.objects(ours, DCTERMS.source))
    assert "v2024" in str(codes.value(cited, DCTERMS.bibliographicCitation))
    for term in (F.cowCode, F.isoAlpha2, F.gwCode, F.ofState, SKOS.exactMatch):
        assert (None, term, None) not in states


def test_making_the_reference_data_again_gives_the_committed_bytes(
    content_dir, reference_dir, tmp_path, monkeypatch
):
    monkeypatch.setenv("FOEDUS_REFERENCE", str(reference_dir))
    tool = content_dir / "tools" / "make_reference.py"
    subprocess.run([sys.executable, tool, "--out", tmp_path], check=True)
    for name in ("states.ttl", "codes.ttl"):
        committed = content_dir / "data" / "reference" / name
        assert (tmp_path / name).read_bytes() == committed.read_bytes()
