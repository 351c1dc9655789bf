"""The normalisation ``values-1``: two literals that mean the same value are one.

Engines that keep numbers as numbers write them back in their own way (``01`` as ``1``, ``1.5E3`` as
``1500.0``); XML Schema 1.1 (part 2) says that the value is the same. Everything else is compared
character by character:

- whole numbers, of every type derived from ``xsd:integer``, without needless sign and zeros;
- ``xsd:decimal`` without zeros at the end; ``xsd:double`` and ``xsd:float`` by the number;
- ``xsd:boolean`` as ``true`` and ``false``;
- ``xsd:dateTime`` and ``xsd:time`` without zeros at the end of the seconds;
- ``xsd:string`` is the literal without a type (RDF 1.1), tags of languages are in small letters.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

NAME = "values-1"
XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt"),
        *("unsignedShort", "unsignedByte"),
    )
)
_FLOATS = frozenset({XSD + "double", XSD + "float"})
_TIMES = frozenset({XSD + "dateTime", XSD + "time", XSD + "dateTimeStamp"})
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_FRACTION = re.compile(r"(:[0-9]{2})(\.[0-9]*?)0*(?=Z|[+-]|\Z)")
_FALSE_TRUE = {"0": "false", "1": "true"}


def normal(triple: ox.Triple) -> ox.Triple:
    """*triple* with its literal in its normal form."""
    value = triple.object
    if not isinstance(value, ox.Literal):
        return triple
    written = literal(value)
    return triple if written is value else ox.Triple(triple.subject, triple.predicate, written)


def literal(value: ox.Literal) -> ox.Literal:
    """*value* in its normal form; itself where it is in that already."""
    kind, text = value.datatype.value, value.value
    if value.language:
        small = value.language.lower()
        return value if small == value.language else ox.Literal(text, language=small)
    if not kind.startswith(XSD):
        return value
    written = _written(kind, text)
    return value if written == text else ox.Literal(written, datatype=value.datatype)


def _written(kind: str, text: str) -> str:
    if kind in _INTEGERS:
        return whole(text)
    if kind == XSD + "decimal":
        return decimal(text)
    if kind in _FLOATS:
        try:
            return repr(float(text)) if text not in ("INF", "-INF", "+INF", "NaN") else text
        except ValueError:
            return text
    if kind == XSD + "boolean":
        return _FALSE_TRUE.get(text, text)
    if kind in _TIMES:
        return _FRACTION.sub(lambda m: m[1] + (m[2] if len(m[2]) > 1 else ""), text)
    return text


def whole(text: str) -> str:
    """A whole number in its canonical form; what is none as it is."""
    if not _INTEGER.match(text):
        return text
    digits = text.lstrip("+-").lstrip("0") or "0"
    return f"-{digits}" if text[0] == "-" and digits != "0" else digits


def decimal(text: str) -> str:
    """A decimal without a point that says nothing; what is none as it is."""
    if not _DECIMAL.match(text):
        return text
    before, _, after = text.lstrip("+-").partition(".")
    digits = (before.lstrip("0") or "0") + (f".{after.rstrip('0')}" if after.rstrip("0") else "")
    return f"-{digits}" if text[0] == "-" and digits != "0" else digits
