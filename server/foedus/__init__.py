"""Foedus: a knowledge graph of alliances, treaties, commitments and states.

This package is the program. What it reads (ontology, statements, shapes, questions) is content:
files beside it in a checkout, or carried inside the installed package.
"""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("foedus")
except PackageNotFoundError:  # imported from a source tree that was never installed
    __version__ = "0+unknown"
