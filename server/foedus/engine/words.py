"""The words of SPARQL, prefixes that everybody uses, and which of them somebody meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_ALL_WORDS = """
    A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT
    CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP
    ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN INSERT
    INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT LOAD MAX MD5 MIN
    MINUS MINUTES MONTH MOVE NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE
    ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR
    STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TO TRUE TZ
    UCASE UNDEF UNION URI USING UUID VALUES VERSION WHERE WITH YEAR
"""
#: Every word that stands in SPARQL 1.1 without a prefix (section 19.8).
WORDS = frozenset(_ALL_WORDS.split())
_ALL_CALLS = """
    ABS AVG CEIL CONCAT COUNT DAY EXISTS FLOOR IRI LANG LANGMATCHES LCASE MAX MD5 MIN NOT NOW
    RAND ROUND SAMPLE SHA1 SHA256 SHA384 SHA512 STR STRENDS STRLANG STRLEN STRUUID SUBSTR SUM
    UCASE URI UUID YEAR
"""
#: Words with which an expression may begin; some are enough to know that one was expected.
CALLS = frozenset(_ALL_CALLS.split())
#: Prefixes that need no table of ours to be known.
WELL_KNOWN = {
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def nearest(word: str, known: Iterable[str], alike: float = 0.7) -> str | None:
    """What of *known* was probably meant by *word*: without regard to case, or ``None``.

    *alike*, from 0 to 1, is how much of the two must agree.
    """
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=alike)
    return by_lower[found[0]] if found else None
