"""Cases for the fake worker, its command, and a look at what is left of its processes."""

import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from backend.execution.events import Event, Finished
from backend.execution.local import LocalExecutor
from backend.spec import Case, Problem, Result

FAKE = (sys.executable, "-S", str(Path(__file__).with_name("fake_worker.py")))


def fake_case(behaviour: str = "ok", seed: int = 0, **axes) -> Case:
    """A case that the fake worker meets with this behaviour; the seed tells equal ones apart."""
    axes = {"framework": "numpy", "compilation": "eager"} | axes
    return Case(Problem.of("mimo", 1), "clebsch_gordan_dense", behaviour, seed=seed, **axes)


def run(executor: LocalExecutor, cases: Iterable[Case], **options) -> list[Event]:
    """Every event of a run that is not cancelled."""
    events: list[Event] = []
    executor.run_cases(cases, options=options, on_event=events.append, cancelled=threading.Event())
    return events


def results(events: Iterable[Event]) -> list[Result]:
    return [event.result for event in events if isinstance(event, Finished)]


def until(condition: Callable[[], object], *, seconds: float = 15.0) -> None:
    """Returns as soon as the condition holds; fails after the deadline."""
    wake = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        wake.wait(0.02)
    raise AssertionError(f"not true after {seconds:g} s")


def gone(pid: int) -> bool:
    """True if no such process runs; a zombie that another process has to reap does not run."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Starts:
    """The fake worker's command, and the processes that were started with it."""

    def __init__(self, path: Path):
        self._path = path

    def command(self, *flags: str) -> tuple[str, ...]:
        return (*FAKE, "--starts", str(self._path), *flags)

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in self._path.read_text().split()] if self._path.exists() else []
