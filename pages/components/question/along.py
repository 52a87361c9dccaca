"""What the page Scaling asks: one axis along which a question is varied, a metric, and what is claimed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.catalogue import catalogue
from backend.metrics import METRICS, Metric
from backend.scaling import claimed_slope
from backend.spec import Case, Problem
from pages.components.question.selection import SHOWN, Question

AXES = {"l_max": "L", "channels": "Channels", "batch": "Batch"}
SCALED = ("throughput_time", "latency", "device_time", "peak_memory", "flops", "bytes", "time_per_degree_of_freedom",
          "time_per_path")   # metrics that may be drawn
OVER = ("all points", "upper half")
_OF_COST = ("throughput_time", "latency", "device_time", "flops")   # what a published cost speaks of
_LADDERS = {"channels": (1, 2, 4, 8, 16, 32, 64, 128, 256), "batch": (1, 10, 100, 1000, 10_000, 100_000)}
ENDS = {"channels": _LADDERS["channels"][3:], "batch": _LADDERS["batch"][2:]}


@dataclass(frozen=True)
class Along:
    """Which metric against which axis, how far, and over which points slopes are taken."""

    across: str = "l_max"
    metric: str = "throughput_time"
    end: int = 0               # the largest value of an axis that is not L
    over: str = OVER[0]
    floors: bool = False
    shown: tuple[str, ...] = SHOWN

    @property
    def y(self) -> Metric:
        return METRICS[self.metric]

    @property
    def label(self) -> str:
        return AXES[self.across]

    def questions(self, question: Question) -> tuple[Question, ...]:
        """The question at every value of the axis; one alone where that is L, for it holds every L."""
        if self.across == "l_max":
            return (question,)
        ladder = {each for each in _LADDERS[self.across] if each <= self.end} | {getattr(question, self.across)}
        return tuple(replace(question, **{self.across: value}) for value in sorted(ladder))

    def cases(self, question: Question) -> tuple[Case, ...]:
        """Every case of the axis. Raises SpecError if a value is out of range."""
        found = [case for each in self.questions(question) for case in each.cases()]
        return tuple(case for case in found if self.across == "l_max" or case.problem.l_max == question.l_max)


@dataclass(frozen=True)
class Claim:
    """A cost as published, or as it follows from what the problem is, and where it stands."""

    text: str
    source: str
    power: float | None = None   # of an axis that is not L

    def slope(self, x: Sequence[float]) -> float | None:
        """What slope the claim has over these values; None where it cannot be told."""
        return claimed_slope(self.text, x) if self.power is None else self.power


def claim_of(product: str, problem: Problem, along: Along) -> Claim | None:
    """What is claimed for the product's metric along the axis; None where nothing is."""
    known = catalogue().get(product)
    if along.across == "l_max":
        per_freedom = along.metric == "time_per_degree_of_freedom"
        name = f"{problem.setting}_per_degree_of_freedom" if per_freedom else problem.setting
        if known is None or name not in known.claims or not (per_freedom or along.metric in _OF_COST):
            return None
        return Claim(known.claims[name], known.source)
    if along.metric not in _OF_COST:
        return None
    if along.across == "batch":
        return Claim("batch", "each row is multiplied by itself", 1.0)
    if problem.scope == "layer":
        return None
    if problem.mixing == "uvw":
        return Claim("channels^3", "every pair of channels is mixed into every channel", 3.0)
    return Claim("channels", "each channel is multiplied by itself", 1.0)
