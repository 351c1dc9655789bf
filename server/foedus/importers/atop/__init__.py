"""ATOP (Alliance Treaty Obligations and Provisions) to statements.

The member file is the core: one row per member, alliance and phase. ``codes`` reads what the
mapping says of the codes, ``records`` the rows, ``checks`` holds the other files against them;
``life``, ``commitments`` and ``provisions`` turn them into statements, ``difference`` lays two
releases side by side.
"""
