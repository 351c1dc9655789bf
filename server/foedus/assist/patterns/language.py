"""How a pattern is written, and what it is compiled to.

A pattern is a row of atoms with blanks between them:

``word``              the word itself (small letters, no accents, no articles: "the" is never there)
``( a b | c )?``      groups and choices, with ``?``, ``*`` or ``+``
``<sign>``            any form of a verb; ``<sign:f>`` finite ones, ``:past``, ``:pp``, ``:ing``
``{agent:party}``     one unit of a sort (:data:`SORTS_OF`), kept under a name; ``{agent:party+}`` a
                      list ("A, B and C"); ``{:date}`` a unit that is not kept
``{aux}``             auxiliaries and adverbs before a verb, from which tense and denial are read
``{_noun=war/coup}``  one of these words, kept under a name
``!s``                no possessive may follow
``@states``           states as a class, with what stands before it
``[`` ``]``             round brackets of the text
``…``                 up to six units of the same clause; ``…3`` up to three
``~``                 adjectives and nouns before the last word of a phrase: up to five small words

It is compiled to a regular expression over :attr:`foedus.assist.mentions.units.Sentence.code`.
"""

from __future__ import annotations

import re
from functools import cache

#: Which units may stand where, by the name of the sort in a pattern.
SORTS_OF = {
    "state": "S",
    "party": "SG",
    "actor": "SGNOAP",
    "body": "AORL",
    "arrangement": "AO",
    "text": "IA",
    "instrument": "I",
    "provision": "V",
    "person": "P",
    "office": "F",
    "date": "D",
    "number": "Q",
    "event": "EX",
    "proposal": "R",
    "place": "CS",
    "thing": "AORLIEXSGNPV",
    "adjective": "J",
    "nation": "SJ",
    "speaker": "SGNOPIA",
}
_ATOM = re.compile(
    r"(?P<open>\()|(?P<close>\)[?*+]?)|(?P<bar>\|)|(?P<slot>\{[^}]*\}\??)|(?P<verb><[^>]+>\??)"
    r"|(?P<gap>…\d*)|(?P<phrase>~)|(?P<word>[^\s()|]+)"
)
_AUX = (
    "has|have|had|is|was|were|are|be|been|being|will|would|could|should|may|might|must|shall|can|"
    "cannot|do|does|did|not|never|also|already|later|then|now|since|subsequently|once|again|soon|"
    "first|jointly|today|currently|still|even|yet|to|n|t|no|longer|both|all|thus|each|therefore|"
    "itself|themselves|too|just|almost|long|ever"
)
_ADVERB = (
    r"(?!only |early |assembly |likely |family |ally |supply |rely |reply |july |italy )[a-z]+ly"
)
#: What may stand between the members of a list.
_AND = (
    r"(?:, |and |or |& |as well as |along with |together with |plus |, and |, as well as |, or )+"
)
#: What may stand before a member of a list.
_SOME = "a number of |several other |several |some |many |most |other |also "
#: Irregular verbs: base, past, participle.
_IRREGULAR = {
    "become": ("became", "become"),
    "begin": ("began", "begun"),
    "bind": ("bound", "bound"),
    "break": ("broke", "broken"),
    "bring": ("brought", "brought"),
    "build": ("built", "built"),
    "come": ("came", "come"),
    "fall": ("fell", "fallen"),
    "fight": ("fought", "fought"),
    "find": ("found", "found"),
    "give": ("gave", "given"),
    "go": ("went", "gone"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "lead": ("led", "led"),
    "leave": ("left", "left"),
    "make": ("made", "made"),
    "meet": ("met", "met"),
    "put": ("put", "put"),
    "say": ("said", "said"),
    "seek": ("sought", "sought"),
    "set": ("set", "set"),
    "take": ("took", "taken"),
    "undertake": ("undertook", "undertaken"),
    "withdraw": ("withdrew", "withdrawn"),
    "oversee": ("oversaw", "overseen"),
    "commit": ("committed", "committed"),
    "swear": ("swore", "sworn"),
    "permit": ("permitted", "permitted"),
    "refer": ("referred", "referred"),
    "quit": ("quit", "quit"),
    "remain": ("remained", "remained"),
    "float": ("floated", "floated"),
    "unveil": ("unveiled", "unveiled"),
    "offer": ("offered", "offered"),
    "initial": ("initialled", "initialled"),
    "visit": ("visited", "visited"),
    "consider": ("considered", "considered"),
    "enter": ("entered", "entered"),
    "join": ("joined", "joined"),
    "strengthen": ("strengthened", "strengthened"),
    "reaffirm": ("reaffirmed", "reaffirmed"),
    "consist": ("consisted", "consisted"),
    "number": ("numbered", "numbered"),
}
_GAP = 6
_STATES = "states|countries|nations|members|governments|powers|member states"
_MACROS = {"!s": "(?!' s )", "@states": rf"(?:G\d+ |(?:[a-z]+ |- ){{0,3}}?(?:{_STATES}) )"}
_BRACKETS = {"[": r"\( ", "]": r"\) "}


@cache
def forms(verb: str) -> dict[str, str]:
    """The forms of a verb: ``inf``, ``s``, ``past``, ``pp``, ``ing``."""
    if verb in _IRREGULAR:
        past, participle = _IRREGULAR[verb]
    else:
        past = participle = _regular(verb)
    if verb.endswith("e") and not verb.endswith("ee"):
        ing = verb[:-1] + "ing"
    elif past.endswith(verb[-1] * 2 + "ed"):
        ing = past[:-2] + "ing"
    elif verb in ("begin", "put", "set", "quit"):
        ing = verb + verb[-1] + "ing"
    else:
        ing = verb + "ing"
    if re.search(r"(?:s|x|ch|sh|o)$", verb):
        third = verb + "es"
    elif re.search(r"[^aeiou]y$", verb):
        third = verb[:-1] + "ies"
    else:
        third = verb + "s"
    return {"inf": verb, "s": third, "past": past, "pp": participle, "ing": ing}


def _regular(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    if re.search(r"(?<![aeiou])[aeiou][bdgmnprt]$", verb) and len(verb) < 6 and verb not in (
        "open", "enter", "order", "visit", "limit", "edit", "alter", "offer",
    ):  # fmt: skip
        return verb + verb[-1] + "ed"
    return verb + "ed"


def _verb(text: str) -> str:
    body, optional = (text[:-1], "?") if text.endswith("?") else (text, "")
    words, _, wanted = body[1:-1].partition(":")
    chosen: list[str] = []
    for verb in words.split("/"):
        found = forms(verb)
        names = {"": ("inf", "s", "past", "pp", "ing"), "f": ("inf", "s", "past")}.get(
            wanted, (wanted,)
        )
        chosen += [found[name] for name in names]
    return f"(?:(?:{'|'.join(dict.fromkeys(chosen))}) ){optional}"


def _slot(text: str) -> str:
    body, optional = (text[:-1], "?") if text.endswith("?") else (text, "")
    if "=" in body:
        name, _, chosen = body[1:-1].partition("=")
        return f"(?P<{name}>(?:{'|'.join(map(re.escape, chosen.split('/')))}) ){optional}"
    name, _, sort = body[1:-1].partition(":")
    if name == "aux":
        return rf"(?P<aux>(?:(?:{_AUX}|{_ADVERB}) )*)"
    many = sort.endswith("+")
    letters = SORTS_OF[sort.rstrip("+")]
    one = rf"[{letters}]\d+ "
    if many:
        one = rf"(?:{_SOME})?{one}(?:from (?:[a-z]+|C\d+) )?"
    inner = rf"{one}(?:{_AND}{one})*" if many else one
    return (f"(?P<{name}>{inner})" if name else f"(?:{inner})") + optional


@cache
def compile_pattern(text: str) -> re.Pattern[str]:
    """The regular expression of a pattern. Raises :class:`ValueError` for what is none."""
    made = [r"(?<!\S)"]
    for match in _ATOM.finditer(text):
        kind, atom = match.lastgroup, match.group()
        if kind == "open":
            made.append("(?:")
        elif kind in ("close", "bar"):
            made.append(atom)
        elif kind == "slot":
            made.append(_slot(atom))
        elif kind == "verb":
            made.append(_verb(atom))
        elif kind == "gap":
            made.append(rf"(?:(?![;.?!:()] )\S+ ){{0,{int(atom[1:] or _GAP)}}}?")
        elif kind == "phrase":
            made.append(r"(?:(?!and |or |of |to |that |in |by |not )(?:[a-z]+|-|,|J\d+) ){0,5}?")
        elif atom in ("!s", "@states"):
            made.append(_MACROS[atom])
        elif atom in _BRACKETS:
            made.append(_BRACKETS[atom])
        elif atom[-1] == "?" and len(atom) > 1:
            made.append(f"(?:{re.escape(atom[:-1])} )?")
        else:
            made.append(re.escape(atom) + " ")
    try:
        return re.compile("".join(made))
    except re.error as error:
        raise ValueError(f"{text!r}: {error}") from None
