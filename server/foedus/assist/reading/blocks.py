"""What is the article and what stands around it: headings, comments, share buttons, teasers.

By lines, and by what pages of newspapers and weblogs have in common. In doubt a line is body: it is
better to read too much than to lose what an article says.
"""

from __future__ import annotations

import re

from foedus.assist.model import Block

_LINE = re.compile(r"[^\n]+")
_COMMENTS = re.compile(
    r"^\W*(?:(?:\d+|no|one|two|three) comments?|comments(?: \(\d+\))?|leave a (?:reply|comment)|"
    r"post a comment|join the (?:discussion|conversation)|what do you think\?)\W*$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"^[\W_]*(?:references|bibliography|works cited|sources|notes|endnotes|further reading)[\W_]*$",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"^\W*(?:share(?: this)?(?: (?:article|story|on \w+))?|tweet|facebook|twitter|whatsapp|"
    r"linkedin|telegram|e-?mail|print|copy link|follow us.*|reddit|pinterest)\W*$",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"^\W*(?:advertisement|sponsored|subscribe.*|sign up.*|log ?in.*|all rights reserved.*|©.*|"
    r"copyright .*|read more.*|read also.*|also read.*|related(?: (?:articles|posts|stories))?.*|"
    r"you may also like.*|more from .*|click here.*|cookie.*|privacy policy|"
    r"terms of (?:use|service)|"
    r"(?:this )?(?:image|photo|picture) (?:is |was )?(?:taken|credit|courtesy|by).*|photo:.*|"
    r"image:.*|"
    r"getty images.*|newsletter.*|tags?:.*|filed under.*|this site uses .*|skip to .*|menu|home|"
    r"listen to this article.*|\d+ min(?:ute)?s? read|you are commenting using .*|vol\. ?\d.*|"
    r"(?:e|p|l)-? ?issn.*|email: .*|connecting to %s)$",
    re.IGNORECASE,
)
_HEADING_MARK = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*]+\*\*\s*$")
_ENDS = re.compile(r"[.!?:;,…][\"”’)\]*_]*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\d+[.)]|\([a-z0-9]\)|article\b|ARTICLE\b)")
#: A line without a full stop is a heading up to so many words, and a teaser up to so many.
_HEADING, _TEASER = 8, 22
_FEW = 3


def blocks(text: str) -> tuple[Block, ...]:
    """Every line that holds a word, with its role, in order and without gaps between neighbours."""
    found: list[Block] = []
    after: str | None = None
    broken = is_broken(text)
    for match in _LINE.finditer(text):
        line = match.group()
        if not any(c.isalnum() for c in line):
            continue
        bare = line.strip().strip("*_ ")
        if _COMMENTS.match(bare):
            after = "comment"
        elif _REFERENCES.match(bare) and match.start() > len(text) // 3:
            after = "reference"
        elif after == "reference" and _HEADING_MARK.match(line):
            after = None
        role = after or _role(line, bare, len(found), broken)
        found.append(Block(match.start(), match.end(), role))
    return tuple(_joined(text, found))


def _role(line: str, bare: str, number: int, broken: bool) -> str:
    if _SHARE.match(bare):
        return "share"
    if _BOILERPLATE.match(bare):
        return "boilerplate"
    if _HEADING_MARK.match(line):
        return "heading"
    words = len(bare.split())
    if _ENDS.search(bare) or _ITEM.match(line) or (broken and words > _FEW):
        return "body"
    if words <= _HEADING or (number < _FEW and words <= _TEASER):
        return "heading"
    return "teaser" if words <= _TEASER else "body"


def is_broken(text: str) -> bool:
    """Whether the lines of a text were broken at a width."""
    lines = [line for line in text.splitlines() if line.strip()]
    long = [line for line in lines if len(line) > 40]
    open_ended = [line for line in long if not _ENDS.search(line)]
    return len(long) > 4 and len(open_ended) > len(long) // 2 and max(map(len, lines)) < 130


def _joined(text: str, found: list[Block]) -> list[Block]:
    """Neighbouring lines of one role as one block; lines of a body apart where a blank is."""
    made: list[Block] = []
    for block in found:
        if made and made[-1].role == block.role != "heading" and block.role != "teaser":
            between = text[made[-1].end : block.start]
            if between.count("\n") <= 1 or block.role != "body":
                made[-1] = Block(made[-1].start, block.end, block.role)
                continue
        made.append(block)
    return made
