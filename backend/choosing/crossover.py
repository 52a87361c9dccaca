"""Who wins at one size, by what is known there, and which cases would decide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.choosing.candidates import Candidate
from backend.choosing.ranking import ranking, told_apart
from backend.choosing.requirements import Requirements
from backend.spec import Problem

STATES = ("measured", "predicted", "undecided", "tie", "unknown")


@dataclass(frozen=True)
class Cell:
    """`contenders` cannot be told from the fastest, which is their first; `others` follow, fastest first.

    `measured`: the fastest is, and nothing predicted comes near it. `predicted`: the fastest is predicted, apart from
    the next. `undecided`: there are several contenders, and one is predicted: a measurement can decide. `tie`: all of
    them are measured. `unknown`: nothing that would do has a time.
    """

    problem: Problem
    state: str
    contenders: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    untimed: int


def cell(rows: Sequence[Mapping[str, Any]], here: str, requirements: Requirements, problem: Problem) -> Cell:
    """The cell of a problem, by rows as `ranking` takes them."""
    answer = ranking(rows, here, requirements, problem)
    every = [each.candidate for each in answer.ranked]
    near = tuple(each for each in every if each is every[0] or not told_apart(every[0], each))
    others = tuple(each for each in every if each not in near)
    if not near:
        state = "unknown"
    elif len(near) > 1:
        state = "undecided" if any(each.is_predicted for each in near) else "tie"
    else:
        state = "predicted" if near[0].is_predicted else "measured"
    return Cell(problem, state, near, others, len(answer.untimed))


def deciding(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The keys of the cases whose measurement would decide the undecided cells: their predicted contenders."""
    return tuple(each.key for found in cells if found.state == "undecided"
                 for each in found.contenders if each.is_predicted)
