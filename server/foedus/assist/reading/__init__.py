"""From a file to a :class:`~foedus.assist.model.Document`: the text is fixed once.

:mod:`files` decodes and chooses the form; :mod:`markup` takes the article out of HTML and reads
Markdown; :mod:`blocks` tells the body from headings, comments, teasers and the rest; :mod:`about`
proposes title, author, publisher and day; :mod:`language` says whether it is English.
"""

from foedus.assist.reading.files import document_of, read_file

__all__ = ["document_of", "read_file"]
