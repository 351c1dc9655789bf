"""SHACL (W3C, 20 July 2017): core, SPARQL constraints, all severities.

``memory`` is pySHACL over a graph in memory; ``store`` runs over the embedded store what
``compiled`` makes of shapes, for data of any size, and leaves to pySHACL what cannot be compiled.
``paths``, ``values`` and ``constraints`` follow the chapters of the specification.
"""

from foedus.check.shacl.memory import (
    DataGraph,
    Result,
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
