"""What products reach and lose on one problem, from supervised children: `python -m backend expressivity`."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from backend.execution.answers import Answers, NoAnswer
from backend.execution.process import MeasuringProcess, ProcessExited, ProcessSilent
from backend.execution.process_environment import process_environment
from backend.spec import FRAMEWORKS, Problem

COMPUTE = (sys.executable, "-m", "backend", "expressivity")
SECONDS = 120.0   # that one product may take
_ROOT = Path(__file__).parents[2]


Product = tuple[str, str, str]   # key, variant, and the framework to look into it with


@dataclass(frozen=True)
class Asked:
    """A problem, and the products of which it is asked what they reach."""

    problem: Problem
    products: tuple[Product, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Those products' keys."""
        return frozenset(key for key, _, _ in self.products)

    def arguments(self, products: Sequence[Product]) -> tuple[str, ...]:
        """What to ask `expressivity` for, of products of one framework."""
        problem = self.problem
        given = {
            "product": ",".join(f"{key}:{variant}" for key, variant, _ in products), "framework": products[0][2],
            "setting": problem.setting, "parity": problem.parity, "channels": problem.channels,
            "l1": problem.l1, "l2": problem.l2, "l-out": problem.l_out,
        } | {name: value for name, value in problem.spread.items() if name != "neighbours"}
        return tuple(part for name, value in given.items() for part in (f"--{name}", str(value)))


def computed(
    asked: Asked, *, cancelled: threading.Event, command: Sequence[str] = COMPUTE, seconds: float = SECONDS
) -> Iterator[Mapping[str, Any]]:
    """The line of each product as it comes, products of one framework in one process. One that breaks or is late is
    passed over. Raises NoAnswer at the end, where some gave no line, or Cancelled."""
    reasons = []
    ordered = sorted(asked.products, key=lambda product: FRAMEWORKS.index(product[2]))
    for framework, group in groupby(ordered, key=lambda product: product[2]):
        left = [*group]
        while left:
            process = MeasuringProcess(
                (*command, *asked.arguments(left), "--json"), folder=_ROOT,
                environment=process_environment((framework, "cpu", 1), os.environ))
            try:
                while left:
                    message = process.receive(until=time.monotonic() + seconds, cancelled=cancelled)
                    if message["type"] == "expressivity":
                        left.remove((message["product"], message["variant"], framework))
                        yield {name: value for name, value in message.items() if name != "type"}
            except ProcessExited as exited:
                said = process.log.last_line or f"it ended with exit code {exited.returncode}"
                reasons.append(f"{left.pop(0)[0]}: {said}")
            except ProcessSilent:
                reasons.append(f"{left.pop(0)[0]}: it took longer than {seconds:g} s and was stopped")
            finally:
                process.kill()
    if reasons:
        raise NoAnswer("; ".join(reasons))


def expressivity_computer(command: Sequence[str] = COMPUTE, *, seconds: float = SECONDS) -> Answers:
    """Answers what was `Asked` by lines as they come."""
    return Answers(lambda asked, cancelled: computed(asked, cancelled=cancelled, command=command, seconds=seconds))
