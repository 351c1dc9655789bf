"""Every command, a few lines each: what it does lives in the rooms.

One module for each kind of command; importing them puts the commands into the group ``main``.
"""

from foedus.cli import articles, asking, content, importing
from foedus.cli.options import main

__all__ = ["articles", "asking", "content", "importing", "main"]
