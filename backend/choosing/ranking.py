"""Candidates that do what is required, fastest first with ties, and the others with their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.choosing.candidates import Candidate, candidates
from backend.choosing.reach import possible_paths
from backend.choosing.requirements import Reason, Requirements, full_freedom, reasons
from backend.needs import Path
from backend.spec import Problem
from backend.statistics import Ratio, independent_ratio

_ENOUGH = 2   # candidates with a time here, from which on nobody looks elsewhere


@dataclass(frozen=True)
class Choice:
    """A candidate that does. `rank` counts from 1 and is shared by those that cannot be told from the first of them;
    `ratio` is its time over the fastest's; `repaid` after how many calls the fastest makes up for compiling longer,
    None where it does not or nobody knows."""

    candidate: Candidate
    rank: int
    ratio: Ratio
    repaid: float | None = None


@dataclass(frozen=True)
class RuledOut:
    """A candidate that does not do, and every reason."""

    candidate: Candidate
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """`ranked`, fastest first; `untimed` would do and have no time here; `forgone` is the fastest of those that are
    faster than all that are ranked and do less than is required."""

    problem: Problem
    place: str                       # whose times are compared
    freedom: float | None            # degrees of freedom of all of Clebsch-Gordan
    ranked: tuple[Choice, ...]
    untimed: tuple[Candidate, ...]
    ruled_out: tuple[RuledOut, ...]
    forgone: Choice | None = None

    @property
    def tied(self) -> tuple[Choice, ...]:
        """The fastest, and those that cannot be told from it."""
        return tuple(each for each in self.ranked if each.rank == 1)


def ranking(
    rows: Sequence[Mapping[str, Any]], here: str, requirements: Requirements, problem: Problem
) -> Answer:
    """The answer by rows that have one for each case and provenance. The times are those of `here`; where it has less
    than two of products that do what is required, of the place that has most."""
    found = _ranking(candidates(rows, here), here, requirements, problem)
    if len(found.ranked) < _ENOUGH:
        others = [place for place in dict.fromkeys(row["place"] for row in rows) if place not in ("", here)]
        every = [_ranking(candidates(rows, place), place, requirements, problem) for place in others]
        found = max((found, *every), key=lambda each: len(each.ranked))
    return found


def _ranking(found: Sequence[Candidate], place: str, requirements: Requirements, problem: Problem) -> Answer:
    possible = possible_paths(problem)
    freedom = full_freedom(problem) or max(
        (each.degrees_of_freedom for each in found if each.paths == possible and each.degrees_of_freedom is not None),
        default=None)
    judged = [RuledOut(each, reasons(each, requirements, possible, freedom)) for each in found]
    fit = [each.candidate for each in judged if not each.reasons]
    timed = sorted((each for each in fit if each.time is not None), key=lambda each: each.time)

    def choice(candidate: Candidate, rank: int, first: Candidate) -> Choice:
        return Choice(candidate, rank, independent_ratio(first.interval, candidate.interval), _repaid(first, candidate))

    ranked: list[Choice] = []
    leader = rank = None
    for number, candidate in enumerate(timed, 1):
        if leader is None or told_apart(leader, candidate):
            leader, rank = candidate, number
        ranked.append(choice(candidate, rank, timed[0]))
    less = sorted((each.candidate for each in judged if each.candidate.time is not None and each.reasons
                   and all(reason.is_a_loss for reason in each.reasons)), key=lambda each: each.time)
    faster = bool(less and ranked) and less[0].time < timed[0].time and told_apart(less[0], timed[0])
    return Answer(
        problem, place, freedom, tuple(ranked), tuple(each for each in fit if each.time is None),
        tuple(each for each in judged if each.reasons), choice(less[0], 0, timed[0]) if faster else None)


def losses(answer: Answer, candidate: Candidate) -> tuple[frozenset[Path] | None, float | None]:
    """The paths and the degrees of freedom that a candidate loses against all of Clebsch-Gordan, None where not known;
    it may be one without a time."""
    known = candidate.degrees_of_freedom
    return (None if candidate.paths is None else possible_paths(answer.problem) - candidate.paths,
            None if known is None or answer.freedom is None else answer.freedom - known)


def told_apart(first: Candidate, second: Candidate) -> bool:
    """Whether the interval of their ratio leaves out 1."""
    return independent_ratio(first.interval, second.interval).verdict != "not distinguishable"


def _repaid(first: Candidate, other: Candidate) -> float | None:
    """Calls after which the first, which compiles longer and runs faster, has taken less in all; None where it does
    not compile longer, or nobody knows."""
    if first.compile_time is None or other.compile_time is None or other.time <= first.time:
        return None
    longer = first.compile_time - other.compile_time
    return longer / (other.time - first.time) if longer > 0 else None
