"""What to write where a shape misses something, as far as the shape tells; … is for a curator."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDF, SH, XSD, Graph, URIRef

from foedus.check.shacl.memory import path_text
from foedus.content.names import shorten


def texts_to_add(shapes: Graph, sources: Iterable[str]) -> dict[str, str]:
    """The text that would say what is missing, by the IRI of the shape; of paths of one step."""
    texts = {source: _to_add(shapes, URIRef(source)) for source in sources}
    return {source: text for source, text in sorted(texts.items()) if text is not None}


def _to_add(shapes: Graph, source: URIRef) -> str | None:
    wanted, path = (shapes.value(source, name) for name in (SH.hasValue, SH.path))
    if not isinstance(path, URIRef):
        return None
    kind, datatype = (shapes.value(source, name) for name in (SH["class"], SH.datatype))
    choices = shapes.value(source, SH["in"])
    first = shapes.value(choices, RDF.first) if choices else None
    exact = wanted if wanted is not None else first
    if isinstance(exact, URIRef):
        value = shorten(str(exact))
    elif exact is not None:
        value = exact.n3()
    elif datatype is not None:
        plain = str(datatype) in (str(XSD.string), str(RDF.langString))
        value = '"…"' if plain else f'"…"^^{shorten(str(datatype))}'
        value += "@en" if str(datatype) == str(RDF.langString) else ""
    else:
        value = f"…  # one {shorten(str(kind))}" if kind is not None else "…"
    return f" ;\n    {path_text(shapes, path)} {value}"
