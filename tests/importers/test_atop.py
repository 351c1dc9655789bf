"""ATOP on invented extracts: what a row says is said, and nothing that it does not say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from said import EXTRACTS, Said, imported

from foedus.findings import ContentError, Finding
from foedus.importers.atop.codes import read_codes
from foedus.importers.mapping import mappings
from foedus.importers.running import run_import

FILES = [EXTRACTS / f"atop5_0{kind}.csv" for kind in ("m", "a", "aph")]


@pytest.fixture(scope="module")
def atop(tmp_path_factory: pytest.TempPathFactory) -> Said:
    return Said(imported("atop", tmp_path_factory.mktemp("atop"), *FILES))


def conditions(found: dict[str, set[str]]) -> set[str]:
    return {name.removeprefix("atop-") for name in found["condition"]}


def test_a_promise_is_directed_and_carries_its_conditions(atop: Said) -> None:
    (defense,) = atop.kind("Commitment", arrangement="atop-1901", commitmentType="defense")
    assert defense["obligor"] == defense["obligee"] == {"hungary", "denmark"}
    assert conditions(defense) == {"armed-attack", "adversary", "non-provocation"}
    assert (defense["begin"], defense["end"]) == ({"1921-03-04"}, {"1926-03-04"})
    assert (defense["force"], defense["publicity"]) == ({"binding"}, {"published"})
    (consultation,) = atop.kind(
        "Commitment", arrangement="atop-1901", commitmentType="consultation"
    )
    assert conditions(consultation) == {"on-request"}
    assert atop.subjects["condition/atop-on-request"]["trigger"] == {"on-request"}


def test_who_owes_nothing_is_owed_something_and_has_signed(atop: Said) -> None:
    assert atop.pairs(arrangement="atop-1902") == {
        ("united-kingdom", "mongolia", "defense", "1854-10-13")
    }
    (membership,) = atop.kind("Membership", arrangement="atop-1902", member="mongolia")
    assert membership["role"] == {"signatory-only"}
    assert membership["end"] == {"1858-02"}, "a day that is not known is not made up"
    assert "no member of the interstate system" in membership["note"].pop()


def test_an_entry_is_a_signature_and_never_makes_a_party(atop: Said) -> None:
    assert {role for found in atop.kind("Membership") for role in found["role"]} == {
        "signatory-only"
    }
    (accession,) = atop.kind("Act", actKind="signed", date="1955-05-05")
    (text,) = accession["object"]
    assert accession["agent"] == {"egypt"}
    assert atop.subjects[f"instrument/{text}"]["attachedTo"] == {"atop-1903"}
    assert "Protocol" in atop.subjects[f"instrument/{text}"]["type"]


def test_an_exit_of_0_is_the_end_of_the_coverage_and_no_exit(atop: Said) -> None:
    (france,) = atop.kind("Membership", arrangement="atop-1903", member="france")
    assert (france["end"], france["knownUntil"]) == (set(), {"2018-12-31"})
    assert france["begin"] == {"1950-01-10"}, "one stay over both phases"
    assert not atop.kind("Act", actKind="ceased-to-be-bound", agent="france", object="atop-1903.2")


def test_who_left_and_came_back_has_two_stays_and_two_promises(atop: Said) -> None:
    stays = atop.kind("Membership", arrangement="atop-1903", member="egypt")
    assert {(min(s["begin"]), min(s["end"] | {"open"})) for s in stays} == {
        ("1955-05-05", "1970-01-31"),
        ("1980-07-01", "open"),
    }
    again = atop.kind(
        "Commitment", arrangement="atop-1903.2", commitmentType="defense", begin="1980-07-01"
    )
    assert again
    assert all(found["spell"] == {"2"} for found in again)


def test_nobody_owes_anything_to_a_state_that_has_not_yet_joined(atop: Said) -> None:
    pairs = atop.pairs(arrangement="atop-1903.1")
    assert ("france", "yugoslavia", "nonaggression", "1950-01-10") in pairs
    assert ("france", "egypt", "nonaggression", "1955-05-05") in pairs
    assert ("france", "egypt", "nonaggression", "1950-01-10") not in pairs


def test_a_code_of_two_states_is_cut_where_one_followed_the_other(atop: Said) -> None:
    (before,) = atop.kind("Membership", arrangement="atop-1903", member="yugoslavia")
    (after,) = atop.kind("Membership", arrangement="atop-1903", member="serbia")
    assert before["end"]
    assert after["begin"]
    assert min(before["end"]) <= min(after["begin"])
    assert not [p for p in atop.pairs() if {"yugoslavia", "serbia"} == {p[0], p[1]}]


def test_phases_are_told_and_their_promises_are_their_own(atop: Said) -> None:
    phase = atop.subjects["phase/atop-1903.2"]
    assert (phase["phaseOf"], phase["atopId"]) == ({"atop-1903"}, {"1903.2"})
    assert {p[2] for p in atop.pairs(arrangement="atop-1903.1")} == {
        "nonaggression",
        "no-other-alliance",
    }
    assert {p[2] for p in atop.pairs(arrangement="atop-1903.2")} == {
        *("defense", "neutrality", "nonaggression", "no-aid-to-enemies")
    }
    (ended,) = atop.kind("Act", actKind="ended", object="atop-1903.1")
    assert (ended["date"], ended["endingManner"]) == ({"1960-06-01"}, {"renegotiated"})
    # Side by side, after one party split in two: each with its own other party.
    assert atop.pairs(arrangement="atop-1905.2") == {
        ("poland", "czechia", "nonaggression", "1993-01-01"),
        ("czechia", "poland", "nonaggression", "1993-01-01"),
    }


def test_0_is_the_coders_no_and_blank_is_what_they_could_not_know(atop: Said) -> None:
    def value(body: str, feature: str) -> set[str]:
        return {
            v for f in atop.kind("Feature", arrangement=body, feature=feature) for v in f["value"]
        }

    assert value("atop-1903.1", "integrated-command") == {"no"}
    assert value("atop-1903.2", "integrated-command") == {"yes"}
    assert value("atop-1904", "integrated-command") == {"unknown"}
    (unstated,) = atop.kind(
        "Commitment", arrangement="atop-1904", commitmentType="no-other-alliance"
    )
    assert unstated["polarity"] == {"not-stated"}
    (consultation,) = atop.kind(
        "Commitment", arrangement="atop-1904", commitmentType="consultation"
    )
    assert consultation["certainty"] == {"probable"}, "known from secondary sources only"
    assert consultation["obligor"] == {"france", "annam"}


def test_term_threat_and_institutions_are_told_of_the_arrangement(atop: Said) -> None:
    found = {
        (min(f["feature"]), min(f["value"])): f["months"]
        for f in atop.kind("Feature", arrangement="atop-1901")
    }
    assert found["stated-term", "yes"] == {"60"}
    assert ("fixed-term", "yes") in found
    assert found["renewal-clause", "yes"] == {"12"}
    assert ("automatic-renewal", "yes") in found
    assert ("one-sided-bases", "yes") in found
    assert ("peacetime-military-contact", "yes") in found
    assert ("organ-for-economic-matters", "yes") in found
    assert ("withdrawal-on-notice", "yes") in found
    assert ("intcom", "yes") not in found
    (threat,) = atop.kind("Purpose", purposeOf="atop-1901")
    assert threat["against"] == {"russia"}


def test_what_the_file_leaves_open_is_only_possible(atop: Said) -> None:
    varied = atop.kind("Commitment", arrangement="atop-1906", commitmentType="offense")
    assert varied
    assert all(found["certainty"] == {"possible"} for found in varied)
    assert conditions(varied[0]) == {"location", "other"}
    (aid,) = atop.kind("Commitment", arrangement="atop-1902", commitmentType="military-aid")
    assert aid["certainty"] == {"possible"}, "who gives to whom is not told"


def test_secrecy_war_and_the_way_it_ended_are_kept(atop: Said) -> None:
    (defense,) = atop.kind("Commitment", arrangement="atop-1902", commitmentType="defense")
    assert (defense["publicity"], defense["force"]) == ({"partly"}, set())
    assert atop.kind("Feature", arrangement="atop-1902", feature="secret-target", value="yes")
    (war,) = atop.kind("Involvement", participant="united-kingdom")
    assert war["event"] == {"cow-war-57"}
    (left,) = atop.kind("Act", actKind="ceased-to-be-bound", agent="united-kingdom")
    assert (left["endingManner"], left["endingCause"]) == ({"broken"}, {"policy-dispute"})


def test_numbers_of_other_data_sets_are_kept_for_linking(atop: Said) -> None:
    found = atop.subjects["arrangement/atop-1901"]
    assert (found["atopId"], found["cowAllianceId"], found["cowAllianceId3"]) == (
        *({"1901"}, {"901"}, {"2901"}),
    )
    assert not atop.subjects["arrangement/atop-1902"]["cowAllianceId"]


def test_every_code_of_every_provision_means_something() -> None:
    """Each value that a column may have is either told by the tables or has no kind of its own."""
    (atop,) = [mapping for mapping in mappings() if mapping.name == "atop"]
    columns = atop.tables[0].columns
    codes = read_codes()
    for provision in codes.provisions:
        values = set(columns[provision.column].values)
        assert set(provision.kinds) <= values, provision.column
        assert "0" in values, provision.column
        assert columns[provision.column].blank, provision.column
    for column, promise in codes.promises.items():
        assert {code for name, code in codes.by_code if name == column} <= set(
            columns[column].values
        )
        assert set(promise.conditions or {}) <= set(columns), column
    flags = {c for p in codes.promises.values() for c in p.conditions or {} if c != "olimob"}
    assert len(flags) == 22, "with olimob the 23 flags of the code book"


def spoil(folder: Path, name: str, change: Callable[[list[list[str]]], None]) -> list[Path]:
    """The extracts, one of them changed: its rows as lists of cells, the header first."""
    folder.mkdir(exist_ok=True)
    paths = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if path.stem == name:
            rows = [line.split(",") for line in text.splitlines()]
            change(rows)
            text = "".join(",".join(row) + "\n" for row in rows)
        (folder / path.name).write_text(text, encoding="utf-8")
        paths.append(folder / path.name)
    return paths


def put(column: str, number: int, cell: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[number - 1][rows[0].index(column)] = cell

    return change


@pytest.mark.parametrize(
    ("name", "change", "row", "column", "words"),
    [
        ("atop5_0m", put("base", 2, "7"), 2, "base", "'7' where 0 or 1 or 2 or 3"),
        ("atop5_0m", put("defense", 2, ""), 2, "defense", "blank"),
        ("atop5_0m", put("member", 2, "999"), 2, "member", "no state 999"),
        ("atop5_0m", put("yrexit", 2, "1920"), 2, "yrexit", "before it begins"),
        ("atop5_0m", put("moent", 2, "13"), 2, "moent", "a month"),
        ("atop5_0m", put("dayexit", 4, "30"), 4, "dayexit", "no day 1858-2-30"),
        ("atop5_0m", put("defcon", 2, "0"), 2, "defcon", "defcoadv"),
        ("atop5_0m", put("neucoatt", 2, "1"), 2, "neucon", "neucoatt"),
        ("atop5_0m", put("medarb", 3, "1"), 3, "medarb", "row 2 of the same phase"),
        ("atop5_0m", put("ineffect", 2, "1"), 2, "ineffect", "the exit"),
        ("atop5_0m", put("maxphase", 6, "3"), 7, "maxphase", "row 6 of the same phase"),
        ("atop5_0m", put("atopid", 2, "1999"), 2, "atopid", "does not have"),
        ("atop5_0a", put("mem1", 2, "200"), 2, "mem1", "200 390"),
        ("atop5_0a", put("begyr", 2, "1922"), 2, "begyr", "1921-03-04"),
        ("atop5_0a", put("defense", 3, "0"), 3, "defense", "come to 1"),
        ("atop5_0aph", put("endyr", 4, "1961"), 4, "endyr", "1960-06-01"),
    ],
)
def test_what_contradicts_itself_is_named_by_row_and_column(
    tmp_path: Path,
    name: str,
    change: Callable[[list[list[str]]], None],
    row: int,
    column: str,
    words: str,
) -> None:
    paths = spoil(tmp_path / "files", name, change)
    with pytest.raises(ContentError) as caught:
        run_import("atop", paths, tmp_path)
    found = [f for f in caught.value.findings if f.file and f.file.stem == name]
    assert any((f.line, f.path) == (row, column) and words in f.message for f in found), found
    assert not list(tmp_path.glob("*.nq")), "nothing half imported is left"


def test_an_alliance_file_alone_does_not_say_who_owes_what(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="member file"):
        run_import("atop", [EXTRACTS / "atop5_0a.csv"], tmp_path)


def test_phases_that_overlap_are_kept_and_remarked_on(tmp_path: Path) -> None:
    (done,) = run_import("atop", FILES, tmp_path)
    assert [_where(f) for f in done.warnings] == [("import-overlap", 19, "phase")]


def test_the_yearly_file_of_states_is_named_as_repeating(tmp_path: Path) -> None:
    (atop,) = [mapping for mapping in mappings() if mapping.name == "atop"]
    (yearly,) = [table for table in atop.tables if table.repeats]
    path = tmp_path / "sy.csv"
    path.write_text(",".join(yearly.columns) + "\n", encoding="utf-8")
    with pytest.raises(ContentError, match="only repeats atop5_0m"):
        run_import("atop", [path], tmp_path)


def test_the_member_file_alone_says_the_same_of_members_and_promises(
    atop: Said, tmp_path: Path
) -> None:
    alone = Said(imported("atop", tmp_path, FILES[0]))
    assert alone.pairs() == atop.pairs()
    assert len(alone.kind("Feature")) == len(atop.kind("Feature"))


def _where(finding: Finding) -> tuple[str, int | None, str | None]:
    return finding.rule, finding.line, finding.path


def test_classes_and_threats_are_of_the_alliance_and_have_no_days_of_their_own(
    atop: Said,
) -> None:
    (wartime,) = atop.kind("Classification", classified="atop-1902", type="wartime-alliance")
    assert (wartime["polarity"], wartime["begin"]) == ({"affirmed"}, set())
    (form,) = atop.kind("Classification", classified="atop-1904")[:1]
    assert not form["end"]
    assert atop.kind("Classification", classified="atop-1902", type="agreement-in-simplified-form")
