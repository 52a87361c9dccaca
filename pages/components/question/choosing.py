"""What a reader who chooses asks beyond a Question, and the cases that can answer; free of Streamlit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backend.catalogue import catalogue, make_case
from backend.choosing import Requirements
from backend.spec import FRAMEWORKS, Case, Problem
from pages.components.question.selection import PREFERRED, Question

MAPS = ("batch and L", "channels and L", "batch and channels")
_BATCHES = (1, 10, 100, 1_000, 10_000, 100_000)
_CHANNELS = (1, 8, 32, 64, 128)
_LEAST_L = 5
_QUICK = {"forward": 12e6, "forward_backward": 5e6, "double_backward": 2e6}   # numbers written in some 50 ms
_ROUND = tuple(digit * 10**power for power in range(6) for digit in (1, 2, 5))
_WORTH = 8   # times as large a batch, from which on a small one is worth measuring first


@dataclass(frozen=True)
class Asked:
    """A question with degrees of its own (None: as the setting has them), in one framework or in any."""

    question: Question
    requirements: Requirements
    degrees: tuple[int | None, int | None, int | None] = (None, None, None)
    any_framework: bool = False
    map: str = MAPS[0]

    @property
    def shaped(self) -> bool:
        """Whether it has degrees that no L_max gives."""
        return any(each is not None for each in self.degrees)

    @property
    def alike(self) -> Asked:
        """One and the same for all that ask of the same cases at the same sizes, and rule none out but by numbers."""
        return replace(self, map=MAPS[0], question=replace(self.question, l_max=1, channels=1, batch=1),
                       requirements=replace(self.requirements, error=None, memory=None))

    def problem(self, **changes: int) -> Problem:
        """The problem, or that of another batch, channels or `l_max`. Raises SpecError if a value is out of range."""
        found = replace(self.question, **changes).problem(changes.get("l_max", self.question.l_max))
        given = {name: value for name, value in zip(("l1", "l2", "l_out"), self.degrees, strict=True)
                 if value is not None}
        return replace(found, **given)

    def cases(self, problem: Problem) -> tuple[Case, ...]:
        """Every product in every variant that does it in the frameworks asked for."""
        return tuple(self._cases(problem))

    def _cases(self, problem: Problem) -> Iterator[Case]:
        asked = self.question
        for framework in FRAMEWORKS if self.any_framework else (asked.framework,):
            usual = asked.compilation == PREFERRED or self.any_framework
            for known in catalogue().values():
                for variant in known.variants:
                    case = make_case(
                        known.key, variant, framework, problem, device=asked.device, dtype=asked.dtype,
                        direction=asked.direction, threads=asked.threads,
                        layout=None if asked.layout == PREFERRED else asked.layout,
                        compilation=None if usual else asked.compilation)
                    if case is not None:
                        yield case

    def pilot(self) -> Asked | None:
        """The same question at so small a batch that each candidate is measured in seconds; None where its own is not
        much larger, and on a GPU, whose calls are short and whose small ones say little of large ones."""
        question, problem = self.question, self.problem()
        fits = (each for each in _ROUND if each * size(problem) / problem.batch <= _QUICK[question.direction])
        batch = max(1, problem.neighbours, *fits)
        if question.device != "cpu" or question.batch < _WORTH * batch:
            return None
        return replace(self, question=replace(question, batch=batch))

    def is_short(self, problem: Problem) -> bool:
        """Whether measuring a case of a problem in this direction takes seconds, whichever the product."""
        return size(problem) < _WORTH * _QUICK[self.question.direction]

    @property
    def axes(self) -> tuple[str, str]:
        """What the map has across and up, as fields of a problem; degrees of its own cannot be varied by L."""
        across, up = (MAPS[2] if self.shaped else self.map).split(" and ")
        return across, {"L": "l_max"}.get(up, up)

    def values(self, axis: str) -> tuple[int, ...]:
        """What the map has along an axis: a few usual values, and what is asked for."""
        if axis == "l_max":
            return tuple(range(1, max(_LEAST_L, self.question.l_max) + 1))
        usual = _BATCHES if axis == "batch" else _CHANNELS
        return tuple(sorted({*usual, getattr(self.question, axis)}))

    def cells(self) -> dict[tuple[int, int], Problem]:
        """The problem at each place (across, up) of the map."""
        across, up = self.axes
        return {(x, y): self.problem(**{across: x, up: y}) for x in self.values(across) for y in self.values(up)}


def size(problem: Problem) -> float:
    """Numbers that all of Clebsch-Gordan writes: what measuring it takes grows with them."""
    row = sum(2 * path[2] + 1 for path in problem.paths) * problem.channels
    return float(problem.batch * row * (problem.channels if problem.mixing == "uvw" else 1))
