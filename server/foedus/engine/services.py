"""``SERVICE`` in a query, read from its tokens (SPARQL 1.1 Federated Query).

Which services may be asked is said by whoever calls; all others are refused here, before any engine
sees the text, but for ``SERVICE SILENT``, which becomes one empty solution, as its specification
lets a failed call be answered (section 2.3). What may be asked becomes a :class:`Call`, with all
that :mod:`.federation` needs to answer it and put the answer in its place. Nothing here asks
anybody.

A scannerless parser reads keywords out of the middle of what looks like a word
(``trueSERVICE<…>{}``, ``SERVICE:x{}``); a word that merely contains SERVICE is therefore refused
where a group could follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from foedus.engine.errors import QueryRefused
from foedus.engine.tokens import Token, place

#: The endpoint that an IRI of a query means, or ``None``: one that may not be asked.
Allowed = Callable[[str], str | None]
#: The IRI that a token stands for.
Resolve = Callable[[Token], str]

_ELEMENTS = ("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "UNION")


@dataclass(frozen=True, slots=True)
class Call:
    """``SERVICE endpoint { pattern }``, which stands from ``start`` to ``end`` in its query.

    Its group begins at ``group``.

    ``variables`` are those the pattern shows to the rest of the query; ``keys`` those that each of
    its solutions binds; ``beside`` the triple patterns and VALUES that stand in the same group, and
    ``shared`` the keys that occur there. ``obstacle`` says why the call cannot be answered by
    putting its solutions in its place (``""``: it can).
    """

    start: int
    group: int
    end: int
    place: tuple[int, int]
    endpoint: str
    silent: bool
    prologue: str
    pattern: str
    variables: tuple[str, ...]
    keys: frozenset[str]
    beside: str
    shared: tuple[str, ...]
    obstacle: str = ""


def calls_service(tokens: Sequence[Token], i: int) -> bool:
    """Whether some parser could read a call of a service at this token."""
    token = tokens[i]
    if token.kind == "word":
        return holds_service(token.text)
    if token.kind != "name" or not holds_service(token.text.partition(":")[0]):
        return False
    before = tokens[i - 1] if i else None
    named = before is not None and before.is_word("GRAPH", "SERVICE", "SILENT")
    return not named and i + 1 < len(tokens) and tokens[i + 1].text == "{"


def holds_service(word: str) -> bool:
    """Whether a word contains the keyword, in whatever case."""
    return "SERVICE" in word.upper()


@dataclass(frozen=True, slots=True)
class _Clause:
    """The tokens of a call: its keyword, its name and its braces, by their places in the list."""

    keyword: int
    name: int
    opening: int
    closing: int


def _clause(tokens: Sequence[Token], i: int) -> _Clause | None:
    """The call that the keyword at *i* begins; ``None`` where it is not spelt as one."""
    if not tokens[i].is_word("SERVICE"):
        return None
    name = i + 1 + (i + 1 < len(tokens) and tokens[i + 1].is_word("SILENT"))
    if name + 1 >= len(tokens) or tokens[name + 1].text != "{":
        return None
    if tokens[name].kind not in ("iri", "name", "variable"):
        return None
    return _Clause(i, name, name + 1, closing(tokens, name + 1))


def closing(tokens: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes the one at *opening*."""
    depth = 0
    for i in range(opening, len(tokens)):
        if tokens[i].kind == "mark":
            depth += (tokens[i].text in "{([") - (tokens[i].text in "})]")
            if not depth:
                return i
    return len(tokens) - 1


def without_refused(text: str, tokens: Sequence[Token], resolve: Resolve, allowed: Allowed) -> str:
    """*text* with an empty group for each silent call of a service that may not be asked.

    Raises :class:`QueryRefused` (``service``) for any other call that may not be made.
    """
    pieces: list[str] = []
    position = 0
    for i, token in enumerate(tokens):
        if token.start < position or not calls_service(tokens, i):
            continue
        found = _clause(tokens, i)
        if found and tokens[found.name].kind != "variable" and allowed(resolve(tokens[found.name])):
            continue
        if not found or found.name == i + 1:
            raise QueryRefused("service", _refusal(text, tokens, i, found))
        pieces.append(text[position : token.start] + " {} ")
        position = tokens[found.closing].end
    return "".join(pieces) + text[position:]


def _refusal(text: str, tokens: Sequence[Token], i: int, found: _Clause | None) -> str:
    line, column = place(text, tokens[i].start)
    where = f"SERVICE at line {line}, column {column}"
    if found and tokens[found.name].kind == "variable":
        return f"{where}: a service is asked by its IRI only, never by a variable."
    return f"{where}: this service does not ask that one."


def read_calls(
    text: str, tokens: Sequence[Token], start: int, resolve: Resolve, allowed: Allowed
) -> tuple[Call, ...]:
    """The calls of a query that :func:`without_refused` has let pass, in their order.

    *start* is where the prologue ends. A call inside another comes after it.
    """
    if not any(token.is_word("SERVICE") for token in tokens):
        return ()
    prologue = _written(tokens[:start])
    found: list[Call] = []
    groups: list[tuple[int, str]] = []  # the opening brace, and what it belongs to
    for i, token in enumerate(tokens):
        if token.text == "{" and token.kind == "mark":
            groups.append((i, _owner(tokens, i)))
        elif token.text == "}" and token.kind == "mark":
            groups.pop()
        elif clause := _clause(tokens, i):
            name = resolve(tokens[clause.name])
            endpoint = allowed(name)
            assert endpoint is not None
            inside = [owner for _, owner in groups]
            group = tokens[groups[-1][0] + 1 : closing(tokens, groups[-1][0])] if groups else ()
            found.append(_call(text, tokens, clause, endpoint, prologue, inside, group))
    return tuple(found)


