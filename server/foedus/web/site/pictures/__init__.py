"""Pictures as numbers: where everything of a drawing goes. The templates write the SVG.

Every picture has a table beside it with the same content, a name for screen readers, and a query
from which it can be drawn again.
"""
