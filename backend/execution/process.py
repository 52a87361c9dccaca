"""A measuring process: its pipes, its process group, its end. Messages are JSON lines both ways."""

from __future__ import annotations

import io
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from backend.execution.events import Cancelled
from backend.execution.log_tail import LogTail

_POLL = 0.05             # seconds between looks at `cancelled` while the process is silent
_LINE_LIMIT = 1 << 26    # bytes; a longer line is no message
_DRAIN_PATIENCE = 1.0    # seconds; a descendant with a session of its own may hold the pipes open
_KILL_PATIENCE = 10.0    # seconds; a process in the middle of a driver call dies late
_GUARD = 'read _; kill -s KILL -- "-$0"'


class ProcessExited(Exception):
    """The measuring process has ended; its last message has been received before."""

    def __init__(self, returncode: int):
        super().__init__(f"the measuring process ended with {returncode}")
        self.returncode = returncode


class ProcessSilent(Exception):
    """No message came in time."""


class MeasuringProcess:
    """Starts the command in a session, hence a process group, of its own.

    When it ends, whatever is left of its group is killed and it is reaped, by a thread of this object. When
    this process dies, even by SIGKILL, a shell that waits on a pipe from it kills the group: the parent-death
    signal of Linux would reach the child alone, and only while the thread that started it lives.
    """

    def __init__(self, command: Sequence[str], *, environment: Mapping[str, str], folder: Path):
        self.log = LogTail()
        self._messages: queue.SimpleQueue[dict[str, Any] | ProcessExited] = queue.SimpleQueue()
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0}
        self._process = subprocess.Popen(
            command, env=environment, cwd=folder, start_new_session=True, **pipes
        )
        self.pid = self._process.pid
        try:
            self._guard = _start_guard(self.pid)
        except OSError:
            self._process.kill()
            self._process.communicate()
            raise
        self._readers = (
            _thread(self._read_messages, self._process.stdout),
            _thread(self._read_log, self._process.stderr),
        )
        self._reaper = _thread(self._reap)

    @property
    def alive(self) -> bool:
        return self._reaper.is_alive()

    def send(self, message: Mapping[str, Any]) -> None:
        """Writes the message from a thread: a process that does not read must not stop its supervisor."""
        _thread(self._write, json.dumps(message).encode() + b"\n")

    def receive(self, *, until: float, cancelled: threading.Event) -> dict[str, Any]:
        """The next message. Raises Cancelled, ProcessExited, or ProcessSilent at `until` (monotonic)."""
        while not cancelled.is_set():
            late = time.monotonic() >= until
            with suppress(queue.Empty):
                message = self._messages.get(timeout=0 if late else _POLL)
                if isinstance(message, ProcessExited):
                    raise message
                return message
            if late:
                raise ProcessSilent
        raise Cancelled

    def kill(self) -> None:
        """Kills the process and its group at once and waits for its end."""
        if self.alive:
            self._kill_group()
        self._reaper.join(_KILL_PATIENCE)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):   # PermissionError: only zombies left, on macOS
            os.killpg(self.pid, signal.SIGKILL)

    def _reap(self) -> None:
        returncode = self._process.wait()
        self._kill_group()
        for reader in self._readers:
            reader.join(_DRAIN_PATIENCE)
        self._guard.kill()
        self._guard.wait()
        for pipe in (self._guard.stdin, self._process.stdin):
            with suppress(OSError):
                pipe.close()
        self._messages.put(ProcessExited(returncode))

    def _read_messages(self, pipe: IO[bytes]) -> None:
        with io.BufferedReader(pipe) as lines:
            while line := lines.readline(_LINE_LIMIT):
                message = _message(line)
                if message is None:   # a library that prints, or half a line of a process that died
                    self.log.write(line)
                else:
                    self._messages.put(message)

    def _read_log(self, pipe: IO[bytes]) -> None:
        with pipe:
            while data := pipe.read(65_536):
                self.log.write(data)

    def _write(self, data: bytes) -> None:
        with suppress(OSError, ValueError):   # it died: `receive` says so
            while data:
                data = data[self._process.stdin.write(data):]


def _start_guard(group: int) -> subprocess.Popen:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = ("/bin/sh", "-c", _GUARD, str(group))
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, **quiet)


def _message(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("type"), str) else None


def _thread(target, *arguments) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread
