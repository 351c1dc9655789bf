"""What was asked of single things and need not be asked again: the last of it, and no more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Remembered(Generic[Key, Found]):
    """Answers by what they are about, those used last; safe for threads side by side.

    Only for a dataset that does not change. What was found to be nothing is remembered as well.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Found | None] = OrderedDict()
        self._lock = Lock()

    def each(
        self, keys: Iterable[Key], ask: Callable[[Sequence[Key]], Mapping[Key, Found]]
    ) -> dict[Key, Found]:
        """The answer on each of *keys* that has one; *ask* is called once, for the unknown."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Found | None] = {}
        with self._lock:
            for key in wanted:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
        missing = [key for key in wanted if key not in found]
        if missing:
            asked = ask(missing)
            new = {key: asked.get(key) for key in missing}
            found |= new
            with self._lock:
                self._kept |= new
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return {key: answer for key in wanted if (answer := found[key]) is not None}
