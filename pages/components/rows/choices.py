"""The answer and the map of the page Choose, kept until the store has something new."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from backend.choosing import Answer, Cell, cell, deciding, ranking
from backend.environment import environment, identity
from backend.spec import Case
from pages.components.question.choosing import Asked
from pages.components.rows.choice_rows import choice_rows, place_of
from pages.components.runs.measuring import LIMIT
from pages.components.services import Services


@dataclass(frozen=True)
class Map:
    """Cells by their place (across, up); the cases that would decide the undecided ones, and the seconds that they
    take; and how many more would be stopped at the limit of a case."""

    cells: dict[tuple[int, int], Cell]
    cases: tuple[Case, ...]
    seconds: float
    too_long: int


def answer_of(here: Services, asked: Asked) -> Answer:
    """The answer to what is asked, by what is known now."""
    cases = asked.cases(asked.problem())
    return _answer(here, asked, cases, asked, _known_at(here, cases))


def map_of(here: Services, asked: Asked) -> Map:
    """The map of what is asked, by what is known now."""
    return _map(here, asked, asked, _known_at(here, asked.cases(asked.problem())))


def place_here(here: Services, cases: tuple[Case, ...]) -> str:
    """The place whose times are measured here; nothing where there are no cases."""
    return place_of(identity(environment(cases[0])) | dict(here.place(cases[0].device))) if cases else ""


def seconds_of(here: Services, cases: tuple[Case, ...]) -> float | None:
    """Seconds that measuring the cases should take, each no more than its limit; None where nobody knows of any."""
    model = here.predictor.model(cases) if cases else None
    times = [found for case in cases if (found := model.wall_time(case)) is not None]
    return sum(min(each, LIMIT) for each in times) * len(cases) / len(times) if times else None


def _known_at(here: Services, cases: tuple[Case, ...]) -> tuple[int, float]:
    return here.store.data_version, here.predictor.made(cases).at if cases else 0.0


@st.cache_resource(max_entries=30, show_spinner=False)
def _answer(_here: Services, _asked: Asked, _cases: tuple[Case, ...], asked: Asked, known_at: tuple[int, float]
            ) -> Answer:
    rows = choice_rows(_here.store, _here.recorded, _cases, _here.place(_asked.question.device), _here.predictor)
    return ranking(rows, place_here(_here, _cases), _asked.requirements, _asked.problem())


@st.cache_resource(max_entries=10, show_spinner=False)
def _map(_here: Services, _asked: Asked, asked: Asked, known_at: tuple[int, float]) -> Map:
    problems = _asked.cells()
    cases = tuple(case for problem in problems.values() for case in _asked.cases(problem))
    rows = choice_rows(_here.store, _here.recorded, cases, _here.place(_asked.question.device), _here.predictor,
                       only=_asked.requirements)
    here, of_problem, of_key = place_here(_here, cases), {}, {}
    for row in rows:
        of_problem.setdefault(row["problem"], []).append(row)
        of_key[row["key"]] = row["case"]
    cells = {place: cell(of_problem.get(problem, ()), here, _asked.requirements, problem)
             for place, problem in problems.items()}
    model = _here.predictor.model(cases) if cases else None
    to_measure = {of_key[key]: model.wall_time(of_key[key]) for key in dict.fromkeys(deciding(cells.values()))}
    short = {case: seconds for case, seconds in to_measure.items() if seconds is not None and seconds <= LIMIT}
    return Map(cells, tuple(short), sum(short.values()), len(to_measure) - len(short))
