"""What is known of a large question at a small batch: which candidates may be fastest, and which cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.choosing import Candidate, Choice
from backend.cost_model.wall import wall_time
from backend.spec import Case
from pages.components.cards.choice_words import times
from pages.components.question.choosing import Asked
from pages.components.rows.choices import SLOW, answer_of, place_here
from pages.components.services import Services

Kind = tuple[str, str, str]


@dataclass(frozen=True)
class Pilot:
    """The answer at a small batch: `timed` here by product, variant and framework, fastest first; `without` those that
    cannot or failed; `untimed` cases have no time there yet; `scale` is the batch asked for over that one."""

    batch: int
    scale: float
    timed: dict[Kind, Choice]
    without: frozenset[Kind]
    untimed: tuple[Case, ...]

    def split(self, cases: Sequence[Case]) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
        """Which of the cases may be fastest, the likely first, and which did worse: over SLOW times as long, or not at
        all."""
        order = {kind: number for number, kind in enumerate(self.timed)}
        worse = self.without | {kind for kind, each in self.timed.items() if each.ratio.low > SLOW}
        return (tuple(sorted((case for case in cases if _kind(case) not in worse),
                             key=lambda case: order.get(_kind(case), len(order)))),
                tuple(case for case in cases if _kind(case) in worse))

    def remarks(self, cases: Sequence[Case]) -> dict[str, str]:
        """By key of a case what it took at the small batch."""
        took = {kind: times(each.ratio.ratio) for kind, each in self.timed.items()} | dict.fromkeys(self.without, "not")
        return {case.key: f"{took[_kind(case)]} at batch {self.batch:,}" for case in cases if _kind(case) in took}

    def seconds(self, cases: Sequence[Case]) -> float | None:
        """Seconds that measuring the cases should take, if time grows like the batch; None where nothing is timed."""
        known = [self.timed[_kind(case)].candidate for case in cases if _kind(case) in self.timed]
        times = [wall_time(each.time * self.scale, each.compile_time or 0.0) for each in known]
        return sum(times) * len(cases) / len(times) if times else None


def pilot_of(here: Services, asked: Asked) -> Pilot | None:
    """What is known at the batch that is worth measuring first; None where the question is small."""
    small = asked.pilot()
    if small is None:
        return None
    cases, answer = small.cases(small.problem()), answer_of(here, small)
    is_here = answer.place == place_here(here, cases)
    timed = {_kind(each.candidate): each for each in answer.ranked if is_here and each.candidate.state == "measured"}
    keys = {each.key for each in answer.untimed} | {
        each.candidate.key for each in answer.ranked if _kind(each.candidate) not in timed}
    untimed = tuple(case for case in cases if case.key in keys)
    without = frozenset(_kind(each.candidate) for each in answer.ruled_out
                        if {reason.kind for reason in each.reasons} & {"cannot", "failed"})
    batch = small.question.batch
    return Pilot(batch, asked.question.batch / batch, timed, without, untimed)


def _kind(each: Case | Candidate) -> Kind:
    return each.product, each.variant, each.framework
