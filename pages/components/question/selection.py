"""What the reader asks: `Question` (which cases) and `View` (how they are drawn), free of Streamlit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from backend.catalogue import catalogue, label, make_case
from backend.metrics import METRICS, Metric
from backend.spec import SPREAD, Case, Problem, SpecError, unique

PREFERRED = "preferred"
TIMES = ("throughput_time", "latency")
COSTS = (*TIMES, "peak_memory", "bytes", "flops")
SHARE = Metric("share_of_paths", "Share of all paths", "", False,
               "Interactable paths / paths of all of Clebsch-Gordan in the same problem.")
OUTPUTS = Metric("outputs", "Numbers of the output", "", None, "Output size / bytes of a number.")
AXES = METRICS | {metric.name: metric for metric in (SHARE, OUTPUTS)}   # and what this page computes itself
EXPRESSIVITIES = ("degrees_of_freedom", "interactable", SHARE.name)
SHOWN = ("measured", "predicted", "recorded", "published")   # what the chart may show
OVER_L, OVER_K = "l", "k"
OVERS = (OVER_L, OVER_K)   # what grows along a product's path
EACH_L, ALL_L, NO_FRONT = "each", "all", "none"
FRONTS = (EACH_L, ALL_L, NO_FRONT)   # of which points a Pareto front is
ANY = "any"
ONE, BY_SETTING, BY_DEVICE = "one", "setting", "device"
FACETS = (ONE, BY_SETTING, BY_DEVICE)   # pictures: one, or one for each
NORMALISERS = ("none", "interactable", "degrees_of_freedom", OUTPUTS.name, "output_bytes")


@dataclass(frozen=True)
class Question:
    """A setting at L = 1 ... `l_max` with channels and a batch, on one framework and device, in one mode."""

    setting: str = "mimo"
    l_max: int = 3
    channels: int = 8
    batch: int = 1000
    parity: str = "both"
    framework: str = "jax"
    device: str = "cpu"
    dtype: str = "float32"
    direction: str = "forward"
    layout: str = PREFERRED
    compilation: str = PREFERRED
    threads: int = 1
    mixing: str = "uuu"
    weights: str = "none"
    scope: str = "op"
    inner: int = 0
    neighbours: int = 0
    over: str = OVER_L

    def along(self, over: str) -> Question:
        """The same question over L, or over the inner channels K of a layer at `l_max`."""
        return self if over == self.over else replace(self, over=over, scope="layer")

    @property
    def chosen(self) -> int:
        """The L or K at which paths end, which the chart emphasises."""
        return self.l_max if self.over == OVER_L else self.inner or self.channels

    def problem(self, l_max: int) -> Problem:
        """The problem at one L. Raises SpecError if a value is out of range."""
        return Problem.of(
            self.setting, l_max, parity=self.parity, channels=self.channels, batch=self.batch,
            **{name: getattr(self, name) for name in SPREAD})

    def cases(self) -> tuple[Case, ...]:
        """Every product in every variant that the framework has, at L = 1 ... `l_max`, or at K = 1, 2, 4 ... and the
        chosen one, smallest first.

        Raises SpecError if a value is out of range.
        """
        made = (
            make_case(
                entry.key, variant, self.framework, problem, device=self.device, dtype=self.dtype,
                direction=self.direction, threads=self.threads,
                layout=None if self.layout == PREFERRED else self.layout,
                compilation=None if self.compilation == PREFERRED else self.compilation)
            for problem in self._problems()
            for entry in catalogue().values()
            for variant in entry.variants
        )
        return unique(case for case in made if case is not None)

    def _problems(self) -> list[Problem]:
        if self.over == OVER_L:
            return [self.problem(l_max) for l_max in range(1, self.l_max + 1)]
        doubled = [2**power for power in range(self.chosen.bit_length()) if 2**power < self.chosen]
        return [replace(self, inner=inner).problem(self.l_max) for inner in (*doubled, self.chosen)]

    def machine_summary(self) -> str:
        """The fold's one line: CPU · JAX · float32 · forward, and whatever else is not as usual."""
        parts = [self.device.upper(), framework_label(self.framework), self.dtype, direction_label(self.direction)]
        parts += [f"{self.threads} threads"] * (self.threads != 1)
        parts += [self.layout] * (self.layout != PREFERRED)
        parts += [self.compilation] * (self.compilation != PREFERRED)
        return " · ".join(parts)


@dataclass(frozen=True)
class View:
    """How the cases are drawn: which cost, against which expressivity, divided by what, on which axes."""

    cost: str = "throughput_time"
    expressivity: str = "degrees_of_freedom"
    normaliser: str = "none"
    logarithmic_x: bool = False
    logarithmic_y: bool = True
    shown: tuple[str, ...] = SHOWN
    over: str = OVER_L
    front: str = EACH_L
    facets: str = ONE
    same: str = ANY   # the product whose function all that is shown computes, as the command line calls it

    @property
    def y(self) -> Metric:
        return AXES[self.cost]

    @property
    def x(self) -> Metric:
        return AXES[self.expressivity]

    @property
    def y_label(self) -> str:
        """The title of the cost axis without its unit."""
        return self.y.label if self.normaliser == "none" else f"{self.y.label} / {normaliser_label(self.normaliser)}"


def whole_number(name: str, text: str) -> int:
    """The integer that a reader typed, separators allowed. Raises SpecError if it is none."""
    plain = text.replace(",", "").replace(" ", "").replace("_", "")
    if not re.fullmatch(r"-?\d{1,30}", plain):
        raise SpecError(f"{name} must be a whole number, got {text!r:.60}")
    return int(plain)


def framework_label(framework: str) -> str:
    return {"numpy": "NumPy", "jax": "JAX", "torch": "PyTorch"}.get(framework, framework)


def setting_label(setting: str) -> str:
    return setting if setting in ("layer", "edge", "square") else setting.upper()


def direction_label(direction: str) -> str:
    return direction.replace("forward_backward", "forward and backward").replace("_", " ")


def purpose_label(direction: str) -> str:
    """A direction by what it is for."""
    return {"forward": "inference", "forward_backward": "training on energies", "double_backward": "training on forces"
            }.get(direction, direction)


def over_label(over: str) -> str:
    return {OVER_L: "degree L", OVER_K: "inner channels K"}[over]


def front_label(front: str) -> str:
    return {EACH_L: "at each L or K", ALL_L: "over all L or K", NO_FRONT: "hidden"}[front]


def facets_label(facets: str) -> str:
    return {ONE: "one", BY_SETTING: "one a setting", BY_DEVICE: "one a device"}[facets]


def function_label(name: str) -> str:
    """Whose function, as a control calls it: any, or the label of KEY:VARIANT."""
    product, _, variant = name.partition(":")
    return ANY if name == ANY else label(product, variant)


def normaliser_label(normaliser: str) -> str:
    """What the cost is divided by, as an axis and a control call it."""
    return "none" if normaliser == "none" else AXES[normaliser].label.lower()
