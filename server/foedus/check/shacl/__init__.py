"""SHACL (W3C, 20 July 2017): core, SPARQL constraints, all severities.

``memory`` is pySHACL over a graph in memory; ``store`` runs over the embedded store what
``compiled`` makes of shapes, for data of any size, and leaves to pySHACL what cannot be compiled;
``plan`` is that as plain values, and how it is asked.
``paths``, ``values`` and ``constraints`` follow the chapters of the specification.
"""

import importlib
from typing import TYPE_CHECKING, Any

from foedus.check.shacl.results import Result

if TYPE_CHECKING:
    from foedus.check.shacl.memory import (
        DataGraph,
        Shapes,
        focus_nodes,
        part_of,
        path_text,
        prepare,
        to_rdflib,
        validate,
    )

__all__ = [
    "DataGraph",
    "Result",
    "Shapes",
    "focus_nodes",
    "part_of",
    "path_text",
    "prepare",
    "to_rdflib",
    "validate",
]


def __getattr__(name: str) -> Any:
    """What needs pySHACL, which is read when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("foedus.check.shacl.memory"), name)
