"""Tiny contents: the real ontology and rules, a few things, and what a test lets sources say."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus import release
from foedus.content.locate import Content
from foedus.content.names import prefixes, shorten, statement_prefixes
from foedus.content.read import Reading, read_content

THINGS = {
    "f:State": ["state:iraq", "state:iran", "state:turkey", "state:syria"],
    "f:ActorGroup": ["group:members"],
    "f:SecurityArrangement": ["arrangement:pact", "arrangement:league"],
    "f:Instrument": ["instrument:text"],
    "f:Proposal": ["proposal:idea"],
    "f:Person": ["person:general"],
}

Row = tuple[str, ...]


class Facts:
    """What the rules made of a tiny content."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.store = reading.store

    def ask(self, pattern: str) -> bool:
        """Whether *pattern* holds in the default graph."""
        return bool(self.store.query(f"ASK {{ {pattern} }}", prefixes=dict(prefixes())))

    def rows(self, variables: str, pattern: str) -> list[Row]:
        """The distinct solutions, in short names and plain texts, sorted."""
        found = self.store.query(
            f"SELECT DISTINCT {variables} WHERE {{ {pattern} }}", prefixes=dict(prefixes())
        )
        assert isinstance(found, ox.QuerySolutions)
        return sorted(tuple(_text(value) for value in solution) for solution in found)

    def all(self, variable: str, pattern: str) -> list[str]:
        """The distinct values of one variable, sorted."""
        return [row[0] for row in self.rows(variable, pattern)]

    def bounds(self, fact: str) -> Row:
        """The four bounds of the one fact that is ``?fact`` in *fact*, and the kind of its end."""
        (row,) = self.rows(
            "?eb ?lb ?ee ?le ?kind",
            f"{fact} ?fact f:earliestBegin ?eb ; f:latestBegin ?lb ; f:earliestEnd ?ee ;"
            " f:latestEnd ?le ; f:endKind ?kind",
        )
        return (*row[:4], row[4].removeprefix("endkind:"))


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        iri = term.value
        marker = "/id/statement/"
        return f"st:{iri.split(marker)[1]}" if marker in iri else shorten(iri)
    return str(getattr(term, "value", term))


class TinyContent:
    """A content that a test writes sentence by sentence; each is a real file in ``tmp_path``."""

    def __init__(self, root: Path, checkout: Path) -> None:
        self.root = root
        shutil.copytree(checkout / "ontology", root / "ontology")
        (root / "data" / "statements").mkdir(parents=True)
        self.things = ""
        self._said: dict[str, list[str]] = {}
        for kind, names in THINGS.items():
            for name in names:
                self.thing(f'{name} a {kind} ; rdfs:label "{name.split(":")[1].title()}"@en .')

    def thing(self, turtle: str) -> None:
        """Add to the catalogue, or to what curators say."""
        self.things += turtle + "\n"

    def source(
        self, name: str, not_before: str = "2017-01-01", not_after: str = "2018-06-30"
    ) -> None:
        """When a source was written."""
        self.thing(
            f'source:{name} a f:Article ; rdfs:label "{name.title()}"@en ;'
            f' f:writtenNotBefore "{not_before}" ; f:writtenNotAfter "{not_after}" .'
        )

    def say(
        self,
        name: str,
        claim: str,
        *,
        modality: str = "reported-named",
        tense: str = "past",
        polarity: str = "affirmed",
        by: str | None = None,
        rank: str | None = None,
    ) -> None:
        """Let a source say something: *name* is ``source/slug``, *claim* the kind and its slots."""
        source, slug = name.split("/")
        if source not in self._said:
            self._said[source] = []
            self.source(source)
        kind, _, slots = claim.partition(" ")
        ranked = f"f:rank rank:{rank} ; " if rank else ""
        self._said[source].append(
            f'st:{slug} a f:{kind} ; rdfs:label "{slug}"@en ; {slots.strip()} ; {ranked}'
            f"f:modality modality:{modality} ; f:polarity polarity:{polarity} ;"
            f" f:tense tense:{tense} ; f:assertedBy {by or f'source:{source}'} ;"
            f" f:evidence ev:{slug} .\n"
            f"ev:{slug} a f:Evidence ; f:inSource source:{source} ; oa:start 0 ; oa:end 1 ;"
            f' f:passageDigest "{"0" * 64}" .\n'
        )

    def write(self) -> Content:
        """The files; returns the content."""
        _write(self.root / "data" / "things.ttl", prefixes().items(), [self.things])
        for source, said in self._said.items():
            path = self.root / "data" / "statements" / f"{source}.ttl"
            _write(path, statement_prefixes(source).items(), said)
        return Content(self.root)

    def facts(self) -> Facts:
        """What the rules make of it."""
        reading = read_content(self.write())
        release.derive(reading)
        return Facts(reading)


def _write(path: Path, table: Iterable[tuple[str, str]], blocks: list[str]) -> None:
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table)
    path.write_text(head + "\n" + "\n".join(blocks), encoding="utf-8")


@pytest.fixture
def content(tmp_path: Path, content_dir: Path) -> TinyContent:
    """A content in which no source says anything yet."""
    return TinyContent(tmp_path / "content", content_dir)


@pytest.fixture(scope="session")
def derived(content_dir: Path) -> Facts:
    """The real content with everything that the rules make of it, before HermiT."""
    reading = read_content(Content(content_dir))
    release.derive(reading)
    return Facts(reading)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, content_dir: Path) -> Callable[[], TinyContent]:
    """Makes tiny contents for fixtures and properties that need more than one."""
    return lambda: TinyContent(tmp_path_factory.mktemp("tiny") / "content", content_dir)
