"""The page on which a curator reviews what an article seems to say. For this machine alone.

``guard`` keeps out everybody but the one who was given the address; ``app`` has the routes over a
:class:`~foedus.assist.review.desk.Desk`; ``marking`` cuts the text where candidates begin and end;
``running`` starts it for ``foedus review --page``. Nothing here is part of ``foedus serve``.
"""
