"""The table of words, ``ontology/lexicon.toml``, and the labels of concepts, ready to be sought."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.check.grounding.words import Phrase, Spelling, phrase
from foedus.content.files import read_utf8
from foedus.content.locate import Content, packaged_content
from foedus.content.names import BASE, slug
from foedus.findings import ContentError, Finding

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CONCEPT = BASE + "concept/"


def lexicon_of(content: Content) -> Lexicon:
    """The table of *content*, or the one that came with the program where it has none.

    Raises :class:`ContentError` for a file that is no TOML.
    """
    own = content.root / "ontology" / "lexicon.toml"
    path = own if own.is_file() else packaged_content() / "ontology" / "lexicon.toml"
    return Lexicon(path)


class Lexicon:
    """Phrases by what they are for; each list of the table is compiled when first asked for."""

    def __init__(self, path: Path) -> None:
        try:
            self.table: dict[str, Any] = tomllib.loads(read_utf8(path, "lexicon"))
        except tomllib.TOMLDecodeError as error:
            raise ContentError(
                Finding("lexicon", f"not TOML: {error}", file=path, remedy="Write it as TOML.")
            ) from None
        self.spelling = Spelling(self.table["spelling"])
        self._lists: dict[tuple[str, ...], tuple[Phrase, ...]] = {}
        self._cues: dict[str, tuple[Phrase, ...]] = {}

    def phrases(self, *path: str) -> tuple[Phrase, ...]:
        """The list that stands under *path* in the table; empty where there is none."""
        if path not in self._lists:
            here: Any = self.table
            for name in path:
                here = here.get(name, {})
            self._lists[path] = self.compile(here)
        return self._lists[path]

    def compile(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        """*texts* as phrases, without those that have no word."""
        found = (phrase(text, self.spelling) for text in texts)
        return tuple(p for p in found if p)

    def pronouns(self, kind: str) -> tuple[Phrase, ...]:
        """The pronouns that can mean a thing of this class again."""
        special = self.table["anaphora"]["kinds"].get(kind)
        return self.phrases("anaphora", special or "words")

    @cached_property
    def judgement(self) -> frozenset[str]:
        """Slots that hold a curator's judgement."""
        return frozenset(self.table["judgement"])

    @cached_property
    def symmetric(self) -> frozenset[str]:
        """Slugs of relations and acts that hold both ways."""
        return frozenset(self.table["direction"]["symmetric"])

    @cached_property
    def agents(self) -> frozenset[str]:
        """Plain words before the name of who does it."""
        return frozenset(self.table["direction"]["agent"])

    @cached_property
    def endangering(self) -> frozenset[str]:
        """Plain words that take the direction from the "to" behind them."""
        return frozenset(self.table["direction"].get("endangering", ()))

    @cached_property
    def targets(self) -> frozenset[str]:
        """Plain words before the name of whom it is done to."""
        return frozenset(self.table["direction"]["target"])

    @cached_property
    def meaning(self) -> dict[str, str]:
        """One stem for each word of a group of synonyms."""
        return {
            self.spelling.stem(word): self.spelling.stem(group[0])
            for group in self.table["description"]["synonyms"]
            for word in group
        }

    @cached_property
    def weak(self) -> frozenset[str]:
        """Stems that tell little of a thing."""
        words = self.table["description"]["weak"]
        return frozenset(
            self.meaning.get(stem, stem) for stem in map(self.spelling.stem, words)
        ) | frozenset(map(self.spelling.stem, words))

    @cached_property
    def stop(self) -> frozenset[str]:
        """Stems that are no part of a description."""
        return frozenset(map(self.spelling.stem, self.table["description"]["stop"]))

    def cues(self, store: ox.Store, concept: str) -> tuple[Phrase, ...]:
        """The phrases by which a text speaks of a concept: its labels, and those of the table."""
        if concept not in self._cues:
            scheme = concept.removeprefix(_CONCEPT).split("/")[0]
            labels = [
                quad.object.value
                for name in ("prefLabel", "altLabel")
                for quad in store.quads_for_pattern(
                    ox.NamedNode(concept), ox.NamedNode(_SKOS + name), None, ox.DefaultGraph()
                )
                if isinstance(quad.object, ox.Literal)
            ]
            listed = self.table["cues"].get(scheme, {}).get(slug(concept), ())
            self._cues[concept] = self.compile([*labels, *listed])
        return self._cues[concept]
