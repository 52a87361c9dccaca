"""Answers from supervised children that give one and end: at once, or in a thread beside the server."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.execution.events import Cancelled
from backend.execution.jobs import ProcessKey
from backend.execution.process import MeasuringProcess, ProcessExited, ProcessSilent
from backend.execution.process_environment import process_environment

_ROOT = Path(__file__).parents[2]
Answer = Callable[[Any, threading.Event], Any]   # (question, cancelled) -> its answer, else it raises


class NoAnswer(Exception):
    """The process gave no answer; the message says why."""


def answer(
    command: Sequence[str], kind: str, *, key: ProcessKey, seconds: float, cancelled: threading.Event
) -> Mapping[str, Any]:
    """The message of this type that the command prints. Raises NoAnswer where there is none, or Cancelled."""
    if cancelled.is_set():
        raise Cancelled
    process = MeasuringProcess(command, folder=_ROOT, environment=process_environment(key, os.environ))
    try:
        until = time.monotonic() + seconds
        while (message := process.receive(until=until, cancelled=cancelled))["type"] != kind:
            pass
    except ProcessExited as exited:
        raise NoAnswer(process.log.last_line or f"it ended with exit code {exited.returncode}") from exited
    except ProcessSilent:
        raise NoAnswer(f"it took longer than {seconds:g} s and was stopped") from None
    finally:
        process.kill()
    return {name: value for name, value in message.items() if name != "type"}


@dataclass
class _State:
    """What is being answered, and what became of what could not be."""

    running: dict[Hashable, float] = field(default_factory=dict)   # when it was asked, monotonic
    failed: dict[Hashable, str] = field(default_factory=dict)


class Answers:
    """`start` answers in a thread and hands the answer to `keep`, one after another; a question that is being answered
    is not asked twice."""

    def __init__(self, answer: Answer):
        self._answer = answer
        self._lock, self._turn = threading.Lock(), threading.Semaphore()
        self._state, self._closed = _State(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, question: Hashable, keep: Callable[[Any], Any]) -> None:
        with self._lock:
            if question in self._state.running or self._closed.is_set():
                return
            self._state.running[question] = time.monotonic()
            self._state.failed.pop(question, None)
            thread = threading.Thread(target=self._work, args=(question, keep), name="answers", daemon=True)
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def running(self, question: Hashable) -> float | None:
        """Seconds since the question was asked; None where it is not being answered."""
        with self._lock:
            since = self._state.running.get(question)
        return None if since is None else time.monotonic() - since

    def failure(self, question: Hashable) -> str:
        """Why there is no answer, where the last attempt gave none."""
        with self._lock:
            return self._state.failed.get(question, "")

    def close(self) -> None:
        """Kills what runs and waits for its end."""
        self._closed.set()
        for thread in self._threads:
            thread.join()

    def _work(self, question: Hashable, keep: Callable[[Any], Any]) -> None:
        reason = ""
        try:
            with self._turn:
                keep(self._answer(question, self._closed))
        except Cancelled:
            reason = "it was cancelled"
        except Exception as error:   # the boundary of the thread: the page shows the sentence
            reason = str(error) or type(error).__name__
        with self._lock:
            if reason:
                self._state.failed[question] = reason
            del self._state.running[question]
