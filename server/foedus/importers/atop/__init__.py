"""ATOP (Alliance Treaty Obligations and Provisions) to statements.

The member file is the core: one row per member, alliance and phase. ``codes`` reads what the
mapping says of the codes, ``records`` the rows, ``checks`` holds the other files against them;
``life``, ``commitments`` and ``provisions`` turn them into statements. What a newer release says
otherwise is found by :mod:`foedus.importers.against_by_claim`.
"""
