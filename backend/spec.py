"""What is measured and what came out: `Problem`, `Case`, `Sweep`, `Result`. Frozen, JSON both ways."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product as cartesian
from typing import Any

SETTINGS = ("siso", "simo", "mimo", "layer", "edge")
PARITIES = ("both", "natural")
LAYOUTS = ("channels_dim", "dim_channels", "batch_last")
FRAMEWORKS = ("numpy", "jax", "torch")
DEVICES = ("cpu", "cuda")
DTYPES = ("float32", "float64")
PRECISIONS = ("highest", "high")
DIRECTIONS = ("forward", "forward_backward")
COMPILATIONS = {"numpy": ("eager",), "jax": ("jit",), "torch": ("eager", "compiled")}
STATUSES = ("ok", "unsupported", "failed", "out of memory", "timed out", "cancelled", "interrupted")

L_MAX_LIMIT = 12
CHANNELS_LIMIT = 4096
BATCH_LIMIT = 1_000_000_000
THREADS_LIMIT = 256


class SpecError(ValueError):
    """A problem or a case that does not exist; the message names the value and the cure."""


@dataclass(frozen=True)
class Problem:
    """A bilinear map asked for: X (irreps up to l1) times Y (up to l2) into Z (up to l_out).

    Inputs have natural parity (-1)^l. `parity="both"` keeps every path, `"natural"` only outputs of natural
    parity. Settings: `siso` l1 x l2 -> l_out, `simo` l1 x l2 -> 0..l_out, `mimo` and `layer`
    (0..l1) x (0..l2) -> 0..l_out; `edge` is the convolution of x (0..l1) with the harmonics 0..l2 of one direction
    for each row, with a weight for each path, into 0..l_out. Raises SpecError if a value is out of range.
    """

    setting: str
    l1: int
    l2: int
    l_out: int
    parity: str = "both"
    channels: int = 1
    batch: int = 1

    def __post_init__(self) -> None:
        check_choice("setting", self.setting, SETTINGS)
        check_choice("parity", self.parity, PARITIES)
        check_integer("l1", self.l1, 0, L_MAX_LIMIT)
        check_integer("l2", self.l2, 0, 2 * L_MAX_LIMIT if self.setting == "edge" else L_MAX_LIMIT)
        check_integer("l_out", self.l_out, 0, 2 * L_MAX_LIMIT)
        check_integer("channels", self.channels, 1, CHANNELS_LIMIT)
        check_integer("batch", self.batch, 1, BATCH_LIMIT)

    @classmethod
    def of(cls, setting: str, l_max: int, **rest: Any) -> Problem:
        """The problem of a setting at L = `l_max`: outputs to L (siso, layer, edge) or 2L (simo, mimo); the
        harmonics of an edge go to 2L."""
        check_choice("setting", setting, SETTINGS)
        check_integer("l_max", l_max, 0, L_MAX_LIMIT)
        l2 = 2 * l_max if setting == "edge" else l_max
        return cls(setting, l_max, l2, 2 * l_max if setting in ("simo", "mimo") else l_max, **rest)

    @property
    def l_max(self) -> int:
        return self.l1 if self.setting == "edge" else max(self.l1, self.l2)

    @property
    def degrees_in1(self) -> tuple[int, ...]:
        """The degrees l of X, one copy each."""
        return (self.l1,) if self.setting in ("siso", "simo") else tuple(range(self.l1 + 1))

    @property
    def degrees_in2(self) -> tuple[int, ...]:
        """The degrees l of Y, one copy each."""
        return (self.l2,) if self.setting in ("siso", "simo") else tuple(range(self.l2 + 1))

    @property
    def degrees_out(self) -> tuple[int, ...]:
        """The degrees l that Z may have."""
        return (self.l_out,) if self.setting == "siso" else tuple(range(self.l_out + 1))

    @property
    def dim_in1(self) -> int:
        return sum(2 * l + 1 for l in self.degrees_in1)

    @property
    def dim_in2(self) -> int:
        return sum(2 * l + 1 for l in self.degrees_in2)

    @property
    def paths(self) -> tuple[tuple[int, int, int], ...]:
        """Every (l1, l2, l3) that Clebsch-Gordan reaches: the triangle rule, even l1+l2+l3 if natural."""
        allowed = set(self.degrees_out)
        return tuple(
            (l1, l2, l3)
            for l1 in self.degrees_in1
            for l2 in self.degrees_in2
            for l3 in range(abs(l1 - l2), l1 + l2 + 1)
            if l3 in allowed and (self.parity == "both" or (l1 + l2 + l3) % 2 == 0)
        )


@dataclass(frozen=True)
class Case:
    """One thing to measure: a product (and variant) on a problem, in a framework on a device, in one mode."""

    problem: Problem
    product: str
    variant: str
    framework: str
    device: str = "cpu"
    dtype: str = "float32"
    precision: str = "highest"
    direction: str = "forward"
    compilation: str = "jit"
    layout: str = "channels_dim"
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice("framework", self.framework, FRAMEWORKS)
        check_choice("device", self.device, DEVICES)
        check_choice("dtype", self.dtype, DTYPES)
        check_choice("precision", self.precision, PRECISIONS)
        check_choice("direction", self.direction, DIRECTIONS)
        check_choice(f"compilation of {self.framework}", self.compilation, COMPILATIONS[self.framework])
        check_choice("layout", self.layout, LAYOUTS)
        check_integer("threads", self.threads, 1, THREADS_LIMIT)
        check_integer("seed", self.seed, 0, 2**31 - 1)

    @property
    def key(self) -> str:
        """16 hexadecimal digits that name what is asked; equal for equal cases in every process and version."""
        asked = json.dumps(self._asked(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(asked.encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """A flat mapping: the case's fields, the problem's fields, `l_max` and `key`."""
        return self._asked() | {"l_max": self.problem.l_max, "key": self.key}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Case:
        """The case that `to_json` described. Raises SpecError if a field is missing, unknown or out of range."""
        if not isinstance(data, Mapping):
            raise SpecError(f"a case must be a JSON object, got {data!r:.80}")
        own = {f.name for f in fields(cls)} - {"problem"}
        asked = {f.name for f in fields(Problem)}
        known = own | asked | {"l_max", "key"}
        if unknown := set(data) - known:
            raise SpecError(f"a case has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
        if missing := {"setting", "l1", "l2", "l_out", "product", "variant", "framework"} - set(data):
            raise SpecError(f"a case must have {', '.join(sorted(missing))}, got {', '.join(sorted(data))}")
        problem = Problem(**{name: data[name] for name in asked if name in data})
        case = cls(problem, **{name: data[name] for name in own if name in data})
        if data.get("key", case.key) != case.key:
            raise SpecError(f"key must be {case.key} for these fields, got {data['key']!r}")
        return case

    def _asked(self) -> dict[str, Any]:
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "problem"}
        return own | asdict(self.problem)


@dataclass(frozen=True)
class Result:
    """What came of a case: a status with a sentence, every raw sample, metrics by name, the environment."""

    case: Case
    status: str
    message: str = ""
    samples: tuple[float, ...] = ()            # seconds per call, n calls in flight, in the order taken
    latency_samples: tuple[float, ...] = ()    # seconds per call, each call synchronised, in the order taken
    metrics: Mapping[str, float] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    measured_at: str = ""                      # ISO 8601, UTC
    id: str = ""                               # 32 hexadecimal digits; one measurement

    def __post_init__(self) -> None:
        check_choice("status", self.status, STATUSES)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "case": self.case.to_json(),
            "status": self.status,
            "message": self.message,
            "samples": list(self.samples),
            "latency_samples": list(self.latency_samples),
            "metrics": dict(self.metrics),
            "environment": dict(self.environment),
            "measured_at": self.measured_at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """The result that `to_json` described. Raises SpecError if it is not one."""
        if not isinstance(data, Mapping) or "case" not in data or "status" not in data:
            raise SpecError(f"a result must be a JSON object with case and status, got {data!r:.80}")
        known = {f.name for f in fields(cls)}
        if unknown := set(data) - known:
            raise SpecError(f"a result has no field {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
        rest = {name: value for name, value in data.items() if name != "case"}
        for name in ("samples", "latency_samples"):
            rest[name] = tuple(_numbers(name, rest.get(name, ())))
        for name in ("metrics", "environment"):
            if not isinstance(rest.get(name, {}), Mapping):
                raise SpecError(f"{name} must be a JSON object, got {rest[name]!r:.80}")
        metrics = rest.get("metrics", {})
        rest["metrics"] = dict(zip(metrics, _numbers("metrics", metrics.values()), strict=True))
        return cls(Case.from_json(data["case"]), **rest)


@dataclass(frozen=True)
class Sweep:
    """Axes whose every combination is a case; `cases` of a product that has no such framework are left out."""

    products: tuple[tuple[str, str], ...]      # (product, variant)
    problems: tuple[Problem, ...]
    frameworks: tuple[str, ...]
    base: Mapping[str, Any] = field(default_factory=dict)   # the other fields of Case, the same for all

    def cases(self, resolve) -> tuple[Case, ...]:
        """Each combination once, in order; `resolve(product, variant, framework, problem, base)` gives the
        case with the product's own defaults, or None where the pair cannot exist."""
        made = (
            resolve(product, variant, framework, problem, self.base)
            for problem, framework, (product, variant) in cartesian(self.problems, self.frameworks, self.products)
        )
        return unique(case for case in made if case is not None)


def unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases in order, each once."""
    return tuple({case.key: case for case in cases}.values())


def with_batch(case: Case, batch: int) -> Case:
    """The same case at another batch."""
    return replace(case, problem=replace(case.problem, batch=batch))


def check_choice(name: str, value: Any, choices: Iterable[str]) -> None:
    """Raises SpecError unless the value is one of the choices, which it lists."""
    choices = tuple(choices)
    if value not in choices:
        raise SpecError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def check_integer(name: str, value: Any, low: int, high: int) -> None:
    """Raises SpecError unless the value is an integer in [low, high]."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise SpecError(f"{name} must be an integer from {low} to {high:,}, got {value!r}")


def _numbers(name: str, values: Iterable[Any]) -> list[float]:
    values = list(values)
    if bad := [value for value in values if not isinstance(value, int | float) or isinstance(value, bool)]:
        raise SpecError(f"{name} must hold numbers, got {bad[0]!r:.80}")
    return [float(value) for value in values]
