"""A graph as JSON that somebody reads who has never heard of RDF, and that is still the graph.

The thing comes first, what hangs on it inside it, keys as the context names them. Every triple is
there, and nothing else (JSON-LD 1.1, section 8: the document deserialises to the very graph).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Set
from typing import Any

import pyoxigraph as ox

from foedus.content.names import BASE, F, prefixes
from foedus.web.linked.context import RDF, XSD, Context

_TYPE = RDF + "type"
_STRING = XSD + "string"
#: Written one after the other where they occur; the rest follows by name.
_FIRST = ("label", "prefLabel", "title", "altLabel", "definition", "comment")
#: The largest integer that every reader of JSON reads right (RFC 8259, section 6).
_SAFE = 2**53 - 1

Node = ox.NamedNode | ox.BlankNode


def write(triples: Iterable[ox.Triple], root: str, context: Context) -> bytes:
    """The graph as a JSON-LD document of *root*, in UTF-8."""
    return plain(document(triples, root, context))


def plain(document: dict[str, Any]) -> bytes:
    """A JSON document in UTF-8, to be read by people too."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def document(triples: Iterable[ox.Triple], root: str, context: Context) -> dict[str, Any]:
    """The graph as a tree of JSON values with its context.

    *root* is the node that comes first; where everything hangs on it, it is the document itself,
    else it stands first in ``@graph``.
    """
    return _Writer(triples, context).document(root)


def embedded(document: dict[str, Any]) -> str:
    """A document for a ``script`` element of HTML, short: nothing in it can end the element.

    Our own IRIs are written relative to a base that the context names (section 9.16 of JSON-LD
    1.1), and a link as its IRI alone where its key stands for links.
    """
    context = document.get("@context")
    if isinstance(context, dict) and context.get("id") == "@id":
        links = {
            key
            for key, term in context.items()
            if isinstance(term, dict) and term.get("@type") == "@id"
        }
        rest = {key: item for key, item in document.items() if key != "@context"}
        document = {"@context": {"@base": BASE, **context}, **_short(rest, links)}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _short(item: Any, links: Set[str], key: str = "") -> Any:
    if isinstance(item, list):
        return [_short(each, links, key) for each in item]
    if not isinstance(item, dict):
        return _relative(item) if key == "id" else item
    if key in links and set(item) == {"id"}:
        return _relative(item["id"])
    return {name: _short(each, links, name) for name, each in item.items()}


def _relative(iri: str) -> str:
    """What resolves to *iri* again (RFC 3986, section 5.2): without dots to be removed."""
    path = iri.removeprefix(BASE)
    return path if path[:1].isalpha() and "/." not in path and "//" not in path else iri


