"""Certificates made beside the server: `python -m backend certify` as a supervised child, one at a time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.environment import certificate_source
from backend.execution.events import Cancelled
from backend.execution.process import MeasuringProcess, ProcessExited, ProcessSilent
from backend.execution.process_environment import process_environment
from backend.spec import Case

CERTIFY = (sys.executable, "-m", "backend", "certify")
SECONDS = 300.0   # that a certificate may take
_ROOT = Path(__file__).parents[2]


class NotCertified(Exception):
    """The process gave no certificate; the message says why."""


@dataclass(frozen=True)
class Question:
    """A product on a problem in a mode, and the channels inside and outside of the family that is counted."""

    case: Case
    inner: int = 1
    outer: int = 1

    def arguments(self) -> tuple[str, ...]:
        """What to ask `certify` for."""
        case, problem = self.case, self.case.problem
        given = {
            "framework": case.framework, "setting": problem.setting, "parity": problem.parity, "l1": problem.l1,
            "l2": problem.l2, "l-out": problem.l_out, "dtype": case.dtype, "device": case.device,
            "layout": case.layout, "compilation": case.compilation, "inner": self.inner, "outer": self.outer,
        }
        if problem.spread:
            given |= {"mixing": problem.mixing, "weights": problem.weights}
        options = (part for name, value in given.items() for part in (f"--{name}", str(value)))
        return (f"{case.product}:{case.variant}", *options)

    def asked(self) -> dict[str, Any]:
        """What a stored certificate must have to be the answer, its sources and versions among it."""
        case, problem = self.case, self.case.problem
        return {
            "product": case.product, "variant": case.variant, "framework": case.framework, "device": case.device,
            "dtype": case.dtype, "layout": case.layout, "compilation": case.compilation, "setting": problem.setting,
            "parity": problem.parity, "l1": problem.l1, "l2": problem.l2, "l_out": problem.l_out,
            "mixing": problem.mixing, "mixing_weights": problem.weights, "inner": self.inner, "outer": self.outer,
            "source": certificate_source(case.product, case.framework),
        }


@dataclass
class _State:
    """What is being certified, and what became of what could not be."""

    running: dict[Question, float] = field(default_factory=dict)   # when it was asked for, monotonic
    failed: dict[Question, str] = field(default_factory=dict)


class Certifier:
    """`start` certifies in a thread and hands the certificate to `keep`; a question that runs is not asked twice."""

    def __init__(self, command: Sequence[str] = CERTIFY, *, seconds: float = SECONDS) -> None:
        self._command, self._seconds = tuple(command), seconds
        self._lock, self._turn = threading.Lock(), threading.Semaphore()
        self._state, self._closed = _State(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, question: Question, keep: Callable[[Mapping[str, Any]], None]) -> None:
        with self._lock:
            if question in self._state.running or self._closed.is_set():
                return
            self._state.running[question] = time.monotonic()
            self._state.failed.pop(question, None)
            thread = threading.Thread(target=self._work, args=(question, keep), name="certifier", daemon=True)
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()

    def running(self, question: Question) -> float | None:
        """Seconds since the question was asked; None where it is not being answered."""
        with self._lock:
            since = self._state.running.get(question)
        return None if since is None else time.monotonic() - since

    def failure(self, question: Question) -> str:
        """Why there is no certificate, where the last attempt gave none."""
        with self._lock:
            return self._state.failed.get(question, "")

    def close(self) -> None:
        """Kills what runs and waits for its end."""
        self._closed.set()
        for thread in self._threads:
            thread.join()

    def _work(self, question: Question, keep: Callable[[Mapping[str, Any]], None]) -> None:
        reason = ""
        try:
            with self._turn:
                keep(certificate(question, command=self._command, seconds=self._seconds, cancelled=self._closed))
        except Cancelled:
            reason = "it was cancelled"
        except Exception as error:   # the boundary of the thread: the page shows the sentence
            reason = str(error) or type(error).__name__
        with self._lock:
            if reason:
                self._state.failed[question] = reason
            del self._state.running[question]


def certificate(
    question: Question, *, cancelled: threading.Event, command: Sequence[str] = CERTIFY, seconds: float = SECONDS
) -> Mapping[str, Any]:
    """The certificate, from a process of its own. Raises NotCertified where there is none, or Cancelled."""
    if cancelled.is_set():
        raise Cancelled
    case = question.case
    process = MeasuringProcess(
        (*command, *question.arguments(), "--json"), folder=_ROOT,
        environment=process_environment((case.framework, case.device, case.threads), os.environ))
    try:
        until = time.monotonic() + seconds
        while (message := process.receive(until=until, cancelled=cancelled))["type"] != "certificate":
            pass
    except ProcessExited as exited:
        raise NotCertified(process.log.last_line or f"it ended with exit code {exited.returncode}") from exited
    except ProcessSilent:
        raise NotCertified(f"it took longer than {seconds:g} s and was stopped") from None
    finally:
        process.kill()
    return {name: value for name, value in message.items() if name != "type"}
