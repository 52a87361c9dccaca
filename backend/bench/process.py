"""The measuring process as the system sees it: its memory, its end, its input."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading


def die_with_parent() -> None:
    """Asks the kernel to kill this process when the thread that started it ends (Linux); watching standard input
    does the same elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)   # PR_SET_PDEATHSIG


def give_memory_back() -> None:
    """Returns what is free to the system (glibc), which a measuring process keeps from call to call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def kill_group() -> None:
    """Ends this process and whatever it started."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def lines_until_end(stream, put) -> threading.Thread:
    """A thread that gives every line of the stream to `put`; at its end nobody wants results, and all is killed."""
    def read():
        for line in stream:
            put(line)
        put(None)
        kill_group()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
