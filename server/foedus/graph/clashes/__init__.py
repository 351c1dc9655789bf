"""Which commitments of one state overlap or clash: the rules, one ``.rq`` file each.

A rule asks a question about two facts of one state, never states a fact: ``SELECT ?one ?other``,
and ``?why``, a third fact that sets the two against each other, where there is one. ``$state`` in
its text is the state. Days are left to the bounds of the facts. The comment lines that begin with
``#+`` are TOML, as in the competency questions: what the rule is called, what it asks in plain
words, what it takes from the facts, and what it leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from foedus.content.files import read_header, read_utf8

STATE = "$state"


@dataclass(frozen=True, slots=True)
class Clash:
    """A rule of clash. ``leaves`` says what it does not claim."""

    id: str
    name: str
    question: str
    takes: str
    leaves: str
    text: str

    def asked_of(self, state: str) -> str:
        """The query of the state with this IRI, in SPARQL 1.1 that runs anywhere."""
        return self.text.replace(STATE, f"<{state}>")


@cache
def rules() -> tuple[Clash, ...]:
    """The rules, in the order in which a page tells of them."""
    found = []
    for path in Path(__file__).parent.glob("*.rq"):
        text = read_utf8(path, "question")
        table = read_header(path, text, "question")
        query = "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
        words = {entry: str(table[entry]) for entry in ("name", "question", "takes", "leaves")}
        found.append((int(table["order"]), Clash(id=path.stem, text=query, **words)))
    return tuple(rule for _, rule in sorted(found, key=lambda pair: pair[0]))
