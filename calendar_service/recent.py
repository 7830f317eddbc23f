"""What was asked for last, kept up to a limit."""

from _thread import allocate_lock  # threading takes longer to import, and holds the same
from collections import OrderedDict
from typing import Any, Generic, TypeVar

_V = TypeVar("_V")


class Recent(Generic[_V]):
    """What was asked for last, up to a limit; several threads may use it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._size = 0
        self._kept: OrderedDict[Any, tuple[_V, int]] = OrderedDict()
        self._lock = allocate_lock()

    def get(self, key: object) -> _V | None:
        """Return what is kept under *key*, which is then the last to fall out."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: object, value: _V, size: int = 1) -> None:
        """Keep *value*; what was asked for longest ago falls out for it."""
        with self._lock:
            self._size += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, size)
            while self._size > self.limit:
                self._size -= self._kept.popitem(last=False)[1][1]
