"""Invented graphs of alliances in the shape of a release, of any size, the same for a seed.

Facts have bounds, labels and a basis, as the release lays them out; the shortcuts lead from state
to state. Nothing in them is about the world: the states are numbers.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

SIZES = {"S": 20_000, "M": 1_000_000, "L": 5_000_000}
TYPES = ("defense", "consultation", "neutrality", "nonaggression", "arms-technology")
DAYS = (datetime.date(1900, 1, 1), datetime.date(2020, 12, 31))
WORDS = (
    "northern", "southern", "eastern", "western", "maritime", "mutual", "joint", "permanent",
    "regional", "continental", "coastal", "inner", "outer", "greater", "lesser", "ancient",
    "common", "general", "special", "royal", "federal", "united",
)  # fmt: skip
SHAPES = ["Pact", "Alliance", "Treaty", "Entente", "League", "Coalition", "Compact", "Organization"]

_ID = "https://w3id.org/foedus/id/"
_F = "https://w3id.org/foedus/ontology#"
_CONCEPT = "https://w3id.org/foedus/concept/"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_ALT = "<http://www.w3.org/2004/02/skos/core#altLabel>"
_DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"


def states(triples: int) -> int:
    """How many states a graph of so many triples has: each is in about as many facts."""
    return max(24, triples // 1_200)


def state(number: int) -> str:
    """The IRI of a state."""
    return f"{_ID}state/s{number}"


def arrangement(number: int) -> str:
    """The IRI of an alliance."""
    return f"{_ID}arrangement/a{number}"


def graph_file(folder: Path, triples: int, seed: int = 1) -> tuple[Path, int]:
    """The N-Triples file of that graph, written unless it is there, and its count of alliances."""
    path = folder / f"alliances-{triples}-{seed}.nt"
    alliances = path.with_suffix(".count")
    if not alliances.exists():
        folder.mkdir(parents=True, exist_ok=True)
        count = -1  # the block of the states is none
        with path.open("w", encoding="utf-8") as file:
            for block in _blocks(triples, random.Random(seed)):
                count += 1
                file.write("".join(f"{line} .\n" for line in block))
        alliances.write_text(str(count))
    return path, int(alliances.read_text())


def _blocks(triples: int, chance: random.Random) -> Iterator[list[str]]:
    """The states, then one alliance with all that belongs to it after the other."""
    count = states(triples)
    first: list[str] = []
    for number in range(count):
        name = f"<{state(number)}>"
        first += [f"{name} {_TYPE} <{_F}State>", f'{name} {_LABEL} "State {number}"@en']
    yield first
    written, number = len(first), 0
    while written < triples:
        block = _alliance(number, count, chance)
        written, number = written + len(block), number + 1
        yield block


def _alliance(number: int, count: int, chance: random.Random) -> list[str]:
    me = f"<{arrangement(number)}>"
    first, second = chance.choice(WORDS), chance.choice(WORDS)
    name = f"{first.title()} {second} {chance.choice(SHAPES)} {number}"
    instrument = f"<{_ID}instrument/i{number}>"
    act = f"<{_ID}act/signature.i{number}>"
    begin = DAYS[0] + datetime.timedelta(chance.randrange((DAYS[1] - DAYS[0]).days))
    end = begin + datetime.timedelta(chance.randrange(400, 22_000))
    feature = chance.choice(("secretariat", "joint-command", "budget", "parliament"))
    lines = [
        f"{me} {_TYPE} <{_F}SecurityArrangement>",
        f"{me} {_TYPE} <{_F}{chance.choice(('DefenseCooperation', 'CollectiveDefenseAlliance'))}>",
        f'{me} {_LABEL} "{name}"@en',
        f'{me} {_ALT} "{name[0]}{second[0].upper()}{number}"@en',
        f"{me} <{_F}basedOn> {instrument}",
        f"{me} <{_F}hasFeature> <{_CONCEPT}feature/{feature}>",
        f"{instrument} {_TYPE} <{_F}Instrument>",
        f'{instrument} {_LABEL} "Treaty of the {name}"@en',
        f"{act} {_TYPE} <{_F}Act>",
        f"{act} <{_F}actKind> <{_CONCEPT}act/signature>",
        f"{act} <{_F}instrument> {instrument}",
        *_bounds(act, begin, begin, chance),
    ]
    members = chance.sample(range(count), min(count, chance.randrange(2, 11)))
    for member in members:
        fact = f"<{_ID}membership/s{member}.a{number}.member>"
        lines += [
            f"{fact} {_TYPE} <{_F}Membership>",
            f'{fact} {_LABEL} "State {member}: member of {name}"@en',
            f"{fact} <{_F}member> <{state(member)}>",
            f"{fact} <{_F}arrangement> {me}",
            f"{fact} <{_F}role> <{_CONCEPT}role/member>",
            *_bounds(fact, begin, end, chance),
            f"<{state(member)}> <{_F}memberOf> {me}",
            *_statement(fact, f"m{member}.{number}", "membership"),
        ]
    kinds = chance.sample(TYPES, chance.randrange(1, 4))
    for index in range(chance.randrange(2, 11)):
        obligor, obligee = chance.sample(members, 2)
        kind = kinds[index % len(kinds)]
        fact = f"<{_ID}commitment/s{obligor}.s{obligee}.{kind}.i{number}>"
        lines += [
            f"{fact} {_TYPE} <{_F}Commitment>",
            f'{fact} {_LABEL} "State {obligor} to State {obligee}: {kind}"@en',
            f"{fact} <{_F}obligor> <{state(obligor)}>",
            f"{fact} <{_F}obligee> <{state(obligee)}>",
            f"{fact} <{_F}commitmentType> <{_CONCEPT}commitment/{kind}>",
            f"{fact} <{_F}instrument> {instrument}",
            f"{fact} <{_F}force> <{_CONCEPT}force/{chance.choice(('legal', 'political'))}>",
            *_bounds(fact, begin, end, chance),
            f"{me} <{_F}hasCommitment> {fact}",
            *_statement(fact, f"c{obligor}.{obligee}.{kind}.{number}", "commitment"),
        ]
        if kind == "defense":
            lines.append(f"<{state(obligor)}> <{_F}committedToDefend> <{state(obligee)}>")
    return list(dict.fromkeys(lines))


def _bounds(
    fact: str, begin: datetime.date, end: datetime.date, chance: random.Random
) -> list[str]:
    """Four bounds; one beginning in five is known to the year only, one end in three is open."""
    earliest, latest, open_end = begin, begin, begin != end and chance.random() < 0.33
    if chance.random() < 0.2:
        earliest, latest = begin.replace(month=1, day=1), begin.replace(month=12, day=31)
    last = "9999-12-31" if open_end else max(end, latest).isoformat()
    surely = "2020-12-31" if open_end else max(end, latest).isoformat()
    return [
        f'{fact} <{_F}earliestBegin> "{earliest.isoformat()}"{_DATE}',
        f'{fact} <{_F}latestBegin> "{latest.isoformat()}"{_DATE}',
        f'{fact} <{_F}earliestEnd> "{surely}"{_DATE}',
        f'{fact} <{_F}latestEnd> "{last}"{_DATE}',
        f"{fact} <{_F}endKind> <{_CONCEPT}endkind/{'open' if open_end else 'ended'}>",
    ]


def _statement(fact: str, name: str, kind: str) -> list[str]:
    told = f"<{_ID}statement/invented/{name}>"
    return [
        f"{fact} <{_F}basis> {told}",
        f"{told} {_TYPE} <{_F}Statement>",
        f"{told} <{_F}statementKind> <{_CONCEPT}kind/{kind}>",
        f"{told} <{_F}inSource> <{_ID}source/invented>",
        f"{told} <{_F}modality> <{_CONCEPT}modality/fact>",
    ]
