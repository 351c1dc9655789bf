"""Patterns over rows of units, and the candidates they make.

:mod:`language` is how a pattern is written, :mod:`library` reads the tables beside it (one file per
kind of statement, one entry per pattern, each with examples), :mod:`voice` tells who speaks and
how, :mod:`slots` and :mod:`make` turn what a pattern found into a candidate, and :mod:`grounded`
drops what the gate
could not tie to the passage.
"""
