"""From a new article to candidate statements, each with its passage.

:mod:`model` has what passes between the rooms; :mod:`interchange` its form in JSON; :mod:`reading`
makes a :class:`~foedus.assist.model.Document` of a file; :mod:`mentions` finds things in it;
:mod:`patterns` what it says of them; :mod:`comparing` what that changes in the graph; and
:mod:`writing` the Turtle of a source. Nothing here decides: a curator accepts, corrects or rejects.
"""
