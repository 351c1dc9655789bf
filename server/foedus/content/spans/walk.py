"""Walk the tokens of a document and tell which of them make which triple.

The structure alone: what a token means is the parser's business (:mod:`foedus.content.spans.read`).
No recursion, so that brackets may be nested as deeply as somebody writes them.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from foedus.content.spans.tokens import TOKEN

#: What is written once and stands in no token: rdf:type for ``a``, and what a list is made of.
TYPE, FIRST, REST, NIL = -1, -2, -3, -4
#: Meanings below are anonymous blank nodes; ``_:x`` is one of the document's tokens.
ANONYMOUS = -5

_SUBJECT, _PREDICATE, _OBJECT, _AFTER, _ITEM = range(5)


class NotTurtle11(Exception):
    """What only RDF 1.2 has, with its offsets."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(start, end)
        self.start, self.end = start, end


@dataclass(slots=True)
class Structure:
    """What is written where.

    A node is one occurrence of a term: ``starts``, ``ends`` are its offsets in code points, and
    ``meanings`` its number among the distinct tokens of ``document``, or a negative number.
    ``triples`` holds four nodes for each triple: subject, predicate, object, graph (-1: default).
    ``document`` is a Turtle document with one triple for each distinct token, its object.
    ``blocks`` holds for each subject at the top its node and the offset where its last object ends.
    """

    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    meanings: array[int] = field(default_factory=lambda: array("q"))
    triples: array[int] = field(default_factory=lambda: array("q"))
    blocks: array[int] = field(default_factory=lambda: array("q"))
    document: list[str] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)


def walk(text: str) -> Structure:
    """The structure of *text*, which a parser has accepted as Turtle, TriG or N-Triples.

    Raises :class:`NotTurtle11` for RDF 1.2.
    """
    found = Structure()
    starts, ends, meanings = found.starts, found.ends, found.meanings
    triples, blocks, document = found.triples, found.blocks, found.document
    known: dict[str, int] = {}
    blank: dict[str, int] = {}
    anonymous, tokens = ANONYMOUS, 0
    state, graph = _SUBJECT, -1
    subject = predicate = -1
    # What waits while a bracket is open: state, subject, predicate, node of the bracket.
    waiting: list[tuple[int, int, int, int]] = []
    directive: list[str] = []
    last = 0

    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        start, end = match.span(match.lastindex or 0)
        if kind == "mark":
            mark = text[start]
            if directive:  # the full stop of @prefix and @base
                directive = []
                state = _SUBJECT
                continue
            if mark == ";":
                state = _PREDICATE
                continue
            if mark == ",":
                state = _OBJECT
                continue
            if mark == ".":
                if not waiting and subject >= 0:
                    blocks.extend((subject, last))
                state, subject = _SUBJECT, -1
                continue
            if mark == "{":
                graph = subject if state == _PREDICATE else -1
                state, subject = _SUBJECT, -1
                continue
            if mark == "}":
                if subject >= 0:
                    blocks.extend((subject, last))
                state, subject, graph = _SUBJECT, -1, -1
                continue
            if mark in "[(":
                starts.append(start)
                ends.append(end)
                meanings.append(anonymous)
                anonymous -= 1
                waiting.append((state, subject, predicate, len(starts) - 1))
                if mark == "[":
                    state, subject = _PREDICATE, len(starts) - 1
                else:
                    state, subject, predicate = _ITEM, -1, -1
                continue
            if mark == ")":
                starts.append(start)
                ends.append(end)
                meanings.append(NIL)
                if subject < 0:  # an empty list is rdf:nil itself
                    meanings[waiting[-1][3]] = NIL
                else:
                    starts.append(start)
                    ends.append(end)
                    meanings.append(REST)
                    triples.extend((subject, len(starts) - 1, len(starts) - 2, graph))
            state, subject, predicate, node = waiting.pop()
            ends[node] = end
        elif kind == "end":
            break
        elif kind == "other":
            raise AssertionError(f"no token at {start}")
        elif kind == "later":
            raise NotTurtle11(start, end)
        elif kind == "directive":
            directive = [text[start:end]]
            continue
        else:
            word = text[start:end]
            if directive:
                directive.append(word)
                base = directive[0].lower().endswith("base")
                if len(directive) == (2 if base else 3):
                    stop = " ." if directive[0].startswith("@") else ""
                    document.append(" ".join(directive) + stop)
                    known.clear()
                    if not stop:
                        directive = []
                continue
            if kind == "name" and ":" not in word:
                if state == _SUBJECT:
                    if word.lower() == "version":
                        raise NotTurtle11(start, end)
                    if word.lower() != "graph":
                        directive = [word]
                    continue
                meaning = TYPE if state == _PREDICATE else known.get(word, tokens)
            elif word.startswith("_:"):
                if word not in blank:
                    blank[word] = anonymous
                    found.labels[anonymous] = word[2:]
                    anonymous -= 1
                meaning = blank[word]
            else:
                meaning = known.get(word, tokens)
            if meaning == tokens:
                known[word] = tokens
                document.append(f"<x:s> <x:p> {word} .")
                tokens += 1
            node = len(starts)
            starts.append(start)
            ends.append(end)
            meanings.append(meaning)
        last = end
        # A term is complete: node.
        if state == _OBJECT:
            triples.extend((subject, predicate, node, graph))
            state = _AFTER
        elif state == _PREDICATE:
            predicate = node
            state = _OBJECT
        elif state == _SUBJECT:
            subject = node
            state = _PREDICATE
        elif state == _ITEM:
            outer = waiting[-1][3]
            where = starts[node], ends[node]
            if subject < 0:
                subject = outer
            else:
                for meaning in (anonymous, REST):
                    starts.append(where[0])
                    ends.append(where[1])
                    meanings.append(meaning)
                anonymous -= 1
                triples.extend((subject, len(starts) - 1, len(starts) - 2, graph))
                subject = len(starts) - 2
            starts.append(where[0])
            ends.append(where[1])
            meanings.append(FIRST)
            triples.extend((subject, len(starts) - 1, node, graph))
    return found
