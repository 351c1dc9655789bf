"""How often a property has a value: the statistics behind the order of joins.

Asked of the store when a query needs them, up to a bound, and remembered. The data of a store that
is served does not change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import pyoxigraph as ox

from foedus.engine.rewrite.order import assumed
from foedus.engine.rewrite.syntax import Term
from foedus.engine.tokens import Token

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\]*")
_BOUND = 1_000  # what is more frequent is frequent
_REMEMBERED = 10_000


class Counts:
    """Counts over *store*, or assumptions where there is none or a name is not understood."""

    def __init__(self, store: ox.Store | None = None) -> None:
        self.store = store
        self.prefixes: dict[str, str] = {}
        self._known: dict[tuple[str, str], int] = {}

    def within(self, tokens: Sequence[Token]) -> Counts:
        """The same counts, for the names of a query with these tokens."""
        other = Counts(self.store)
        other._known = self._known
        for i in range(len(tokens) - 2):
            if tokens[i].is_word("PREFIX") and tokens[i + 2].kind == "iri":
                other.prefixes[tokens[i + 1].text[:-1]] = tokens[i + 2].text[1:-1]
        return other

    def __call__(self, verb: Term, value: Term) -> int:
        """How many subjects have this value, at most a bound."""
        if self.store is None:
            return assumed(value)
        predicate = self._node(verb)
        node = self._node(value)
        if predicate is None or node is None:
            return assumed(value)
        key = (predicate.value, node.value)
        found = self._known.get(key)
        if found is None:
            matches = self.store.quads_for_pattern(None, predicate, node, None)
            found = sum(1 for _ in islice(matches, _BOUND))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = found
        return found

    def _node(self, term: Term) -> ox.NamedNode | None:
        if term.kind == "iri":
            iri = term.text[1:-1]
        else:
            prefix, _, local = term.text.partition(":")
            iri = self.prefixes.get(prefix, "") + local
        # With an escape, or relative to a base, it is rather assumed than read twice.
        return ox.NamedNode(iri) if _PLAIN.fullmatch(iri) else None
