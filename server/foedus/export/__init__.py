"""A release taken away: tables, networks, dumps, catalogues and citations.

Everything here is made from a release alone, the same bytes each time, without a clock and without
the network. Nothing here knows HTTP.
"""