class _Writer:
    def __init__(self, triples: Iterable[ox.Triple], context: Context) -> None:
        self.context = context
        self.about: dict[Node, dict[str, list[Any]]] = {}
        self.leading: dict[Node, dict[str, list[Node]]] = {}
        references: Counter[Any] = Counter()
        for t in sorted(set(triples), key=str):
            assert isinstance(t.subject, Node)
            self.about.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
            references[t.object] += 1
            if t.predicate.value in context.reverse and isinstance(t.object, Node):
                self.leading.setdefault(t.object, {}).setdefault(t.predicate.value, []).append(
                    t.subject
                )
        self.references = references
        self.names: dict[ox.BlankNode, str] = {}
        self.written: set[Node] = set()
        self.keys: set[str] = set()
        self.prefixes: set[str] = set()

    def document(self, root: str) -> dict[str, Any]:
        node = ox.NamedNode(root)
        nodes = [self._node(node, reverse=True)] if self._known(node) else []
        # What is referred to once at most comes inside what refers to it.
        later = sorted(
            self.about,
            key=lambda n: (isinstance(n, ox.BlankNode), self.references[n] > 0, str(n)),
        )
        nodes += [self._node(n) for n in later if n not in self.written]
        context = self.context.part(self.keys, self.prefixes)
        if len(nodes) == 1:
            return {"@context": context, **nodes[0]}
        return {"@context": context, "@graph": nodes}

    def _known(self, node: Node) -> bool:
        return node in self.about or node in self.leading

    def _node(self, node: Node, *, reverse: bool = False) -> dict[str, Any]:
        """A node with all that is said of it; the triples that lead to it if *reverse*."""
        self.written.add(node)
        found: dict[str, Any] = {}
        if isinstance(node, ox.NamedNode):
            found["id"] = node.value
        elif self.references[node] != 1:
            found["id"] = "_:" + self._name(node)
        about = self.about.pop(node, {})
        self.about[node] = about if self._plain(about) else {}
        if types := about.get(_TYPE):
            found["type"] = self._types(types)
        rest = {p: values for p, values in about.items() if p != _TYPE}
        plain = [t for t in about.get(_TYPE, ()) if not isinstance(t, ox.NamedNode)]
        if plain:
            rest[_TYPE] = plain
        keyed = sorted((self._key(p), p) for p in rest)
        order = {name: i for i, name in enumerate(_FIRST)}
        for key, predicate in sorted(keyed, key=lambda k: (order.get(k[0], len(order)), k[0])):
            self._put(found, key, predicate, rest[predicate])
        if reverse:
            for predicate, subjects in sorted(self.leading.get(node, {}).items()):
                self._lead(found, predicate, subjects, node)
        return found

    def _plain(self, about: dict[str, list[Any]]) -> bool:
        """Whether a node is but named: then its name comes wherever it is mentioned."""
        return len(about) == 1 and all(
            isinstance(v, ox.Literal) for values in about.values() for v in values
        )

    def _lead(
        self, found: dict[str, Any], predicate: str, subjects: list[Node], node: Node
    ) -> None:
        key = self.context.reverse[predicate]
        values = []
        for subject in subjects:
            about = self.about.get(subject, {})
            if subject in self.written and not self._plain(about):
                continue
            left = [v for v in about.get(predicate, []) if v != node]
            if len(left) == len(about.get(predicate, [])):
                continue
            about = {p: v for p, v in about.items() if p != predicate}
            if left:
                about[predicate] = left
            self.about[subject] = about
            values.append(self._node(subject))
        if values:
            self.keys.add(key)
            found[key] = values

    def _types(self, types: list[Any]) -> list[str]:
        named = sorted(t.value for t in types if isinstance(t, ox.NamedNode))
        return [self._compact(iri, vocabulary=True) for iri in named]

    def _put(self, found: dict[str, Any], key: str, predicate: str, values: list[Any]) -> None:
        if self.context.kind(predicate) == "language":
            tagged = [v for v in values if isinstance(v, ox.Literal) and v.language]
            languages: dict[str, Any] = {}
            for literal in tagged:
                texts = languages.setdefault(str(literal.language), [])
                texts.append(literal.value)
            if languages:
                self.keys.add(key)
                found[key] = {
                    tag: texts[0] if len(texts) == 1 else texts
                    for tag, texts in sorted(languages.items())
                }
            values = [v for v in values if v not in tagged]
            if not values:
                return
            key = self._compact(predicate, vocabulary=False)
            if key == predicate:
                key = predicate
        written = [self._value(predicate, key, v) for v in values]
        term = self.context.terms.get(key)
        if term is not None:
            self.keys.add(key)
        lasting = isinstance(term, dict) and term.get("@container") == "@set"
        found[key] = written if lasting or len(written) != 1 else written[0]

    def _value(self, predicate: str, key: str, value: Any) -> Any:
        if isinstance(value, ox.Literal):
            return self._literal(predicate, key, value)
        listed = self._list(value)
        if listed is not None:
            return {"@list": [self._value("", "", item) for item in listed]}
        if value in self.about and value not in self.written:
            return self._node(value)
        about = self.about.get(value)
        if about and self._plain(about):
            return self._node(value)
        if isinstance(value, ox.BlankNode):
            return {"id": "_:" + self._name(value)} if self.references[value] != 1 else {}
        return {"id": value.value}

    def _literal(self, predicate: str, key: str, literal: ox.Literal) -> Any:
        datatype, text = literal.datatype.value, literal.value
        if literal.language:
            return {"@language": literal.language, "@value": text}
        coerced = self.context.kind(predicate) if self.context.keys.get(predicate) == key else ""
        if datatype == XSD + "boolean" and text in ("true", "false") and not coerced:
            return text == "true"
        if datatype == XSD + "integer" and not coerced and _is_canonical(text):
            return int(text)
        if coerced.startswith("xsd:") and datatype == XSD + coerced[4:]:
            return text
        if datatype == _STRING:
            return {"@value": text} if coerced else text
        return {"@type": self._compact(datatype, vocabulary=True), "@value": text}

    def _list(self, head: Any) -> list[Any] | None:
        """The items of a well-formed list of blank nodes that nobody else refers to."""
        items, cells, node = [], [], head
        while isinstance(node, ox.BlankNode):
            about = self.about.get(node, {})
            if node in self.written or self.references[node] != 1 or node in cells:
                return None
            if set(about) != {RDF + "first", RDF + "rest"} or any(
                len(v) != 1 for v in about.values()
            ):
                return None
            cells.append(node)
            items.append(about[RDF + "first"][0])
            node = about[RDF + "rest"][0]
        if not cells or node != ox.NamedNode(RDF + "nil"):
            return None
        self.written.update(cells)
        return items

    def _key(self, predicate: str) -> str:
        key = self.context.keys.get(predicate)
        return key or self._compact(predicate, vocabulary=False)

    def _compact(self, iri: str, *, vocabulary: bool) -> str:
        """A short name of an IRI that expands to it again, or the IRI."""
        if vocabulary and iri.startswith(F) and "/" not in iri[len(F) :]:
            local = iri[len(F) :]
            if local and local not in self.context.terms and ":" not in local:
                return local
        for prefix, base in prefixes().items():
            local = iri[len(base) :]
            if iri.startswith(base) and local and "/" not in local and "#" not in local:
                self.prefixes.add(prefix)
                return f"{prefix}:{local}"
        return iri

    def _name(self, node: ox.BlankNode) -> str:
        return self.names.setdefault(node, f"b{len(self.names)}")


def _is_canonical(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isdigit() and str(int(text)) == text and abs(int(text)) <= _SAFE
