"""The Content-Security-Policy of every answer: nothing from elsewhere, nothing inline.

Content Security Policy Level 3, section 6. No page has an exception: the query editor is the part
of YASGUI that needs none (docs/decisions/0013-the-editor-of-yasgui.md).
"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