def _owner(tokens: Sequence[Token], opening: int) -> str:
    """The keyword that a group belongs to (``""``: none)."""
    for back in (1, 2):
        if opening >= back and tokens[opening - back].is_word("EXISTS", "GRAPH", "MINUS"):
            return tokens[opening - back].upper
    return ""


def _call(
    text: str,
    tokens: Sequence[Token],
    clause: _Clause,
    endpoint: str,
    prologue: str,
    inside: Sequence[str],
    group: Sequence[Token],
) -> Call:
    pattern = tokens[clause.opening + 1 : clause.closing]
    keys = _keys(pattern)
    beside = [run for word, run in _elements(group) if word in ("", "VALUES")]
    mentioned = {name for run in beside for name in _names(run)}
    obstacle = ""
    if "EXISTS" in inside:
        obstacle = "inside EXISTS, where it would be asked anew for each solution"
    elif "GRAPH" in inside:
        obstacle = "inside GRAPH: write it outside, it asks no graph of this service"
    elif any(token.is_word("SERVICE") for token in pattern):
        obstacle = "around another SERVICE"
    return Call(
        start=tokens[clause.keyword].start,
        group=tokens[clause.opening].start,
        end=tokens[clause.closing].end,
        place=place(text, tokens[clause.keyword].start),
        endpoint=endpoint,
        silent=clause.name > clause.keyword + 1,
        prologue=prologue,
        pattern=_written(pattern),
        variables=tuple(dict.fromkeys(visible(pattern))),
        keys=keys,
        beside=" . ".join(_written(_undotted(run)) for run in beside if _undotted(run)),
        shared=tuple(sorted(keys & mentioned)),
        obstacle=obstacle,
    )


def _written(tokens: Sequence[Token]) -> str:
    """The tokens as text, with one space wherever the query has any room, and no comments."""
    pieces: list[str] = []
    for i, token in enumerate(tokens):
        if i and tokens[i - 1].end != token.start:
            pieces.append(" ")
        pieces.append(token.text)
    return "".join(pieces)


def _undotted(run: Sequence[Token]) -> Sequence[Token]:
    begin, end = 0, len(run)
    while begin < end and run[begin].text == ".":
        begin += 1
    while begin < end and run[end - 1].text == ".":
        end -= 1
    return run[begin:end]


def _elements(group: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """The elements of a group (section 5.2): the keyword of each (``""``: triples), its tokens.

    *group* is what stands between the braces. A union comes as its groups.
    """
    i = 0
    while i < len(group):
        begin, word = i, group[i].upper if group[i].kind == "word" else ""
        if group[i].text == "{" and group[i].kind == "mark":
            i = closing(group, i) + 1
            yield "{", group[begin:i]
        elif word in _ELEMENTS:
            i = _end(group, i, word)
            yield word, group[begin:i]
        else:
            while i < len(group) and not group[i].is_word(*_ELEMENTS) and group[i].text != "{":
                i += 1
            yield "", group[begin:i]


def _end(group: Sequence[Token], i: int, word: str) -> int:
    """Where the element that *word* at *i* begins has ended."""
    if word == "UNION":
        return i + 1
    opens = ("(",) if word == "BIND" else ("{", "(") if word == "FILTER" else ("{",)
    while i < len(group) and not (group[i].kind == "mark" and group[i].text in opens):
        i += 1
    return closing(group, i) + 1 if i < len(group) else i


def _names(tokens: Sequence[Token]) -> Iterator[str]:
    return (token.text[1:] for token in tokens if token.kind == "variable")


def _keys(pattern: Sequence[Token]) -> frozenset[str]:
    """The variables that every solution of a group binds: those of its own triple patterns."""
    if pattern and pattern[0].is_word("SELECT"):
        return frozenset()
    found: set[str] = set()
    for word, run in _elements(pattern):
        depth = 0
        for token in run if word == "" else ():
            depth += (token.text == "(") - (token.text == ")")
            if token.kind == "variable" and not depth:
                found.add(token.text[1:])
    return frozenset(found)


def visible(pattern: Sequence[Token]) -> Iterator[str]:
    """The variables in scope after a group (SPARQL 1.1 Query, section 18.2.1)."""
    if pattern and pattern[0].is_word("SELECT"):
        yield from _projected(pattern)
        return
    for word, run in _elements(pattern):
        if word == "":
            yield from _names(run)
        elif word == "BIND":
            yield from _names(run[-2:-1])
        elif word == "VALUES":
            yield from _names(run[: next(i for i, t in enumerate(run) if t.text == "{")])
        elif word in ("{", "OPTIONAL", "GRAPH", "SERVICE"):
            opening = next(i for i, t in enumerate(run) if t.text == "{")
            yield from _names(run[:opening])
            yield from visible(run[opening + 1 : -1])


def _projected(select: Sequence[Token]) -> Iterator[str]:
    """The variables of a sub-select."""
    opening = next((i for i, t in enumerate(select) if t.text == "{"), len(select))
    if any(token.text == "*" for token in select[1:3]):
        yield from visible(select[opening + 1 : closing(select, opening)])
        return
    depth = 0
    for i, token in enumerate(select[:opening]):
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (not depth or select[i - 1].is_word("AS")):
            yield token.text[1:]
