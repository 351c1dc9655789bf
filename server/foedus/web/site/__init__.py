"""The pages: what is asked of the release, what a page shows of it, pictures, and the routes.

``asked`` holds the questions, one module for each topic; ``views`` turns answers into what a
template writes; ``pictures`` draws. Every page is complete without script.
"""

from foedus.web.site.site import Site

__all__ = ["Site"]
