"""Signals that end a command, as an event that whoever works looks at."""

from __future__ import annotations

import signal
import threading

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def cancelled_by_signals() -> threading.Event:
    """Set by the first signal that would end the process; one that is ignored, as under nohup, stays so."""
    cancelled = threading.Event()
    for name in _ENDING:
        number = getattr(signal, name, None)   # there is no SIGHUP on Windows
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            # by a thread: the one that is interrupted may hold the event's lock, and would wait for itself
            signal.signal(number, lambda *_: threading.Thread(target=cancelled.set).start())
    return cancelled
