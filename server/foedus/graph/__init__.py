"""From statements to the triples of a release: bounds, facts, types, disputes, description, digest.

Everything here works on datasets in memory; :mod:`foedus.release` composes it and writes files.
"""
