"""Many cases at once: the axes whose every combination is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product as cartesian
from typing import Any

from backend.spec.case import Case, unique
from backend.spec.problem import Problem


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
