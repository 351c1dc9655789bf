"""Every rule by which the gate can find something, with one line that says what it asks.

Rules of hygiene and shapes describe themselves, in ``hygiene/*.rq`` and in ``shapes/``. Each rule
has a page, ``docs/rules/<rule>.md``, which comes with the package.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from foedus.check.ontology import hygiene_rules
from foedus.content.locate import Content, packaged_content

#: Rules that are code.
CODED: dict[str, str] = {
    "syntax": "Every file is Turtle in UTF-8.",
    "file-of-source": "The file of a source is called by its slug and lies in the room itself.",
    "undeclared-term": "Every term, concept and thing that is used is declared.",
    "statement-of-two-kinds": "A statement is of one kind.",
    "fact-by-hand": "What only rules make is not written by hand.",
    "foreign-subject": "The file of a source holds its own statements and passages only.",
    "byte-order-mark": "No file begins with a byte-order mark.",
    "line-ends": "Lines end with a line feed.",
    "trailing-blanks": "No line ends in blanks.",
    "last-line-end": "A file ends with a line end.",
    "unread-file": "Every file of a room is one that can be read.",
    "layout": "Files of statements are in one layout.",
    "shape": "What a project of one's own says conforms to its shapes.",
    "shape-unmet": "Every shape meets a focus node, in the content or at least in its example.",
    "shape-example": "The examples of a shape do what their expected report says.",
    "shape-broken": "Every shape can be evaluated.",
    "date": "Dates are EDTF.",
    "end-before-begin": "Nothing ends before it begins.",
    "statement-without-evidence": "Every statement rests on a passage.",
    "undeclared-evidence": "Every passage that a statement names is there.",
    "evidence-without-statement": "Every passage supports or disputes a statement.",
    "evidence-of-another-source": "A passage stands in the text of the source whose file it is in.",
    "text-missing": "The text of every source is at hand, where texts are required.",
    "text-length": "The text of a source has the length recorded.",
    "offset-outside-text": "A passage lies within its text.",
    "empty-passage": "A passage has words.",
    "passage-digest": "A passage is the one whose digest is recorded.",
    "claim-in-no-claim": "No passage is said to hold no claim where a statement rests on it.",
    "slot-ungrounded": "Every slot of a statement is tied to characters of its text, or accepted.",
    "acceptance-outdated": "What a reviewer accepted is still what is said.",
    "lexicon": "The table of words is TOML.",
    "uncovered-sentence": "Every sentence of a text is read: a passage, or said to hold no claim.",
    "copied-words": "No run of twelve words of a text is stored.",
    "question": "Every question answers as it was written down.",
    "question-syntax": "Every question is SPARQL 1.1.",
    "rule": "Every rule that makes facts is SPARQL 1.1.",
    "inconsistent": "The facts are consistent with the ontology.",
    "unsatisfiable": "Every class can have members.",
    "type-proof": "The types that rules infer are those that HermiT infers.",
    "release-digest": "A release has the digest that it calls itself by.",
    "release-counts": "What a release says of its size is so.",
    "nothing-to-check": "No stage passes without having looked at something.",
}


def all_rules(content: Content) -> dict[str, str]:
    """Every rule with what it asks: coded ones, hygiene, and the shapes of *content*."""
    from rdflib import RDF, SH, Graph  # a tenth of a second, for who asks for all rules alone

    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    rules = dict(CODED)
    for over in ("content", "release"):
        rules.update({rule.rule: rule.message for rule in hygiene_rules(over)})
    for path in content.files("shapes"):
        if path.parent.name == "examples":
            continue
        graph = Graph().parse(path)
        for node in graph.subjects(RDF.type, SH.NodeShape):
            if any((node, target, None) in graph for target in targets):
                slug = str(node).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
                rules[f"shape-{slug}"] = str(graph.value(node, SH.description) or "")
    return dict(sorted(rules.items()))


def page(rule: str) -> str | None:
    """The page of a rule as the repository names it, or ``None`` where it has none."""
    return f"docs/rules/{rule}.md" if page_text(rule) is not None else None


@lru_cache(maxsize=512)
def page_text(rule: str) -> str | None:
    """What the page of a rule says, in Markdown: problem, example, remedy."""
    path = _pages() / f"{rule}.md"
    if "/" in rule or not path.is_file():
        return None
    return path.read_text(encoding="utf-8")


def explain(rule: str, content: Content | None) -> str | None:
    """The page of a rule; of a shape without one what the shape says of itself."""
    text = page_text(rule)
    if text is None and content and (words := all_rules(content).get(rule)):
        return f"# {rule}\n\n{words}\n"
    return text


def _pages() -> Path:
    return packaged_content() / "docs" / "rules"
