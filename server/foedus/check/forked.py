"""Work in a second process that is a copy of this one and has its data in memory already."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def possible() -> bool:
    """Whether this system can copy a process, and has a second core to run it."""
    return hasattr(os, "fork") and sys.platform != "darwin" and (os.cpu_count() or 1) > 1


def start(work: Callable[[], T]) -> Callable[[], T | None]:
    """Begin *work* in a second process; what is returned waits for it and gives its value.

    ``None`` where the process ended before its time.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.close(reading)
            made = work()
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(made, pipe, pickle.HIGHEST_PROTOCOL)
            code = 0
        finally:
            os._exit(code)  # nothing of the first process is finished here a second time
    os.close(writing)

    def finish() -> T | None:
        with os.fdopen(reading, "rb") as pipe:
            written = pipe.read()
        _, status = os.waitpid(process, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            return None
        made: T = pickle.loads(written)
        return made

    return finish
