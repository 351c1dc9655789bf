"""Identity of alliances across data sets: said with its grounds, revocable, and measured."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from said import EXTRACTS, imported

from foedus.content.names import BASE, F
from foedus.findings import CannotRun
from foedus.graph.facts import apply_rules, read_rules
from foedus.importers.agreement import in_words, linked, write_differing

RULE = Path(__file__).resolve().parents[2] / "ontology" / "rules" / "5-shortcuts"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """ATOP's invented alliance 1901, which names COW 901, and a COW 901 that says otherwise."""
    folder = tmp_path_factory.mktemp("pair")
    cow = [renumbered(EXTRACTS / f"cow_{name}.csv", folder) for name in ("members", "directed")]
    atop = imported(
        "atop", folder / "atop", *(EXTRACTS / f"atop5_0{kind}.csv" for kind in ("m", "a", "aph"))
    )
    return atop, imported("cow", folder / "cow", *cow)


def renumbered(path: Path, folder: Path) -> Path:
    """The invented COW alliance 9001 alone, as number 901."""
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row.replace("9001,", "901,", 1) for row in rows if row.startswith("9001,")]
    (folder / path.name).write_text(head + "".join(kept), encoding="utf-8")
    return folder / path.name


def identifications(store: ox.Store) -> set[str]:
    kind = ox.NamedNode(F + "Identification")
    return {str(q.subject) for q in store.quads_for_pattern(None, None, kind, ox.DefaultGraph())}


def both(pair: tuple[Path, Path]) -> ox.Store:
    store = ox.Store()
    for path in pair:
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    return store


def identified(store: ox.Store) -> set[tuple[str, str]]:
    apply_rules(store, [rule for rule in read_rules(RULE) if rule.path.stem == "identified-with"])
    return {
        (str(q.subject), str(q.object))
        for q in store.quads_for_pattern(None, ox.NamedNode(F + "identifiedWith"), None)
    }


def test_the_number_in_a_record_identifies_two_alliances_and_merges_nothing(
    pair: tuple[Path, Path],
) -> None:
    store = both(pair)
    one, other = (f"<{BASE}id/arrangement/{name}>" for name in ("atop-1901", "cow-901"))
    assert identified(store) == {(one, other), (other, one)}
    assert not list(
        store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs"), None)
    )
    grounds = store.query(
        f"SELECT ?e {{ <{BASE}id/identification/atop-1901.cow-901> "
        "<http://www.w3.org/ns/prov#wasDerivedFrom> ?e . "
        f"GRAPH ?g {{ ?e <{F}record> ?record }} }}"
    )
    assert isinstance(grounds, ox.QuerySolutions)
    assert len(list(grounds)) == 3, "the alliance's own record and those of its two members"


def test_a_curator_revokes_an_identification_by_its_rank(pair: tuple[Path, Path]) -> None:
    store = both(pair)
    store.add(
        ox.Quad(
            ox.NamedNode(BASE + "id/identification/atop-1901.cow-901"),
            ox.NamedNode(F + "rank"),
            ox.NamedNode(BASE + "concept/rank/deprecated"),
        )
    )
    assert identified(store) == set()
    assert identifications(store), "what ATOP says stays on record"


def test_what_linked_alliances_disagree_in_is_counted_and_listed(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    found = linked(pair)
    assert [(one.one[-9:], one.other[-7:]) for one in found] == [("atop-1901", "cow-901")]
    assert "1 pairs of alliances" in in_words(found)
    assert "on the start year in 0 (0.0%)" in in_words(found)
    assert "on defense in 1 (100.0%)" in in_words(found)
    rows = write_differing(found, tmp_path / "differing.csv")
    with (tmp_path / "differing.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["aspect"]: row for row in csv.DictReader(file)}
    assert rows == len(listed)
    assert (listed["start year"]["atop_says"], listed["start year"]["cow_says"]) == ("1921", "1790")
    assert listed["members"]["only_cow"] == "sweden united-kingdom"


def test_without_an_import_of_the_other_set_nothing_is_compared(pair: tuple[Path, Path]) -> None:
    with pytest.raises(CannotRun, match="name an import of COW"):
        linked(pair[:1])
    with pytest.raises(CannotRun, match="name an import of ATOP"):
        linked(pair[1:])


def test_the_real_sets_agree_where_their_files_do(
    reference_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The oracle reads the tables themselves, by codes of states, and knows nothing of ours."""
    folder = tmp_path_factory.mktemp("real")
    atop_files = [reference_dir / f"atop5_0{kind}.csv" for kind in ("m", "a", "aph")]
    cow_files = [
        reference_dir / f"alliance_v4.1_by_{kind}.csv" for kind in ("member", "directed", "dyad")
    ]
    found = linked(
        [imported("atop", folder / "a", *atop_files), imported("cow", folder / "c", *cow_files)]
    )

    def table(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    alliances = [row for row in table(atop_files[1]) if row["cow4id"]]
    cow: dict[str, list[dict[str, str]]] = {}
    for row in table(cow_files[0]):
        cow.setdefault(row["version4id"], []).append(row)
    start = sum(row["begyr"] == cow[row["cow4id"]][0]["all_st_year"] for row in alliances)
    defense = sum(
        (row["defense"] == "1") == any(m["defense"] == "1" for m in cow[row["cow4id"]])
        for row in alliances
    )
    consultation = sum(
        (row["consul"] == "1") == any(m["entente"] == "1" for m in cow[row["cow4id"]])
        for row in alliances
    )
    same = [{aspect for aspect, _, _ in one.differing()} for one in found]
    assert len(found) == len(alliances) == 394
    assert sum("the start year" not in one for one in same) == start
    assert sum("defense" not in one for one in same) == defense
    assert sum("consultation" not in one for one in same) == consultation
