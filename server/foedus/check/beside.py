"""Stages in a second process, so that a check takes both of two cores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from foedus.check import forked
from foedus.check.result import StageResult
from foedus.content.kept import Kept

Results = list[StageResult]


def start(work: Callable[[], Results], names: list[str], kept: Kept) -> Callable[[], Results]:
    """Begin *work* in a second process; what is returned waits for it and gives its results.

    What it found out for later runs is added to *kept*. Where the process ends before its time,
    each of the stages *names* could not run.
    """
    before = set(kept.fresh)

    def there() -> tuple[Results, dict[bytes, bytes]]:
        results = work()
        return results, {key: data for key, data in kept.fresh.items() if key not in before}

    wait = forked.start(there)

    def finish() -> Results:
        found = wait()
        if found is None:
            why = "the process that ran it ended before its time; try again with --processes 1"
            return [StageResult(name, could_not_run=why) for name in names]
        kept.take(found[1])
        return found[0]

    return finish


def since(now: Counter[str], before: Counter[str]) -> dict[str, int]:
    """What was counted meanwhile, by name."""
    return {name: number for name, number in sorted((now - before).items()) if number}
