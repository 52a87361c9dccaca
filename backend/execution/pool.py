"""Warm measuring processes: at most a few, each ready, the one used longest ago given up first."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from backend.execution.jobs import ProcessKey
from backend.execution.process import MeasuringProcess, ProcessExited, ProcessSilent
from backend.execution.process_environment import process_environment

WORKER = (sys.executable, "-m", "backend.bench.worker")
_ROOT = Path(__file__).parents[2]


class StartError(Exception):
    """A measuring process could not be started; the message says why, and `killed` whether somebody killed it."""

    def __init__(self, message: str, *, killed: bool = False):
        super().__init__(message)
        self.killed = killed


class Pool:
    """`take` gives a process that is ready, and it is the taker's until `give_back`."""

    def __init__(self, command: Sequence[str], *, size: int, idle_limit: float):
        self._command = tuple(command)
        self._size = size
        self._idle_limit = idle_limit
        self._idle: dict[ProcessKey, MeasuringProcess] = {}   # the one used longest ago stands first

    def take(self, key: ProcessKey, *, start_timeout: float, cancelled: threading.Event) -> MeasuringProcess:
        """A ready process, warm if there is one. Raises StartError, or Cancelled."""
        if (warm := self._idle.pop(key, None)) is not None:
            if warm.alive:
                return warm
            warm.kill()
        while len(self._idle) >= self._size:
            self._drop(next(iter(self._idle)))
        return self._start(key, start_timeout, cancelled)

    def give_back(self, key: ProcessKey, process: MeasuringProcess) -> None:
        process.last_used = time.monotonic()
        self._idle[key] = process

    def close_idle(self) -> None:
        """Ends the processes that have been idle for longer than the limit."""
        now = time.monotonic()
        for key in [key for key, each in self._idle.items() if now - each.last_used > self._idle_limit]:
            self._drop(key)

    def close(self) -> None:
        for key in list(self._idle):
            self._drop(key)

    def _drop(self, key: ProcessKey) -> None:
        self._idle.pop(key).kill()

    def _start(self, key: ProcessKey, start_timeout: float, cancelled: threading.Event) -> MeasuringProcess:
        framework, device, threads = key
        asked = ("--framework", framework, "--device", device, "--threads", str(threads))
        what = f"the measuring process for {framework} on {device}"
        try:
            process = MeasuringProcess(
                (*self._command, *asked), environment=process_environment(key, os.environ), folder=_ROOT
            )
        except OSError as error:
            raise StartError(f"{what} could not be started: {error}") from error
        until = time.monotonic() + start_timeout
        try:
            while process.receive(until=until, cancelled=cancelled)["type"] != "ready":
                pass
            return process
        except ProcessExited as exited:
            reason = process.log.last_line or f"it ended with exit code {exited.returncode}"
            raise StartError(f"{what} could not start: {reason}", killed=exited.returncode < 0) from exited
        except ProcessSilent as silent:
            process.kill()
            raise StartError(f"{what} was not ready after {start_timeout:g} s") from silent
        except BaseException:
            process.kill()
            raise
