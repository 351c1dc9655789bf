"""Articles that no pattern was made on: a treaty, an encyclopedia's entry, a report, and talk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from foedus.assist.index import Index, index_of
from foedus.assist.model import Candidate, Extraction
from foedus.assist.patterns.grounded import untied
from foedus.check.grounding.names import Names
from foedus.check.grounding.reader import Reader
from foedus.content.locate import find_content
from foedus.content.names import slug

Find = Callable[[str], Extraction]


def said(candidate: Candidate) -> str:
    """A candidate in short: its kind, its polarity if it is denied, and what fills it."""
    values = " ".join(sorted(slug(s.value.value) for s in candidate.slots))
    denied = " not" if candidate.polarity == "negated" else ""
    return f"{candidate.kind}{denied}: {values}"


def all_said(found: Extraction) -> list[str]:
    return [said(candidate) for candidate in found.candidates]


def test_the_articles_of_a_treaty_bind_the_parties_of_its_preamble(found_in: Find) -> None:
    promised = {
        slug(c.values("commitmentType")[0]): (set(map(slug, c.values("obligor"))),
                                              set(map(slug, c.values("obligee"))))
        for c in found_in("treaty").candidates
        if c.kind == "Commitment"
    }  # fmt: skip
    parties = {"peru", "norway", "chile"}
    assert promised == {
        "nonaggression": (parties, parties),
        "consultation": (parties, parties),
        "defense": (parties, parties),
    }


def test_an_entry_of_an_encyclopedia_gives_life_and_members_of_a_body(found_in: Find) -> None:
    told = "\n".join(all_said(found_in("encyclopedia")))
    for wanted in (
        "Act: 1962-03-12 bolivia colombia ecuador peru signed treaty-of-cusco",
        "Act: 1963-01-01 entered-into-force treaty-of-cusco",
        "MemberCount: 7 andean-defence-organization exact member",
        "Membership: 1974 andean-defence-organization chile member",
        "Membership: 1990 andean-defence-organization argentina observer",
        "Absence: 1985 andean-defence-organization bolivia left",
        "Absence: andean-defence-organization brazil refused",
        "Feature: andean-defence-organization integrated-command yes",
        "Feature: andean-defence-organization joint-force no",
        "Leadership: andean-defence-organization in-office luis-ortega secretary-general",
        "Act: 2011 andean-defence-organization ended",
    ):
        assert wanted in told
    assert "brazil member" not in told
    assert "argentina member" not in told


def test_a_report_keeps_apart_what_is_signed_refused_and_only_wished_for(found_in: Find) -> None:
    found = found_in("news")
    told = all_said(found)
    assert "Act: 2024-06-14 ghana kenya mutual-defence-pact-of-kenya-and-ghana signed" in told
    assert "Act not: mutual-defence-pact-of-kenya-and-ghana ratified" in told
    refusal = next(
        c for c in found.candidates if said(c).startswith("Act:") and "refused" in said(c)
    )
    assert slug(refusal.asserted_by or "") == "kofi-boateng"
    assert refusal.modality == "official-statement"
    members = [t for t in told if t.startswith("Membership")]
    assert members == []  # nobody is said to be a member of anything
    assert not any("nigeria" in t and "joined" in t and " not" not in t for t in told)


def test_talk_of_partners_and_allies_is_no_commitment(found_in: Find) -> None:
    kinds = {c.kind for c in found_in("distractor").candidates}
    assert kinds <= {"Leadership", "Position"}


@pytest.mark.parametrize("name", ["treaty", "encyclopedia", "news", "distractor"])
def test_every_slot_of_every_candidate_is_tied_by_the_gate(
    name: str, found_in: Find, index: Index
) -> None:
    """With nothing but what a curator would have once the new things are written down."""
    found = found_in(name)
    from foedus.assist.mentions.newcomers import Newcomers
    from foedus.assist.mentions.read import Found

    newcomers = Newcomers(found.document.text, index.names)
    newcomers.things = {thing.iri: thing for thing in found.things}
    officials = frozenset(t.iri for t in found.things if t.kind == "Person")
    names: Names = Found((), (), index.names).with_new(newcomers, officials)
    reader = Reader(index.store, names, found.source, found.document.text)
    loose = {said(c): untied(reader, c, found.source) for c in found.candidates}
    assert {label: slots for label, slots in loose.items() if slots} == {}


@pytest.mark.parametrize("name", ["treaty", "encyclopedia", "news", "distractor"])
def test_a_label_repeats_no_run_of_words_of_the_text(name: str, found_in: Find) -> None:
    found = found_in(name)
    words = re.findall(r"[^\W_]+", found.document.text.casefold())
    runs = {tuple(words[n : n + 7]) for n in range(len(words) - 6)}
    for candidate in found.candidates:
        label = re.findall(r"[^\W_]+", candidate.label.casefold())
        assert not runs & {tuple(label[n : n + 7]) for n in range(len(label) - 6)}


def test_a_new_name_is_proposed_and_never_matched(found_in: Find) -> None:
    found = found_in(
        "The Coral Treaty Organization (CTO) was founded in 1990. Peru joined the CTO."
    )
    assert [(t.kind, t.label, t.other_names) for t in found.things] == [
        ("SecurityArrangement", "Coral Treaty Organization", ("CTO",))
    ]
    assert {slug(c.values("arrangement", "object")[0]) for c in found.candidates
            if c.kind in ("Act", "Membership")} == {"coral-treaty-organization"}  # fmt: skip


def test_one_name_of_several_things_keeps_them_all(found_in: Find) -> None:
    found = found_in("The ministers met in Doha. Doha signed the Treaty of Lima in 1990.")
    first, second = [m for m in found.mentions if m.surface == "Doha"]
    assert first.others or first.thing != second.thing
    assert slug(next(c for c in found.candidates if c.kind == "Act").values("agent")[0]) == "qatar"


def test_what_the_graph_knows_is_told_from_what_is_new(found_in: Find) -> None:
    found = found_in(
        "Iran was excluded from the Islamic Military Counter Terrorism Coalition.\n\n"
        "The Islamic Military Counter Terrorism Coalition has 12 member states.\n\n"
        "Peru joined the Islamic Military Counter Terrorism Coalition in 2021.\n"
    )
    news = {c.kind: (c.news, bool(c.about)) for c in found.candidates if c.kind != "Act"}
    assert news == {
        "Absence": ("adds evidence", True),
        "MemberCount": ("conflicts", True),
        "Membership": ("new", False),
    }


def test_a_source_left_out_leaves_nothing_of_itself_in_the_index() -> None:
    whole, without = index_of(find_content()), index_of(find_content(), without="rfi")
    assert any(slug(graph) == "rfi" for graph in whole.sources)
    assert not any(slug(graph) == "rfi" for graph in without.sources)
    khawaja_asif = "https://w3id.org/foedus/id/person/khawaja-asif"
    assert khawaja_asif in whole.names.things
    assert khawaja_asif not in without.names.things
