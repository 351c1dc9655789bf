"""An optional second reader: a language model that may point, and nothing more. Off by default.

``asking`` sends the sentences of an article to one address that the user named, in the form that
OpenAI's interface has made common; ``pointing`` reads the answer as what it is allowed to be: the
number of a sentence, a kind of statement, and words of that sentence for each slot. What a thing,
a concept or a speaker is, the graph says, never the model; every slot is then tied to characters by
the gate's own grounding. What remains is marked ``second-reader``.
"""
