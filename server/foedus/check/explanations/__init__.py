"""Why the ontology is inconsistent, or a class can have no member, with places and passages.

What clashes is found in :mod:`foedus.graph.justification`; here each line of it gets its place: the
file and line of an axiom, the statements behind a fact and the offsets of their passages.
"""

from foedus.check.explanations.clash import explain_clash, explain_class
from foedus.check.explanations.told import what_clashes

__all__ = ["explain_clash", "explain_class", "what_clashes"]
