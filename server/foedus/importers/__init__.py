"""Reference data sets made statements in the vocabulary of Foedus.

What lives here reads the files of COW, ATOP and their like, whole or not at all, and writes N-Quads
that ``foedus build --with`` adds to the content. Nothing of the data sets themselves is here.

How a data set is added:

1. ``mappings/<name>.toml`` says what it is (title, terms, releases with citation and days covered),
   which tables it has, and for every column what it becomes (``to``) or why it becomes nothing
   (``aside``). Cells are checked by the type given there; ``blank`` says what a blank means, and
   without it none is allowed. A table that only repeats another says so (``repeats``) and is not
   read. A data set that numbers states itself adds those of no list to ``other_states.toml``.
2. A module with one function that takes :class:`~foedus.importers.registry.Given`: it asks for the
   rows of each table (``given.rows``), complains of what is wrong in a row (``row.wrong``, with a
   rule ``import-…``, the column, the message and the remedy) or odd (``row.warn``), finds states by
   code and day (``given.states.parts``), and writes things, evidence and statements
   (``given.statements``). Local names of evidence and statements come from the key of the record,
   never from its row, so that two releases can be compared record by record.
3. An entry in :func:`foedus.importers.registry.importers`.
4. An invented extract and tests in ``tests/importers/``; ``python -m foedus.importers`` writes the
   page in ``docs/data-sets/``.

tables    reading rows, and what may be wrong in a file
mapping   what becomes of each column
dates     dates in columns, made EDTF
states    from a code to a state
statements, writing, coverage   what is written
registry, running, progress     which importer, and running it
"""
