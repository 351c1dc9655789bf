"""A small content of its own for each test: the project's ontology and shapes, invented data."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from foedus.check import CheckReport, run_check
from foedus.content.layout import write_turtle
from foedus.content.locate import Content
from foedus.content.names import statement_prefixes
from foedus.content.texts import Texts
from foedus.findings import Finding

TEXT = """The Strelsau pact
Ruritania and Zembla signed the Strelsau treaty in June 1955. Each will treat an attack on the \
other as one on itself. Zembla was a member of the pact from 1955 and left it on 24 March 1959.
"""

THINGS = """
state:ruritania a f:State ; rdfs:label "Ruritania"@en .
state:zembla a f:State ; rdfs:label "Zembla"@en .
arrangement:strelsau-pact a f:SecurityArrangement ; rdfs:label "Strelsau Pact"@en ;
    rdfs:comment "Grouping of two states."@en .
instrument:strelsau-treaty a f:Treaty ; rdfs:label "Strelsau Treaty"@en ;
    rdfs:comment "Treaty of two states."@en .
condition:attack a f:Condition ; rdfs:label "Attack"@en ; rdfs:comment "Attack on one."@en ;
    f:trigger trigger:armed-attack .
# named by the ontology as where its definitions come from
source:qumber-2017 a f:Dataset ; rdfs:label "Qumber"@en ; dcterms:rights "Unknown."@en .
source:muslim-nato-debate a f:Dataset ; rdfs:label "Debate"@en ; dcterms:rights "Unknown."@en .
"""

STATEMENTS = """
st:zembla-in-pact a f:Membership ; rdfs:label "Zembla was in the Strelsau Pact until 1959."@en ;
    f:member state:zembla ; f:arrangement arrangement:strelsau-pact ; f:role role:member ;
    f:begin "1955" ; f:end "1959-03-24" ; SAID .
st:signed a f:Act ; rdfs:label "Both states signed the treaty."@en ; f:actKind act:signed ;
    f:agent state:ruritania, state:zembla ; f:object instrument:strelsau-treaty ;
    f:date "1955-06" ; SAID .
st:defends a f:Commitment ; rdfs:label "Ruritania owes Zembla defense."@en ;
    f:obligor state:ruritania ; f:obligee state:zembla ; f:commitmentType commitment:defense ;
    f:instrument instrument:strelsau-treaty ; f:condition condition:attack ;
    f:wording "Who attacks one attacks both."@en ; SAID .
""".replace(
    "SAID",
    "f:modality modality:reported-named ; f:polarity polarity:affirmed ; f:tense tense:past ; "
    "f:assertedBy source:example",
)

#: Statement or passage without claim, and the words that it rests on.
PASSAGES = {
    "zembla-in-pact": "Zembla was a member of the pact from 1955 and left it on 24 March 1959",
    "signed": "Ruritania and Zembla signed the Strelsau treaty in June 1955",
    "defends": "Each will treat an attack on the other as one on itself",
    "nc-title": "The Strelsau pact",
}


def turtle(body: str) -> str:
    """*body* with the prefixes of the project, in the project's layout."""
    table = statement_prefixes("example")
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table.items())
    return write_turtle(Graph().parse(data=header + body, format="turtle"), table)


def passage(slug: str, kind: str, extra: str = "") -> str:
    start = TEXT.index(PASSAGES[slug])
    digest = hashlib.sha256(PASSAGES[slug].encode()).hexdigest()
    return (
        f"ev:{slug} a {kind} ; f:inSource source:example ; oa:start {start} ; "
        f'oa:end {start + len(PASSAGES[slug])} ; f:passageDigest "{digest}" {extra} .\n'
    )


@dataclass
class Small:
    """A content in a folder of its own, and ways to break and to check it."""

    root: Path
    texts: Path
    last: CheckReport | None = field(default=None)

    STATEMENTS = "data/statements/example.ttl"
    COVERAGE = "data/coverage/example.ttl"
    THINGS = "data/things/things.ttl"

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def replace(self, name: str, old: str, new: str) -> int:
        """Write *new* for *old*, which must stand there once; the line on which it begins."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))
        return text.count("\n", 0, text.index(old)) + 1

    def line(self, name: str, start: str) -> int:
        """The line that begins with *start*."""
        lines = (self.root / name).read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, 1) if line.startswith(start))

    def said(self, finding: Finding) -> str:
        """The characters at the place of a finding."""
        assert finding.file, finding
        assert finding.line, finding
        assert finding.column, finding
        assert finding.end_line, finding
        assert finding.end_column, finding
        lines = (self.root / finding.file).read_text(encoding="utf-8").split("\n")
        lines = lines[finding.line - 1 : finding.end_line]
        lines[-1] = lines[-1][: finding.end_column - 1]
        lines[0] = lines[0][finding.column - 1 :]
        return "\n".join(lines)

    def ends(self, finding: Finding, name: str, block: str) -> bool:
        """Whether a finding stands, as an empty place, where the block that begins so ends."""
        text = (self.root / name).read_text(encoding="utf-8")
        before = text[: text.index(" .\n", text.index(f"\n{block}"))]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        return (
            (finding.line, finding.column) == place
            and (finding.end_line, finding.end_column) == place
            and str(finding.file) == name
        )

    def check(self, *stages: str, **options: Any) -> CheckReport:
        options.setdefault("texts", Texts(self.texts))
        self.last = run_check(Content(self.root), stages=stages or None, **options)
        return self.last

    def found(self, rule: str, stages: Sequence[str], **options: Any) -> list[Finding]:
        """The findings of one rule."""
        report = self.check(*stages, **options)
        return [finding for finding in report.findings if finding.rule == rule]


@pytest.fixture
def small(tmp_path: Path, content_dir: Path) -> Small:
    """The small content without the examples of shapes, which cost time."""
    return make_small(tmp_path, content_dir)


@pytest.fixture
def small_with_examples(tmp_path: Path, content_dir: Path) -> Small:
    content = make_small(tmp_path, content_dir)
    shutil.copytree(content_dir / "shapes" / "examples", content.root / "shapes" / "examples")
    return content


def make_small(tmp_path: Path, content_dir: Path) -> Small:
    root, texts = tmp_path / "content", tmp_path / "texts"
    shutil.copytree(content_dir / "ontology", root / "ontology")
    shutil.copytree(
        content_dir / "shapes", root / "shapes", ignore=shutil.ignore_patterns("examples")
    )
    (root / "queries").mkdir()
    texts.mkdir()
    (texts / "example.txt").write_bytes(TEXT.encode())
    content = Small(root, texts)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    source = (
        'source:example a f:Article ; rdfs:label "Example"@en ; dcterms:title "The pact"@en ; '
        f'f:textDigest "{digest}" ; f:textLength {len(TEXT)} ; f:published "1960" .\n'
    )
    content.write(Small.THINGS, turtle(THINGS + source))
    told = ("zembla-in-pact", "signed", "defends")
    links = "".join(f"st:{slug} f:evidence ev:{slug} .\n" for slug in told)
    evidence = "".join(passage(slug, "f:Evidence") for slug in told)
    content.write(Small.STATEMENTS, turtle(STATEMENTS + links + evidence))
    content.write(
        Small.COVERAGE, turtle(passage("nc-title", "f:NoClaim", "; f:reason reason:title"))
    )
    return content
