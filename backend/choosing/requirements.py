"""What a model builder requires of a product, and why a candidate does not do."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from backend.choosing.candidates import Candidate
from backend.choosing.reach import possible_paths
from backend.needs import NEEDS, Path, asked, met
from backend.spec import Problem

FREE = "free"   # the need that no path can say: every path with weights of its own
SYMMETRIES = ("O3", "SO3", "approximate")
_PAIRED = ("uuu", "uvu")


@dataclass(frozen=True)
class Requirements:
    """`needs` are keys of NEEDS, or FREE; `symmetry` is the weakest that is accepted; `error` the largest, of the
    function and of its symmetry; `memory` the most bytes at the peak of a call."""

    needs: tuple[str, ...] = (FREE,)
    symmetry: str = "O3"
    error: float | None = None
    memory: float | None = None


@dataclass(frozen=True)
class Reason:
    """Why a candidate is ruled out: `kind`, what it has and what is required."""

    kind: str      # cannot | failed | symmetry | approximate | needs | paths | freedom | error | memory
    got: Any = None
    wanted: Any = None

    @property
    def is_a_loss(self) -> bool:
        """Whether somebody who needs less could use it all the same."""
        return self.kind in ("needs", "freedom", "symmetry")


def full_freedom(problem: Problem) -> int | None:
    """Degrees of freedom of all of Clebsch-Gordan: a weight for each path and channel; None where no formula is at
    hand: of channels that mix, of layers, edges and squares."""
    counted = problem.setting not in ("edge", "square") and problem.mixing in _PAIRED and problem.scope == "op"
    return len(possible_paths(problem)) * problem.channels if counted else None


def beyond(requirements: Requirements, problem: Problem) -> tuple[str, ...]:
    """The needs that no product can fulfil, because the problem itself has no such path."""
    return tuple(key for key in requirements.needs if key != FREE and not asked(NEEDS[key], possible_paths(problem)))


def reasons(
    candidate: Candidate, requirements: Requirements, possible: Set[Path], freedom: float | None
) -> tuple[Reason, ...]:
    """Every reason against the candidate; `possible` are the problem's paths, `freedom` the degrees of freedom of all
    of Clebsch-Gordan. What is not known is no reason, but for the paths where some are required."""
    if candidate.state in ("unsupported", "failed") and candidate.time is None:
        return (Reason("cannot" if candidate.state == "unsupported" else "failed", candidate.message),)
    found = []
    if candidate.approximate and requirements.symmetry != "approximate":
        found.append(Reason("approximate"))
    elif candidate.group == "SO3" and requirements.symmetry == "O3":
        found.append(Reason("symmetry"))
    found += _expressive(candidate, requirements, possible, freedom)
    if requirements.error is not None:
        parts = (candidate.oracle_error, candidate.rotation_error,
                 candidate.inversion_error if candidate.group == "O3" else None)
        largest = max((each for each in parts if each is not None), default=0.0)
        if largest > requirements.error:
            found.append(Reason("error", largest, requirements.error))
    if requirements.memory is not None and (candidate.memory or 0.0) > requirements.memory:
        found.append(Reason("memory", candidate.memory, requirements.memory))
    return tuple(found)


def _expressive(
    candidate: Candidate, requirements: Requirements, possible: Set[Path], freedom: float | None
) -> list[Reason]:
    if not requirements.needs:
        return []
    if candidate.paths is None:
        return [Reason("paths")]
    missing = [key for key in requirements.needs if key != FREE and not met(NEEDS[key], candidate.paths, possible)]
    found = [Reason("needs", len(possible - candidate.paths), tuple(missing))] if missing else []
    if FREE not in requirements.needs:
        return found
    if possible - candidate.paths:
        return [Reason("needs", len(possible - candidate.paths), (*missing, FREE))]
    known = candidate.degrees_of_freedom
    if candidate.less_free or (known is not None and freedom is not None and known < freedom):
        found.append(Reason("freedom", known, freedom))
    return found
