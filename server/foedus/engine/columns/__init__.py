"""A second evaluator, over columns of numbers, for the questions that look at very many solutions.

=====================  ======================================================================
:mod:`.store`          the columns: built once, in memory that the workers share
:mod:`.shapes`         which queries are answered from them
:mod:`.terms`          terms and their numbers
:mod:`.joins`          triple patterns, joined for all solutions at once
:mod:`.conditions`     FILTER and BIND; what is no comparison of numbers is asked of the engine
:mod:`.answering`      grouping, ordering, and the answer
=====================  ======================================================================

Its answers are the engine's, row for row; what the specification leaves open (the order of rows
without ORDER BY, or of rows that compare equal) may come out otherwise, but always the same for the
same dataset and query. Whether a query is answered here depends on nothing but the two.
"""

from foedus.engine.columns.answering import Answering
from foedus.engine.columns.store import Columns, abandon, room, shared

__all__ = ["Answering", "Columns", "abandon", "room", "shared"]
