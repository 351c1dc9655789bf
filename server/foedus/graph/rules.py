"""The SPARQL CONSTRUCT files of ``ontology/rules/``, by which statements become facts.

They run folder by folder, file by file, each over what the former left. A rule names the graphs it
fills in its header (``#+ graphs = ["graph/disputes"]``; default: the default graph) and never sees
a statement that is not accepted as a fact unless it asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.content.files import read_header, read_utf8
from foedus.content.kept import Kept
from foedus.content.names import BASE, prefixes
from foedus.content.versions import Versions, digests
from foedus.engine.embedded import syntax_error
from foedus.engine.errors import QueryError, QuerySyntaxError
from foedus.engine.guard import check
from foedus.engine.reads import reads
from foedus.findings import ContentError, Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One CONSTRUCT file: what it says in words, where its triples go, and its text."""

    path: Path
    summary: str
    graphs: tuple[ox.NamedNode | ox.DefaultGraph, ...]
    text: str


def read_rules(folder: Path) -> list[Rule]:
    """The rules of a folder in the order in which they run: by path.

    Raises :class:`ContentError` for a file that is not UTF-8 or whose header is not what it should
    be.
    """
    rules = []
    for path in sorted(folder.rglob("*.rq")):
        text = read_utf8(path, "rule")
        table = read_header(path, text, "rule")
        names = table.get("graphs", ["default"])
        if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
            raise ContentError(
                Finding("rule", 'graphs is not a list such as ["graph/inferred"]', file=path)
            )
        rules.append(
            Rule(
                path,
                table.get("summary", path.stem),
                tuple(
                    ox.DefaultGraph() if name == "default" else ox.NamedNode(BASE + name)
                    for name in names
                ),
                text,
            )
        )
    return rules


def apply_rules(
    store: ox.Store,
    rules: list[Rule],
    tell: Callable[[str, int], None] | None = None,
    kept: Kept | None = None,
    versions: Versions | None = None,
) -> dict[str, int]:
    """Run *rules* in order over *store*, adding what each constructs.

    *kept* knows of which texts a former run found that they may be asked. Where *versions* knows
    of everything that is in *store*, it may also have what a rule adds that looks at nothing that
    has changed since.

    Returns the triples added per rule, by folder and name. Raises :class:`ContentError` for a rule
    that is no CONSTRUCT query, or asks another service.
    """
    added: dict[str, int] = {}
    for rule in rules:
        name = f"{rule.path.parent.name}/{rule.path.stem}"
        if versions is None or kept is None or kept.folder is None:
            added[name] = len(_apply(store, rule, kept or Kept()))
        else:
            added[name] = _apply_or_recall(store, rule, kept, versions)
        if tell:
            tell(rule.summary, added[name])
    return added


def _apply(store: ox.Store, rule: Rule, kept: Kept) -> list[ox.Quad]:
    """Run a rule; the quads that were not yet in *store*."""
    triples = set(_construct(store, rule, kept))
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, graph) for graph in rule.graphs for t in triples
    ]
    # The store counts itself quad by quad: what is new in it is counted here.
    new = [quad for quad in quads if quad not in store]
    store.extend(new)
    return new


def _apply_or_recall(store: ox.Store, rule: Rule, kept: Kept, versions: Versions) -> int:
    """As :func:`_apply`, from a former run where that had the same before it; how many quads."""
    written = _declared(rule)
    looked_at = kept.memo("rules understood", (written,), lambda: reads(written))
    key = b""
    if looked_at is not None:
        seen = versions.of(looked_at)
        key = kept.key("rules applied", (written, *map(str, rule.graphs), "", *seen))
        found, value = kept.get(key)
        if found:
            quads, number, digested = value
            kept.before["rules applied"] += 1
            store.extend(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
            versions.add(digested)
            return int(number)
    kept.anew["rules applied"] += 1
    new = _apply(store, rule, kept)
    quads = ox.serialize(new, format=ox.RdfFormat.N_QUADS) or b""
    digested = digests(quads.decode("utf-8").split("\n"))
    versions.add(digested)
    if key and b"_:" not in quads:  # a blank node is another in each run
        kept.put(key, (quads, len(new), digested))
    return len(new)


def _read(text: str) -> tuple[str, str]:
    checked = check(text)
    return checked.text, checked.form


def _declared(rule: Rule) -> str:
    """The text of a rule with its prefixes, on one line before it: its lines stay those of the
    file."""
    declared = " ".join(
        f"PREFIX {name}: <{iri}>" for name, iri in prefixes().items() if f"{name}:" in rule.text
    )
    return f"{declared} {rule.text}"


def _construct(store: ox.Store, rule: Rule, kept: Kept) -> list[ox.Triple]:
    try:
        written = _declared(rule)
        text, form = kept.memo("rules read", (written,), lambda: _read(written))
        try:
            found = store.query(text)
        except SyntaxError as error:
            raise syntax_error(text, str(error)) from None
    except QuerySyntaxError as error:
        raise ContentError(
            Finding(
                "rule",
                f"not a SPARQL query: {error.message}",
                file=rule.path,
                line=error.line,
                column=error.column,
                remedy=error.hint or (f"Expected {error.expected}." if error.expected else None),
            )
        ) from None
    except QueryError as error:
        raise ContentError(Finding("rule", str(error), file=rule.path)) from None
    if form != "CONSTRUCT" or not isinstance(found, ox.QueryTriples):
        raise ContentError(
            Finding("rule", f"{form}, where a rule is a CONSTRUCT query", file=rule.path)
        )
    return list(found)
