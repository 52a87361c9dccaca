"""The limits of a device, from a supervised child that measures them as cases are measured: alone on the device."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.environment import version
from backend.execution.answers import Answers, NoAnswer, answer
from backend.execution.device_lock import device_lock
from backend.spec import FRAMEWORKS, Limits, limits_threads

MEASURE = (sys.executable, "-m", "backend.bench.limits")
SECONDS = 300.0   # that one framework may take
TRYING = 0.05     # seconds of trying for each number
_OF_THE_CPU = ("numpy",)   # frameworks that have no other device


@dataclass(frozen=True)
class Asked:
    """A device and as many CPU threads; frameworks to measure it with."""

    device: str
    threads: int
    frameworks: tuple[str, ...]

    @classmethod
    def of(cls, device: str, threads: int, frameworks: Sequence[str] = ()) -> Asked:
        """With every framework that is installed and may have the device, unless some are named."""
        usual = [name for name in FRAMEWORKS if version(name) != "not installed"
                 and (device == "cpu" or name not in _OF_THE_CPU)]
        return cls(device, limits_threads(device, threads), tuple(frameworks or usual))


def measured(
    asked: Asked, *, cancelled: threading.Event, on_wait: Callable[[str], None] = lambda sentence: None,
    command: Sequence[str] = MEASURE, trying: float = TRYING, lock_folder: Path | None = None,
) -> Iterator[Limits]:
    """The limits that each framework finds, as they come, in processes with the environment, cores and lock of every
    measurement. Raises NoAnswer at the end, where some gave none, or Cancelled."""
    reasons = []
    for framework in asked.frameworks:
        arguments = ("--framework", framework, "--device", asked.device, "--threads", str(asked.threads),
                     "--seconds", str(trying))
        with device_lock(asked.device, on_wait=on_wait, cancelled=cancelled, folder=lock_folder):
            try:
                found = answer((*command, *arguments), "limits", key=(framework, asked.device, asked.threads),
                               seconds=SECONDS, cancelled=cancelled)
            except NoAnswer as reason:
                reasons.append(f"{framework}: {reason}")
                continue
        yield Limits.from_json(found)
    if reasons:
        raise NoAnswer("; ".join(reasons))


def limits_measurer(command: Sequence[str] = MEASURE) -> Answers:
    """Answers what was `Asked` by limits as they come, one for each framework."""
    return Answers(lambda asked, cancelled: measured(asked, cancelled=cancelled, command=command))
