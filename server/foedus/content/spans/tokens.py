"""The tokens of Turtle and TriG (RDF 1.1 Turtle, section 6.5; RDF 1.1 TriG, section 4.5).

Made for text that the parser has accepted: a pattern here may match more than the grammar allows,
never less. A literal is one token with its language tag or datatype.
"""

from __future__ import annotations

import re

#: What stands between tokens: white space and comments.
GAP = r"(?>[ \t\r\n]+|\#[^\r\n]*)*+"
_IRI = r"<(?!<)[^<>]*>"
#: A character of a name: none of the ASCII that ends one, and no full stop, which may not end it.
_CHAR = r"(?:[^\x00-\x24\x26-\x2c\x2e\x2f\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]|\\.)"
_NAME = rf"{_CHAR}++(?:\.+{_CHAR}++)*"
# A quotation mark belongs to a long text where the three that end it do not begin with it.
_LONG = (
    r"\"{3}[^\"\\]*(?:(?:\\.|\"(?!\"\"(?!\")))[^\"\\]*)*\"{3}"
    r"|'{3}[^'\\]*(?:(?:\\.|'(?!''(?!')))[^'\\]*)*'{3}"
)
_SHORT = r"\"[^\"\\\r\n]*(?:\\.[^\"\\\r\n]*)*\"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"

#: One token with the gap before it. ``later`` is what only RDF 1.2 has.
TOKEN = re.compile(
    rf"""
    {GAP}
    (?:
      (?P<mark>[;,\[\]()}}]|\.(?![0-9])|\{{(?!\|))
    | (?P<text>(?:{_LONG}|{_SHORT})
               (?:{GAP}\^\^{GAP}(?:{_IRI}|{_NAME})|{GAP}@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)?)
    | (?P<iri>{_IRI})
    | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?
                 |[0-9]+\.[0-9]+|[0-9]+))
    | (?P<name>{_NAME})
    | (?P<directive>@(?:prefix|base)\b)
    | (?P<later><<|>>|\{{\||\|\}}|~|@version\b)
    | (?P<end>\Z)
    | (?P<other>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
