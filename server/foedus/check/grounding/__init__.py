"""Is what a statement claims really in its passage? Slot by slot, down to the characters.

``words`` and ``lexicon`` know the language, ``names`` the things of the catalogue, ``quantities``
numbers and dates, ``reader`` one text, ``claim`` one statement; ``ground``, ``voice`` and
``direction`` tie the two; ``acceptances`` and ``stage`` make findings of what stays untied. What
the words of a text mean beyond that is a curator's to judge.
"""
