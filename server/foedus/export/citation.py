"""How to cite: BibTeX, and CSL-JSON 1.0 for everything that formats references.

What is cited is an IRI that does not change. The year is that of the end of knowledge of the
release: there is no clock in a release, and it cannot tell of anything later.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

AUTHOR = "The Foedus contributors"
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference says. ``year`` and ``source`` (whose word a statement is) may be empty."""

    iri: str
    title: str
    release: str
    version: str
    year: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """A key for BibTeX: the path of the IRI in plain letters."""
        path = self.iri.split("/", 3)[-1] if "://" in self.iri else self.iri
        plain = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-").lower()
        return plain[:80].rstrip("-") or "foedus"

    @property
    def note(self) -> str:
        """The release, and whose word it is."""
        said = f"Release {self.release}"
        return f"{said}. According to: {self.source}" if self.source else said


def bibtex(citation: Citation) -> str:
    """An entry for BibTeX; ``@misc``, since the standard styles know no data sets."""
    fields = {
        "author": "{" + _escaped(AUTHOR) + "}",
        "title": "{" + _escaped(citation.title) + "}",
        "howpublished": _escaped(f"Foedus, version {citation.version}"),
        "year": citation.year,
        "note": _escaped(citation.note),
        "url": citation.iri.replace("{", "%7B").replace("}", "%7D"),
    }
    lines = [f"  {name:<12} = {{{text}}}" for name, text in fields.items() if text]
    return f"@misc{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def csl(citation: Citation) -> str:
    """The same as CSL-JSON: an array with one item."""
    item: dict[str, object] = {
        "id": citation.key,
        "type": "dataset",
        "title": citation.title,
        "author": [{"literal": AUTHOR}],
        "container-title": "Foedus",
        "version": citation.version,
        "note": citation.note,
        "URL": citation.iri,
    }
    if citation.year:
        item["issued"] = {"date-parts": [[int(citation.year)]]}
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def _escaped(text: str) -> str:
    return " ".join(text.translate(_SPECIAL).split())
