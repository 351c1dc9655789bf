"""What may be asked: a query that reads this dataset and nothing else.

:func:`check` reads the tokens of a text (never searches it for words) before any engine sees it:

- an update is refused (SPARQL 1.1 Update); so is ``SERVICE`` (Federated Query), but for services
  that may be asked and for ``SERVICE SILENT``: :mod:`.services` reads both;
- brackets nest no deeper than a limit (the engine's parser ends the process at some thousands);
- ``FROM`` and ``FROM NAMED`` become a :class:`~foedus.engine.answers.Dataset` of graph *names*:
  nothing is ever fetched, an unknown name is an empty graph;
- a prefix without declaration and a relative IRI without base are told in words, which the
  engine's parser does not; where the asker gives a base, it is what relative IRIs are resolved
  against until the query declares its own.

Everything else is the engine's parser's to judge.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyoxigraph as ox

from foedus.engine import as_of, services
from foedus.engine.answers import Dataset
from foedus.engine.errors import QueryRefused, QuerySyntaxError
from foedus.engine.iri import resolve
from foedus.engine.limits import Limits
from foedus.engine.normalize import unrepeatable
from foedus.engine.services import Allowed, Call
from foedus.engine.tokens import Token, place, scan

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PASSED_OVER = re.compile(
    r"""
    (?P<escape>\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})
  | \"{3}(?:[^\"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
  | \"(?:[^\"\\\r\n]|\\.)*\" | '(?:[^'\\\r\n]|\\.)*'
  | <[^<>"{}|^`\x00-\x20]*> | \#[^\r\n]*
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may be evaluated.

    ``text`` is what the engine gets; ``dataset`` what it is asked over (``None``: the dataset of
    the release); ``deterministic`` whether the same release must give the same answer. Where there
    are ``calls`` of services, :meth:`.federation.Federation.inlined` comes before any engine.
    """

    text: str
    form: Form
    dataset: Dataset | None
    deterministic: bool
    calls: tuple[Call, ...] = ()

    def over(self, dataset: Dataset | None) -> CheckedQuery:
        """The query over a dataset named by the protocol, which wins over FROM (section 2.1.4)."""
        return replace(self, dataset=dataset) if dataset else self


def check(
    text: str,
    *,
    at: datetime.date | None = None,
    limits: Limits | None = None,
    known_prefixes: Mapping[str, str] | None = None,
    base: str = "",
    allowed: Allowed = lambda _: None,
) -> CheckedQuery:
    """Return the query that may be evaluated for *text*, with *at* in the place of ``?at``.

    ``known_prefixes`` are suggested where a declaration is missing, never assumed. ``base`` is the
    base IRI of a query that declares none (section 4.1.1.2: the asker's context gives it).
    ``allowed`` tells the services that may be asked; by default there are none.
    Raises :class:`QuerySyntaxError`, or :class:`QueryRefused` whose ``reason`` is ``update``,
    ``service``, ``nesting`` or ``length``.
    """
    limits = limits or Limits()
    if len(text) > limits.query_characters:
        raise QueryRefused(
            "length",
            f"The query has {len(text):,} characters; the limit query_characters is "
            f"{limits.query_characters:,}.",
        )
    text = _with_characters(text)
    _bound_nesting(text, limits.nesting)
    tokens = list(scan(text))
    if base:
        text = _with_base(text, tokens, base)
        tokens = list(scan(text))
    prologue, start = _read_prologue(text, tokens)
    form = _read_form(text, tokens, start)
    _check_names(text, tokens[start:], prologue, known_prefixes or {})
    dataset = _read_dataset(text, tokens, start, prologue)
    stripped = services.without_refused(text, tokens, prologue.resolve, allowed)
    repeatable = not unrepeatable(tokens)
    if stripped != text:
        tokens = list(scan(stripped))
    if at is not None:
        stripped = as_of.substitute(stripped, tokens, at)
    if repeatable:  # no SERVICE in it
        return CheckedQuery(stripped, form, dataset, True)
    tokens = list(scan(stripped))
    calls = services.read_calls(stripped, tokens, start, prologue.resolve, allowed)
    return CheckedQuery(stripped, form, dataset, False, calls)


@dataclass(slots=True)
class _Prologue:
    base: str
    prefixes: dict[str, str]

    def resolve(self, token: Token) -> str:
        """The IRI that a token stands for (section 4.1.1)."""
        if token.kind == "iri":
            iri = _UNICODE.sub(_character, token.text[1:-1])
            return iri if _SCHEME.match(f"<{iri}") else resolve(self.base, iri)
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)


def _character(match: re.Match[str]) -> str:
    """What an escape in an IRI stands for; what is no character is kept, and is no IRI then."""
    point = int(match[1] or match[2], 16)
    return match[0] if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point)


def _with_characters(text: str) -> str:
    """*text* with the character of each escape outside strings, IRIs and comments (section 19.2).

    Done before anything is judged, so that nothing can be hidden behind an escape. In strings and
    IRIs the engine reads them, where they end nothing.
    """
    if "\\u" not in text and "\\U" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        if match["escape"] is None:
            return match[0]
        point = int(match["escape"][2:], 16)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            line, column = place(text, match.start())
            raise QuerySyntaxError(
                f"{match[0]} stands for no character",
                line=line,
                column=column,
                expected="a Unicode scalar value",
                text=text,
            )
        return chr(point)

    return _PASSED_OVER.sub(character, text)


def _bound_nesting(text: str, bound: int) -> None:
    """Refuse deep nesting by a count over the tokens, before anything recursive reads the text."""
    depth = run = 0
    for token in scan(text):
        if token.kind == "mark" and token.text in "{([":
            depth += 1
        elif token.kind == "mark" and token.text in "})]":
            depth -= 1
        run = run + 1 if token.text in ("!", "-", "+", "^") else 0
        if max(depth, run) > bound:
            line, column = place(text, token.start)
            raise QueryRefused(
                "nesting",
                f"Brackets nest deeper than the limit nesting, {bound}, at line {line}, "
                f"column {column}.",
            )


def _read_prologue(text: str, tokens: Sequence[Token]) -> tuple[_Prologue, int]:
    prologue = _Prologue("", {})
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.is_word("BASE") and i + 1 < len(tokens) and tokens[i + 1].kind == "iri":
            prologue.base = _declared(text, tokens[i + 1], prologue)
            i += 2
        elif token.is_word("PREFIX"):
            if i + 2 >= len(tokens) or tokens[i + 1].kind != "name" or tokens[i + 2].kind != "iri":
                raise _error(
                    text, token, "an incomplete PREFIX", "PREFIX name: <IRI>, with the colon"
                )
            name, _, rest = tokens[i + 1].text.partition(":")
            if rest:
                raise _error(
                    text, tokens[i + 1], "a prefix ends with its only colon", f"PREFIX {name}: <…>"
                )
            prologue.prefixes[name] = _declared(text, tokens[i + 2], prologue)
            i += 3
        elif token.is_word("VERSION") and i + 1 < len(tokens) and tokens[i + 1].kind == "string":
            i += 2
        else:
            break
    return prologue, i


def _declared(text: str, token: Token, prologue: _Prologue) -> str:
    """The IRI of a declaration: one that is used nowhere must be an IRI too."""
    iri = prologue.resolve(token)
    if _SCHEME.match(f"<{iri}>") and not is_iri(iri):
        raise _error(text, token, "this is no IRI", "an IRI between < and >")
    return iri


def _with_base(text: str, tokens: Sequence[Token], base: str) -> str:
    """*text* with *base* before each relative IRI that no BASE of its own stands before."""
    pieces: list[str] = []
    position = 0
    for i, token in enumerate(tokens):
        if token.kind != "iri":
            continue
        if not _SCHEME.match(token.text):
            pieces.append(f"{text[position : token.start]}<{resolve(base, token.text[1:-1])}>")
            position = token.end
        if i and tokens[i - 1].is_word("BASE"):
            break
    return "".join(pieces) + text[position:]


def _error(
    text: str, token: Token, message: str, expected: str, hint: str | None = None
) -> QuerySyntaxError:
    line, column = place(text, token.start)
    return QuerySyntaxError(
        message, line=line, column=column, expected=expected, hint=hint, text=text
    )


def _read_form(text: str, tokens: Sequence[Token], start: int) -> Form:
    if start >= len(tokens):
        line, column = place(text, len(text))
        raise QuerySyntaxError(
            "the query ends before it asks anything" if tokens else "the query is empty",
            line=line,
            column=column,
            expected="SELECT, ASK, CONSTRUCT or DESCRIBE",
            text=text,
        )
    first = tokens[start]
    if first.kind == "word" and first.upper in _UPDATES:
        raise QueryRefused("update", "This service is read-only: it takes no SPARQL update.")
    for form in _FORMS:
        if first.is_word(form):
            if form == "SELECT":
                _check_projection(text, tokens, start + 1)
            return form
    raise _error(
        text, first, "this begins no query", "PREFIX, BASE, SELECT, ASK, CONSTRUCT or DESCRIBE"
    )


def _check_projection(text: str, tokens: Sequence[Token], i: int) -> None:
    """What the engine's parser would say of a SELECT that selects nothing, before it is asked."""
    if i < len(tokens) and tokens[i].is_word("DISTINCT", "REDUCED"):
        i += 1
    if i < len(tokens) and tokens[i].kind != "variable" and tokens[i].text not in ("*", "("):
        raise _error(
            text, tokens[i], "this is nothing to select", "?variable, * or (expression AS ?name)"
        )


def _check_names(
    text: str, tokens: Sequence[Token], prologue: _Prologue, known: Mapping[str, str]
) -> None:
    for token in tokens:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if prefix not in prologue.prefixes and not services.holds_service(prefix):
                where = f"PREFIX {prefix}: <{known[prefix]}>" if prefix in known else None
                raise _error(
                    text,
                    token,
                    f"the prefix {prefix}: is not declared",
                    f"PREFIX {prefix}: <…> before the query",
                    f"Write: {where}" if where else None,
                )
        elif token.kind == "iri" and not prologue.base and not _SCHEME.match(token.text):
            raise _error(
                text, token, "a relative IRI without a base", "a full IRI, or BASE <…> before"
            )


def _read_dataset(
    text: str, tokens: Sequence[Token], start: int, prologue: _Prologue
) -> Dataset | None:
    """The dataset clauses (SPARQL 1.1 Query, section 13.2)."""
    default: list[str] = []
    named: list[str] = []
    found = False
    for i in range(start, len(tokens)):
        if tokens[i].text == "{":
            break
        if not tokens[i].is_word("FROM"):
            continue
        into, j = default, i + 1
        if j < len(tokens) and tokens[j].is_word("NAMED"):
            into, j = named, j + 1
        if j < len(tokens) and tokens[j].kind in ("iri", "name"):
            found = True
            iri = prologue.resolve(tokens[j])
            if not is_iri(iri):
                raise _error(text, tokens[j], "this is no IRI", "the IRI of a graph")
            if iri not in into:
                into.append(iri)
    return Dataset(tuple(default), tuple(named)) if found else None


def is_iri(text: str) -> bool:
    """Whether *text* is an absolute IRI (RFC 3987), as the engine judges it."""
    try:
        ox.NamedNode(text)
    except ValueError:  # UnicodeEncodeError is one
        return False
    return True


def mentions(text: str) -> list[tuple[Token, str]]:
    """Every IRI that a query names after its prologue: the token, and the IRI it stands for.

    Raises :class:`QuerySyntaxError`, as :func:`check` does for the same text.
    """
    tokens = list(scan(text))
    prologue, start = _read_prologue(text, tokens)
    return [
        (token, prologue.resolve(token))
        for token in tokens[start:]
        if token.kind in ("iri", "name")
    ]


def without_dataset(text: str) -> str:
    """*text* without its dataset clauses, where the dataset is named from outside."""
    pieces: list[str] = []
    position = 0
    tokens = list(scan(text))
    for i, token in enumerate(tokens):
        if token.text == "{" and token.depth == 0 and not _is_template(tokens, i):
            break
        if token.is_word("FROM") and token.depth == 0:
            named = i + 1 < len(tokens) and tokens[i + 1].is_word("NAMED")
            last = i + (2 if named else 1)
            if last < len(tokens) and tokens[last].kind in ("iri", "name"):
                pieces.append(text[position : token.start])
                position = tokens[last].end
    return "".join(pieces) + text[position:]


def _is_template(tokens: Sequence[Token], i: int) -> bool:
    """Whether the brace at *i* opens the template of CONSTRUCT, after which FROM may still come."""
    return i > 0 and tokens[i - 1].is_word("CONSTRUCT")
