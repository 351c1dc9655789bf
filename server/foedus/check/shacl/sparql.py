"""SPARQL-based constraints (SHACL, section 5) over all focus nodes at once, where that is the same.

The specification binds ``$this`` beforehand, one focus node after the other (section 5.3.1). Where
a query only joins what it says of ``$this``, one evaluation over all focus nodes has the same
solutions; a query of any other form is left to pySHACL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rdflib import OWL, SH, Graph, URIRef
from rdflib.term import Node

from foedus.check.shacl.paths import IllFormed, Unsupported
from foedus.engine.errors import QueryError
from foedus.engine.guard import check
from foedus.engine.tokens import Token, scan

#: Words after which a group is joined with what stands before it.
_JOINED = ("OPTIONAL", "EXISTS", "WHERE")
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")


@dataclass(frozen=True)
class Constraint:
    """A SELECT constraint with its prefixes, and the messages of its results."""

    text: str
    messages: tuple[str, ...]

    def over(self, focus: str) -> str:
        """The query over what the pattern *focus* binds to ``?this``."""
        brace = next(token for token in scan(self.text) if token.text == "{")
        inner = f" {{ SELECT DISTINCT ?this WHERE {{ {focus} }} }} "
        return self.text[: brace.end] + inner + self.text[brace.end :]


def constraints(graph: Graph, shape: Node, path: str | None) -> list[Constraint]:
    """The active constraints of a shape.

    Raises :class:`IllFormed` for what is no SPARQL or what section 5.2.1 forbids, and
    :class:`Unsupported` for what must be asked focus node by focus node.
    """
    found = []
    for node in graph.objects(shape, SH.sparql):
        if any(str(v) in ("true", "1") for v in graph.objects(node, SH.deactivated)):
            continue
        select = graph.value(node, SH.select)
        if select is None:
            raise IllFormed(f"the SPARQL constraint of {shape} has no sh:select")
        text = _prefixes(graph, node) + str(select)
        text = re.sub(r"\$PATH\b", lambda _: path or "$PATH", text)
        if isinstance(shape, URIRef):
            text = re.sub(r"[$?]currentShape\b", lambda _: shape.n3(), text)
        try:
            text = check(text).text
        except QueryError as error:
            raise IllFormed(f"its SPARQL constraint is refused: {error}") from None
        tokens = list(scan(text))
        _forbidden(tokens)
        if not _together(tokens):
            raise Unsupported(f"the query of {shape} is no plain join")
        messages = tuple(sorted(str(m) for m in graph.objects(node, SH.message)))
        found.append(Constraint(text, messages))
    return found


def _prefixes(graph: Graph, node: Node) -> str:
    """The declarations that ``sh:prefixes`` leads to, ``owl:imports`` included (section 5.2.1)."""
    declared: dict[str, str] = {}
    waiting, seen = list(graph.objects(node, SH.prefixes)), set[Node]()
    while waiting:
        ontology = waiting.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting += list(graph.objects(ontology, OWL.imports))
        for declaration in graph.objects(ontology, SH.declare):
            prefix, namespace = (
                graph.value(declaration, name) for name in (SH.prefix, SH.namespace)
            )
            if declared.setdefault(str(prefix), str(namespace)) != str(namespace):
                raise IllFormed(f"the prefix {prefix} is declared twice")
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(declared.items()))


def _forbidden(tokens: list[Token]) -> None:
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.is_word("MINUS", "SERVICE", "VALUES", "FROM"):
            raise IllFormed(f"its SPARQL constraint has {token.upper}, which section 5.2.1 forbids")
        if (
            before is not None
            and before.is_word("AS")
            and token.text[1:] in ("this", "currentShape", "shapesGraph")
            and token.kind == "variable"
        ):
            raise IllFormed(f"its SPARQL constraint assigns {token.text} (section 5.2.1)")
    for number, token in enumerate(tokens):
        if token.is_word("SELECT") and token.depth > 0:
            names = []
            for later in tokens[number + 1 :]:
                if later.is_word("WHERE") or later.text == "{":
                    break
                names.append(later.text)
            if "*" not in names and not {"$this", "?this"} & set(names):
                raise IllFormed("a subquery of its SPARQL constraint leaves out $this")
    if any(token.text in ("$shapesGraph", "?shapesGraph") for token in tokens):
        raise Unsupported("$shapesGraph")


def _together(tokens: list[Token]) -> bool:
    selects = groups = 0
    grouped = aggregated = False
    for number, token in enumerate(tokens):
        if token.is_word("SELECT"):
            selects += 1
        elif token.is_word("UNION", "LIMIT", "OFFSET", "GRAPH"):
            return False
        elif token.is_word("GROUP"):
            rest = [later.text for later in tokens[number + 1 :]]
            grouped = "$this" in rest or "?this" in rest
        elif token.is_word("HAVING", *_AGGREGATES):
            aggregated = True
        elif token.kind == "variable" and token.text[1:] == "currentShape":
            return False
        elif token.text == "{":
            groups += 1
            before = tokens[number - 1]
            if groups > 1 and not before.is_word(*_JOINED):
                return False
    return selects == 1 and (grouped or not aggregated)
