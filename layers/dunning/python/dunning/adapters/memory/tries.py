"""Counters in memory: the fake of `dynamodb/tries.py`."""

from threading import Lock


class MemoryTries:
    """Counters by key; nothing is forgotten by itself."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def take(self, key: str, most: int, until: int) -> bool:
        with self._lock:
            count = self._counts.get(key, 0)
            if count >= most:
                return False
            self._counts[key] = count + 1
            return True

    def forget(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)
