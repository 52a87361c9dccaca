"""The end of what a process wrote: bounded, written by one thread and read by others."""

from __future__ import annotations

import threading

_LIMIT = 16_384   # bytes: some screens of text


class LogTail:
    """Keeps the last bytes written; `news` gives what the last call of `news` had not seen."""

    def __init__(self, limit: int = _LIMIT):
        self._limit = limit
        self._lock = threading.Lock()
        self._kept = b""
        self._unread = 0

    def write(self, data: bytes) -> None:
        with self._lock:
            self._kept = (self._kept + data)[-self._limit:]
            self._unread = min(self._unread + len(data), self._limit)

    def news(self) -> str:
        with self._lock:
            fresh = self._kept[len(self._kept) - self._unread:]
            self._unread = 0
        return fresh.decode(errors="replace")

    @property
    def text(self) -> str:
        with self._lock:
            return self._kept.decode(errors="replace")

    @property
    def last_line(self) -> str:
        """The last line that is not blank, or an empty string."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return lines[-1] if lines else ""
