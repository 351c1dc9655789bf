"""The review report of a change: Markdown for somebody who knows no RDF.

A comment on a pull request holds 65,536 characters: a longer report is cut between entries, from
the least important section upwards, and says what it left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from foedus.diff.difference import Changes, Difference, Item

#: What the comment of a pull request holds, in characters.
LIMIT = 65_536

#: Section, what it says of the added, removed and changed; the most important first.
_SECTIONS = (
    ("disputes", "Disputes", "Newly disputed", "No longer disputed", "Disputed otherwise"),
    ("types", "What things are", "Now follows", "Follows no longer", ""),
    ("statements", "Statements", "Added", "Withdrawn", "Changed"),
    ("facts", "Facts", "Gained", "Lost", "Changed"),
    ("answers", "Answers to the questions", "", "", "Answered otherwise"),
    ("things", "Things and terms", "Added", "Removed", "Changed"),
    (
        "files",
        "Ontology, rules, shapes, questions",
        "Files added",
        "Files removed",
        "Files changed",
    ),
)


def as_markdown(difference: Difference, limit: int = LIMIT) -> str:
    """The report, at most *limit* characters (at least 1,000)."""
    if not difference:
        return "# What this change means\n\nNothing: both say the same.\n"
    head = f"# What this change means\n\n{_summary(difference)}\n"
    blocks = list(_blocks(difference))
    # The note of what was left out must fit too.
    room, kept, left = limit - len(head) - 120, [], 0
    for block in blocks:
        if not left and len(block) <= room:
            kept.append(block)
            room -= len(block)
        else:
            left += block.startswith("- ")
    if left:
        kept.append(
            f"\n*{left:,} more entries are not shown: the report ends at {limit:,} characters.*\n"
        )
    return head + "".join(kept)


def _summary(difference: Difference) -> str:
    parts = []
    for name, title, added, removed, changed in _SECTIONS:
        changes: Changes = getattr(difference, name)
        said = [
            f"{len(items):,} {word.lower()}"
            for word, items in (
                (added, changes.added),
                (removed, changes.removed),
                (changed, changes.changed),
            )
            if items
        ]
        if said:
            parts.append(f"**{title}**: {', '.join(said)}.")
    return "  \n".join(parts)


def _blocks(difference: Difference) -> Iterator[str]:
    for name, title, added, removed, changed in _SECTIONS:
        changes: Changes = getattr(difference, name)
        if not changes:
            continue
        yield f"\n## {title}\n"
        for heading, items in (
            (added, changes.added),
            (removed, changes.removed),
            (changed, changes.changed),
        ):
            if items:
                yield f"\n### {heading} ({len(items):,})\n\n"
                yield from map(_entry, items)


def _entry(item: Item) -> str:
    where = f" — `{item.place[0]}:{item.place[1]}`" if item.place else ""
    lines = [f"- {_plain(item.label)}{where}"]
    lines += [f"    - {_plain(line)}" for line in _few(item.details)]
    return "\n".join(lines) + "\n"


def _few(details: Sequence[str], most: int = 12) -> Iterator[str]:
    yield from details[:most]
    if len(details) > most:
        yield f"and {len(details) - most:,} more"


#: Characters that Markdown, HTML or a forge (@name) would act upon.
_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "\\`*_[]|#"}
    | {"<": "&lt;", ">": "&gt;", "@": "&#64;"}
)


def _plain(text: str) -> str:
    """*text* on one line, as it stands."""
    return " ".join(text.split()).translate(_ESCAPES)
