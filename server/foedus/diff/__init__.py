"""What a change to the content means: two states of it compared, told to a reviewer.

``sides`` derives each state, ``revisions`` finds it (a folder, or a revision of a git repository),
``difference`` compares, ``report`` tells it in Markdown to somebody who knows no RDF.
"""

from foedus.diff.difference import Difference, compare
from foedus.diff.report import as_markdown
from foedus.diff.revisions import find_revision
from foedus.diff.sides import Side, derive_side

__all__ = ["Difference", "Side", "as_markdown", "compare", "derive_side", "find_revision"]
