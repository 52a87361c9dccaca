"""Who wins at one size, by what is known there, and which cases would decide it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.choosing.candidates import Candidate
from backend.choosing.ranking import ranking, told_apart
from backend.choosing.requirements import Requirements
from backend.spec import Problem

Place = tuple[int, int]   # (across, up)
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


def nearest_unknown(cells: Mapping[Place, Cell], asked: Place, *, most: int, fits: Callable[[Problem], bool]
                    ) -> tuple[Place, ...]:
    """At most so many places of unknown cells whose problem fits, those nearest to a place of the map first, by steps
    along its axes."""
    steps = [{value: step for step, value in enumerate(sorted(set(values)))} for values in zip(*cells, strict=True)]

    def distance(place: Place) -> int:
        return sum(abs(each[here] - each[there]) for each, here, there in zip(steps, place, asked, strict=True))

    unknown = [place for place, each in cells.items() if each.state == "unknown" and fits(each.problem)]
    return tuple(sorted(unknown, key=distance)[:most])


def likely(cells: Collection[Cell], *, within: float) -> frozenset[tuple[str, str, str]]:
    """Product, variant and framework of all that take at most `within` times as long as the fastest of some cell."""
    return frozenset((each.product, each.variant, each.framework) for found in cells
                     for each in (*found.contenders, *found.others) if each.time <= within * found.contenders[0].time)
