"""One thing to measure: a product on a problem, in a framework on a device, in one mode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from backend.spec.checks import SpecError, check_choice, check_integer
from backend.spec.problem import SPREAD, Problem

LAYOUTS = ("channels_dim", "dim_channels", "batch_last")
FRAMEWORKS = ("numpy", "jax", "torch")
DEVICES = ("cpu", "cuda")
DTYPES = ("float32", "float64")
PRECISIONS = ("highest", "high")
DIRECTIONS = ("forward", "forward_backward", "double_backward")
COMPILATIONS = {"numpy": ("eager",), "jax": ("jit", "eager"), "torch": ("eager", "compiled", "graph")}
THREADS_LIMIT = 256


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

    @cached_property
    def key(self) -> str:
        """16 hexadecimal digits that name what is asked; equal for equal cases in every process and version."""
        asked = {name: value for name, value in self._asked().items()   # what came later is named where it is used
                 if name not in SPREAD or name in self.problem.spread}
        asked = json.dumps(asked, sort_keys=True, separators=(",", ":"))
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
        own = {name: value for name, value in vars(self).items() if name not in ("problem", "key")}
        return own | vars(self.problem)


def unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases in order, each once."""
    return tuple({case.key: case for case in cases}.values())


def with_batch(case: Case, batch: int) -> Case:
    """The same case at another batch."""
    return replace(case, problem=replace(case.problem, batch=batch))
