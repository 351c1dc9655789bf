"""Stages in a second process, so that a check takes both of two cores.

The second process is a copy of this one (fork), which has the content in memory already; what it
finds comes back through a pipe, with what it found out for later runs.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections import Counter
from collections.abc import Callable

from foedus.check.result import StageResult
from foedus.content.kept import Kept

Results = list[StageResult]


def possible() -> bool:
    """Whether this system can copy a process, and has a second core to run it."""
    return hasattr(os, "fork") and sys.platform != "darwin" and (os.cpu_count() or 1) > 1


def start(work: Callable[[], Results], names: list[str], kept: Kept) -> Callable[[], Results]:
    """Begin *work* in a second process; what is returned waits for it and gives its results.

    Where the process ends before its time, each of the stages *names* could not run.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.close(reading)
            before = set(kept.fresh)
            results = work()
            fresh = {key: data for key, data in kept.fresh.items() if key not in before}
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump((results, fresh), pipe, pickle.HIGHEST_PROTOCOL)
            code = 0
        finally:
            os._exit(code)  # nothing of the first process is finished here a second time
    os.close(writing)

    def finish() -> Results:
        with os.fdopen(reading, "rb") as pipe:
            written = pipe.read()
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            why = "the process that ran it ended before its time; try again with --processes 1"
            return [StageResult(name, could_not_run=why) for name in names]
        results, fresh = pickle.loads(written)
        kept.take(fresh)
        return list(results)

    return finish


def since(now: Counter[str], before: Counter[str]) -> dict[str, int]:
    """What was counted meanwhile, by name."""
    return {name: number for name, number in sorted((now - before).items()) if number}
