"""The network in GraphML (graphml.graphdrawing.org): who owes what to whom, who belongs to what.

Nodes are participants; every edge is one fact with its bounds and sources, so that whoever draws a
day can choose. Nobody is dropped for being no state any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from foedus.export.tables import COMMITMENTS, MEMBERSHIPS, SEPARATOR, Cell, Row, Table

_NODE_KEYS = (("label", "string"), ("iso3", "string"), ("cow", "string"), ("kind", "string"))
_EDGE_KEYS = (
    ("relation", "string"),
    ("type", "string"),
    ("force", "string"),
    ("mutual", "boolean"),
    ("begin", "string"),
    ("end", "string"),
    ("earliest_begin", "string"),
    ("latest_begin", "string"),
    ("earliest_end", "string"),
    ("latest_end", "string"),
    ("end_kind", "string"),
    ("sources", "string"),
    ("fact", "string"),
)
_COPIED = ("begin", "end", "earliest_begin", "latest_begin", "earliest_end", "latest_end")


def graphml(
    commitments: Iterable[Row],
    memberships: Iterable[Row],
    *,
    at: date | None = None,
    commitment_type: str = "",
) -> Iterator[str]:
    """The network as a GraphML document, in pieces.

    ``at`` leaves what cannot have held on that day; ``commitment_type`` (a code of the scheme)
    leaves commitments of other types, and memberships.
    """
    nodes: dict[str, dict[str, str]] = {}
    edges: list[tuple[str, str, str, dict[str, str]]] = []
    for row in commitments:
        values = _named(COMMITMENTS, row)
        if _held(values, at) and commitment_type in ("", values["commitment_type"]):
            edges.append(_edge(nodes, values, "obligor", "obligee", "commitment"))
    for row in () if commitment_type else memberships:
        values = _named(MEMBERSHIPS, row)
        if _held(values, at) and values.get("body_iri"):
            edges.append(_edge(nodes, values, "member", "body", "membership"))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for scope, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys:
            yield (
                f'<key id="{scope}-{name}" for="{scope}" attr.name="{name}" attr.type="{kind}"/>\n'
            )
    yield '<graph id="foedus" edgedefault="directed">\n'
    for iri in sorted(nodes):
        yield f"<node id={quoteattr(iri)}>{_data('node', _NODE_KEYS, nodes[iri])}</node>\n"
    for number, (fact, source, target, values) in enumerate(sorted(edges, key=lambda e: e[:3])):
        data = _data("edge", _EDGE_KEYS, values | {"fact": fact})
        yield (
            f'<edge id="e{number}" source={quoteattr(source)} target={quoteattr(target)}>'
            f"{data}</edge>\n"
        )
    yield "</graph>\n</graphml>\n"


def _edge(
    nodes: dict[str, dict[str, str]], values: dict[str, str], one: str, other: str, relation: str
) -> tuple[str, str, str, dict[str, str]]:
    for end in (one, other):
        iri = values[f"{end}_iri"]
        nodes[iri] = {
            "label": values.get(end, ""),
            "iso3": values.get(f"{end}_iso3", ""),
            "cow": values.get(f"{end}_cow", ""),
            "kind": iri.rsplit("/", 2)[-2],
        }
    data = {key: values.get(key, "") for key in (*_COPIED, "end_kind", "sources", "force")}
    data |= {"mutual": values.get("mutual", ""), "relation": relation}
    data["type"] = values.get("commitment_type") or values.get("role", "")
    return values["fact"], values[f"{one}_iri"], values[f"{other}_iri"], data


def _held(values: dict[str, str], at: date | None) -> bool:
    if at is None:
        return True
    day = at.isoformat()
    begun = values.get("earliest_begin", "") <= day
    return begun and not (values.get("latest_end") and values["latest_end"] < day)


def _named(table: Table, row: Row) -> dict[str, str]:
    return {name: _text(cell) for name, cell in zip(table.names, row, strict=True) if cell != []}


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return SEPARATOR.join(cell) if isinstance(cell, list) else str(cell)


def _data(scope: str, keys: Iterable[tuple[str, str]], values: dict[str, str]) -> str:
    return "".join(
        f'<data key="{scope}-{name}">{escape(values[name])}</data>'
        for name, _ in keys
        if values.get(name)
    )
