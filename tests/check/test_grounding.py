"""Every slot of a statement is tied to characters of its text, or a reviewer accepted it."""

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from foedus.content.locate import Content
from foedus.content.names import BASE
from foedus.content.read import read_content
from foedus.content.texts import Texts

from .conftest import TEXT, Small

STAGE = ("evidence",)


@pytest.fixture(scope="module")
def mutants(content_dir: Path) -> ModuleType:
    """tools/gate_proof/claims.py."""
    sys.path.insert(0, str(content_dir / "tools"))
    try:
        from gate_proof import claims
    finally:
        sys.path.pop(0)
    return claims


@pytest.fixture(scope="module")
def proof(mutants: ModuleType, content_dir: Path, articles_dir: Path) -> object:
    return mutants.Proof(read_content(Content(content_dir)), Texts(articles_dir))


@pytest.mark.parametrize(
    ("old", "new", "slot"),
    [
        ("f:member state:zembla", "f:member state:france", "f:member"),
        ('f:begin "1955"', 'f:begin "1954"', "f:begin"),
        ('f:date "1955-06"', 'f:date "1955-07"', "f:date"),
        ("f:actKind act:signed", "f:actKind act:ratified", "f:actKind"),
        (
            "f:commitmentType commitment:defense",
            "f:commitmentType commitment:neutrality",
            "f:commitmentType",
        ),
    ],
)
def test_what_the_passage_does_not_say_is_told_at_the_value(
    small: Small, old: str, new: str, slot: str
) -> None:
    small.replace(small.STATEMENTS, f"{old} ", f"{new} ")
    (finding,) = small.found("slot-ungrounded", STAGE)
    assert finding.path == slot
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8").split("\n")
    assert finding.line is not None
    assert finding.column is not None
    value = new.split(" ")[1]
    assert text[finding.line - 1][finding.column - 1 :].startswith(value)


def test_a_denial_that_the_passage_does_not_make_is_told(small: Small) -> None:
    text = (small.root / small.STATEMENTS).read_text(encoding="utf-8")
    small.write(small.STATEMENTS, text.replace("polarity:affirmed", "polarity:negated", 1))
    (finding,) = small.found("slot-ungrounded", STAGE)
    assert finding.path == "f:polarity"


def test_the_finding_says_which_characters_were_looked_at(small: Small) -> None:
    small.replace(small.STATEMENTS, 'f:begin "1955" ', 'f:begin "1954" ')
    (finding,) = small.found("slot-ungrounded", STAGE)
    start = TEXT.index("Zembla was a member")
    assert f"{start}–" in finding.message
    assert "member of the pact" not in finding.message


def acceptance(small: Small) -> str:
    """The block that the remedy of the one finding asks for."""
    small.replace(small.STATEMENTS, 'f:begin "1955" ', 'f:begin "1954" ')
    (finding,) = small.found("slot-ungrounded", STAGE)
    assert finding.remedy is not None
    judged = finding.remedy.split("acceptances.ttl: ")[1].rstrip(".").replace(", f:", " ; f:")
    return (
        f"@prefix f: <{BASE}ontology#> .\n"
        f"<{BASE}id/acceptance/one> a f:Acceptance ; f:accepts <{finding.focus}> ;\n"
        f'{judged} ; f:acceptedBy "A reviewer" ; f:acceptedBecause "It says so."@en .\n'
    )


def test_what_a_reviewer_accepted_is_no_finding(small: Small) -> None:
    small.write("data/curation/acceptances.ttl", acceptance(small))
    report = small.check(*STAGE)
    assert report.findings == ()
    assert report.stages[0].checked["slots accepted by a reviewer"] == 1


def test_an_acceptance_is_open_again_when_the_statement_changes(small: Small) -> None:
    small.write("data/curation/acceptances.ttl", acceptance(small))
    small.replace(small.STATEMENTS, 'f:begin "1954" ', 'f:begin "1953" ')
    report = small.check(*STAGE)
    assert {f.rule for f in report.findings} == {"acceptance-outdated", "slot-ungrounded"}


def test_an_acceptance_is_open_again_when_the_passage_changes(small: Small) -> None:
    small.write("data/curation/acceptances.ttl", acceptance(small))
    start = TEXT.index("Zembla was a member")
    small.replace(small.STATEMENTS, f"oa:start {start} ", f"oa:start {start + 7} ")
    rules = {f.rule for f in small.check(*STAGE).findings}
    assert {"acceptance-outdated", "slot-ungrounded"} <= rules


def test_an_acceptance_of_a_statement_that_is_gone_is_told(small: Small) -> None:
    block = acceptance(small).replace("/zembla-in-pact>", "/no-more>")
    small.write("data/curation/acceptances.ttl", block)
    (finding,) = small.found("acceptance-outdated", STAGE)
    assert "not there" in finding.message


def test_a_passage_said_to_hold_no_claim_must_not_overlap_one_that_does(small: Small) -> None:
    title = len("The Strelsau pact")
    small.replace(small.COVERAGE, f"oa:end {title} ", f"oa:end {title + 9} ")
    (finding,) = small.found("claim-in-no-claim", STAGE)
    assert finding.file == Path(small.COVERAGE)
    assert finding.line == small.line(small.COVERAGE, f"    oa:end {title + 9} ")
    assert f"from {title + 1} to {title + 9}" in finding.message


def test_a_table_of_words_that_is_no_toml_is_told(small: Small) -> None:
    small.write("ontology/lexicon.toml", "negation = [")
    (finding,) = small.found("lexicon", STAGE)
    assert finding.file == Path("ontology/lexicon.toml")


def test_every_state_is_known_by_its_adjective_and_its_seat(proof: object) -> None:
    words = {how for thing in proof.names.things.values() for how, _ in thing.phrases}  # type: ignore[attr-defined]
    assert {"name", "other name", "adjective", "demonym", "seat of government"} <= words


def test_without_acceptances_few_slots_of_the_curated_statements_are_untied(proof: object) -> None:
    grounds = [ground for found in proof.grounds.values() for ground in found]  # type: ignore[attr-defined]
    untied = [ground for ground in grounds if ground.reason]
    assert len(grounds) > 5000
    assert len(untied) <= 0.02 * len(grounds)


def test_a_true_sentence_with_a_wrong_claim_is_caught(proof: object) -> None:
    """The shorter version of `make gate-proof`: other mutants, the same bar."""
    caught, drawn = Counter[str](), Counter[str]()
    survivors = []
    for mutant in proof.mutants(seed=7, each=30):  # type: ignore[attr-defined]
        drawn[mutant.operator] += 1
        if proof.caught(mutant):  # type: ignore[attr-defined]
            caught[mutant.operator] += 1
        else:
            survivors.append(mutant.name)
    assert len(drawn) == 8
    assert caught.total() >= 0.95 * drawn.total(), "\n".join(survivors)
