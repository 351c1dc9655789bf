"""Why a question was not answered. What that means in HTTP is the web's business."""

from __future__ import annotations


class QueryError(Exception):
    """Base of everything that keeps a question from being answered."""


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query.

    ``line`` and ``column`` count from 1; ``expected`` says what could stand there; ``hint`` what
    to write instead, where that is known; ``excerpt`` is the line with a caret under the place.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        expected: str | None = None,
        hint: str | None = None,
        text: str = "",
    ) -> None:
        super().__init__(message)
        self.line, self.column = line, column
        self.expected, self.hint = expected, hint
        self.text = text
        self.excerpt = excerpt(text, line, column)

    @property
    def message(self) -> str:
        """The finding without its place."""
        return str(self.args[0])

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        hint = f". {self.hint}" if self.hint else ""
        return f"{place}{self.message}{expected}{hint}"


class QueryRefused(QueryError):
    """The text asks for what this service never does (writing, fetching, nesting too deep)."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class LimitReached(QueryError):
    """A named limit (a field of :class:`~foedus.engine.limits.Limits`) ended the evaluation."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit


class EngineFailed(QueryError):
    """The engine broke, or cannot be reached. The question may be all right."""


class EngineUnreachable(EngineFailed):
    """An engine elsewhere cannot be asked just now: gone, or not whole yet."""


class EngineTooSlow(EngineFailed):
    """An engine elsewhere did not answer in time."""


class EngineAnswersNonsense(EngineFailed):
    """An engine elsewhere answered with what is no answer."""


class ServiceFailed(QueryError):
    """A service that SERVICE names did not answer as it should. The question may be all right."""


def excerpt(text: str, line: int | None, column: int | None) -> str:
    """The line of *text* with a caret under the column, at most 100 characters of it."""
    lines = text.splitlines()
    if not line or not column or line > len(lines):
        return ""
    shown, start = lines[line - 1].replace("\t", " "), 0
    if len(shown) > 100:
        start = max(0, column - 60)
        shown = shown[start : start + 100]
    return f"{shown}\n{' ' * max(0, column - 1 - start)}^"
