"""What a text speaks of: known things by all their names, new names, offices, dates, numbers, and
what is meant again by a noun or a pronoun. :func:`~foedus.assist.mentions.read.read` does it all.
"""
