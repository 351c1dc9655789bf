"""When two texts are one question, and whether a question has one answer.

:func:`normal` is the text that a validator of HTTP is computed from: equal for queries that differ
only in white space, comments, the case of keywords, ``?x`` or ``$x``, the names of prefixes, or the
labels of blank nodes. It is never evaluated. Equal normal texts mean equal answers; the converse is
not attempted (two ways to write a string, or the order of patterns, stay two questions).

:func:`unrepeatable` names what keeps the same dataset from giving the same answer again: the
functions that differ with each call (SPARQL 1.1 Query, sections 17.4.2.9, 17.4.2.12, 17.4.4.5 and
17.4.5.1), SERVICE, and the aggregates whose value depends on an order that nothing determines
(sections 18.5.1.7 and 18.5.1.8). LIMIT and OFFSET without ORDER BY are *not* among them: any rows
without ORDER BY come in the order of the engine, which is the same each time the same files are
loaded into the same version of it; digest and version are in the validator.
"""

from __future__ import annotations

from collections.abc import Sequence

from foedus.engine.tokens import Token, scan

_VOLATILE = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")  # STRUUID contains UUID
_ORDER_DEPENDENT = frozenset({"GROUP_CONCAT", "SAMPLE"})


def normal(text: str) -> str:
    """The normal text of a query that :func:`foedus.engine.guard.check` has let pass."""
    tokens = list(scan(text))
    prefixes, start = _prologue(tokens)
    blanks: dict[str, str] = {}
    written: list[str] = []
    for i, token in enumerate(tokens[start:], start):
        word = token.text
        match token.kind:
            case "word" if word != "a":
                word = token.upper
            case "variable":
                word = "?" + word[1:]
            case "blank":
                word = blanks.setdefault(word, f"_:b{len(blanks)}")
            case "name":
                prefix, _, local = word.partition(":")
                if prefix in prefixes:
                    word = f"<{prefixes[prefix]}{_unescaped(local)}>"
            case "number" if _is_signed(tokens, i):
                # "2 -1" and "?s ?p - 1": a sign belongs to a number only where it touches it.
                written[-1] += word
                continue
        written.append(word)
    # No token but a string holds a line break, and there only between three quotation marks.
    return "\n".join(written)


def unrepeatable(tokens: Sequence[Token]) -> tuple[str, ...]:
    """What in a query may answer differently next time, by the names of SPARQL; mostly nothing.

    Words are judged by what they contain: a scannerless parser reads ``trueNOW()`` as two.
    """
    found: list[str] = []
    for i, token in enumerate(tokens):
        if token.kind != "word":
            continue
        called = i + 1 < len(tokens) and tokens[i + 1].text == "("
        if token.upper.endswith("STRUUID") and called:
            found.append("STRUUID")
            continue
        for name in _VOLATILE:
            if name in token.upper and (called or name == "SERVICE"):
                found.append(name)
        for name in _ORDER_DEPENDENT:
            if token.upper.endswith(name) and called and not _takes_ordered_rows(tokens, i):
                found.append(name)
    return tuple(dict.fromkeys(found))


def _prologue(tokens: Sequence[Token]) -> tuple[dict[str, str], int]:
    """The prefixes, and where the query proper begins.

    With a BASE every IRI may depend on it, so then the prologue stays as it is written.
    """
    prefixes: dict[str, str] = {}
    i = 0
    while i < len(tokens):
        if tokens[i].is_word("PREFIX") and i + 2 < len(tokens):
            prefixes[tokens[i + 1].text.partition(":")[0]] = tokens[i + 2].text[1:-1]
            i += 3
        elif tokens[i].is_word("BASE", "VERSION"):
            return {}, 0
        else:
            break
    return prefixes, i


def _unescaped(local: str) -> str:
    """A local name without its backslashes (section 4.1.1); percent signs stay."""
    return local.replace("\\", "")


def _is_signed(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1] if index else None
    return before is not None and before.text in ("+", "-") and before.end == tokens[index].start


def _takes_ordered_rows(tokens: Sequence[Token], index: int) -> bool:
    """Whether the aggregate at *index* is over nothing but a sub-select that has an ORDER BY."""
    depth = tokens[index].depth
    start = index
    while start and not (tokens[start].is_word("SELECT") and tokens[start].depth == depth):
        start -= 1
    i = start
    while i < len(tokens) and tokens[i].text != "{":
        i += 1
    while i < len(tokens) and tokens[i].text == "{":
        i += 1
    if i >= len(tokens) or not tokens[i].is_word("SELECT"):
        return False
    inner, ordered = tokens[i].depth, False
    while i < len(tokens) and tokens[i].depth >= inner:
        ordered = ordered or (tokens[i].is_word("ORDER") and tokens[i].depth == inner)
        i += 1
    closing = inner - depth
    return ordered and all(token.text == "}" for token in tokens[i : i + closing])
