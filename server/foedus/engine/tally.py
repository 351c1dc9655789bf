"""What the evaluator has done, counted: for whoever runs the service, not for those who ask."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from foedus.engine.errors import EngineFailed, LimitReached, QuerySyntaxError
from foedus.engine.guard import CheckedQuery

#: Every figure: whether it is a ``counter`` or a ``gauge``, and what it says.
FIGURES: Mapping[str, tuple[str, str]] = {
    "answered": ("counter", "Evaluations that ended with a whole answer."),
    "refused": ("counter", "Evaluations that ended at what the query itself says."),
    "limited": ("counter", "Evaluations that a limit ended, the queue's among them."),
    "broken": ("counter", "Evaluations in which the engine broke down."),
    "left": ("counter", "Evaluations ended because nobody wanted the rest of the answer."),
    "seconds": ("counter", "Seconds spent on evaluations, waiting included."),
    "moved": ("counter", "Queries that a worker for light ones handed on."),
    "replaced": ("counter", "Workers that were killed, or had died, and were replaced."),
    "waiting": ("gauge", "Queries that wait for a worker."),
    "busy": ("gauge", "Workers that evaluate."),
    "busy_light": ("gauge", "Workers for light queries that evaluate."),
    "locks": ("gauge", "Locks on each worker: 1 descriptors, 2 descriptors and seccomp."),
}
_COUNTERS = tuple(name for name, (kind, _) in FIGURES.items() if kind == "counter")


class Tally:
    """Counters that many threads add to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._seconds = 0.0

    def add(self, name: str) -> None:
        """Count one more of *name*."""
        with self._lock:
            self._counts[name] += 1

    def counts(self) -> dict[str, float]:
        """Every counter of :data:`FIGURES`, from zero."""
        with self._lock:
            counted: dict[str, float] = {name: self._counts[name] for name in _COUNTERS}
            return counted | {"seconds": self._seconds}

    @contextlib.contextmanager
    def evaluation(
        self, checked: CheckedQuery, observer: Callable[[CheckedQuery, float, str], None] | None
    ) -> Iterator[None]:
        """Count one evaluation by how it ends, and tell *observer* of it."""
        begun, outcome = time.monotonic(), "broken"
        try:
            yield
            outcome = "answered"
        except LimitReached:
            outcome = "limited"
            raise
        except QuerySyntaxError:
            outcome = "refused"
            raise
        except EngineFailed:
            raise
        except GeneratorExit:
            outcome = "left"
            raise
        except Exception:
            outcome = "refused"
            raise
        finally:
            seconds = time.monotonic() - begun
            with self._lock:
                self._counts[outcome] += 1
                self._seconds += seconds
            if observer:
                observer(checked, seconds, outcome)
