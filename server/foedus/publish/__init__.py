"""A release into an engine elsewhere: `foedus publish`.

:mod:`.publishing` is the order of the steps, :mod:`.store` the way in, :mod:`.proof` what shows
that everything arrived.
"""

from foedus.publish.publishing import Published, publish

__all__ = ["Published", "publish"]
