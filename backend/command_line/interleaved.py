"""Times products in turns in one measuring process, so that what disturbs one disturbs the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from backend.execution.events import Expressivity, Finished
from backend.execution.local import LocalExecutor
from backend.spec import Case, Result

OPTIONS = {"samples": 10, "min_sample_time": 0.002, "max_time": 0.5, "case_timeout": 120.0}


@dataclass(frozen=True)
class Ratio:
    """How many times as long as another: the median over the turns, and the least and the most."""

    middle: float
    low: float
    high: float


def take_turns(
    cases: Sequence[Case], executor: LocalExecutor, *, turns: int, cancelled: threading.Event,
    on_expressivity: Callable[[Mapping], None] = lambda line: None,
) -> dict[str, list[Result]]:
    """The results of each case by its product, turn by turn; a turn is another seed, else the case were the same."""
    found: dict[str, list[Result]] = {}

    def on_event(event) -> None:
        if isinstance(event, Finished):
            found.setdefault(event.result.case.product, []).append(event.result)
        elif isinstance(event, Expressivity):
            on_expressivity(event.line)

    rounds = [replace(case, seed=turn) for turn in range(turns) for case in cases]
    executor.run_cases(rounds, options=OPTIONS, on_event=on_event, cancelled=cancelled)
    return found


def times(results: Sequence[Result]) -> list[float]:
    """The time per call of every turn that was measured."""
    return [result.metrics["throughput_time"] for result in results if result.status == "ok"]


def ratio(ours: Sequence[Result], theirs: Sequence[Result]) -> Ratio | None:
    """Our time over theirs, turn by turn; None where a turn is missing."""
    mine, other = times(ours), times(theirs)
    if not mine or len(mine) != len(other):
        return None
    pairs = [one / two for one, two in zip(mine, other, strict=True)]
    return Ratio(median(pairs), min(pairs), max(pairs))
