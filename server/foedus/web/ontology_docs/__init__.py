"""Documentation of the ontology, made from the ontology itself.

``codebook`` reads terms out of triples, ``uses`` finds them in the data and in the questions,
``diagrams`` draws them, ``versions`` keeps what earlier versions said and tells the difference,
``pages`` binds all of it to addresses below ``/ontology``.
"""
