"""The answer and the map of the page Choose, kept until the store has something new."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from backend.choosing import Answer, Cell, cell, deciding, ranking
from backend.environment import environment, identity
from backend.spec import Case, Problem
from pages.components.question.choosing import Asked
from pages.components.rows.choice_rows import Record, choice_rows, place_of
from pages.components.rows.predictor import Made
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
    made = _made(here, cases)
    return _answer(here, asked, cases, made, asked, _known_at(here, made))


def map_of(here: Services, asked: Asked) -> Map:
    """The map of what is asked, by what is known now."""
    made = _made(here, asked.cases(asked.problem()))
    return _map(here, asked, made, asked, _known_at(here, made))


def place_here(here: Services, cases: tuple[Case, ...]) -> str:
    """The place whose times are measured here; nothing where there are no cases."""
    return place_of(identity(environment(cases[0])) | dict(here.place(cases[0].device))) if cases else ""


def seconds_of(here: Services, cases: tuple[Case, ...]) -> float | None:
    """Seconds that measuring the cases should take, each no more than its limit; None where nobody knows of any."""
    made = here.predictor.soon(cases) if cases else None
    times = [found for case in cases if (found := made.model.wall_time(case)) is not None] if made else []
    return sum(min(each, LIMIT) for each in times) * len(cases) / len(times) if times else None


def is_known(here: Services, asked: Asked) -> bool:
    """Whether nothing more of what is asked could be told by predictions."""
    cases = asked.cases(asked.problem())
    return not cases or here.predictor.is_ready(cases)


def _made(here: Services, cases: tuple[Case, ...]) -> Made | None:
    return here.predictor.soon(cases) if cases else None


def _known_at(here: Services, made: Made | None) -> tuple[int, float]:
    return here.store.data_version, made.at if made else 0.0


@st.cache_resource(max_entries=30, show_spinner=False)
def _answer(_here: Services, _asked: Asked, _cases: tuple[Case, ...], _made: Made | None, asked: Asked,
            known_at: tuple[int, float]) -> Answer:
    rows = choice_rows(_here.store, _here.recorded, _cases, _here.place(_asked.question.device), _made)
    return ranking(rows, place_here(_here, _cases), _asked.requirements, _asked.problem())


@st.cache_resource(max_entries=10, show_spinner=False)
def _map(_here: Services, _asked: Asked, _made: Made | None, asked: Asked, known_at: tuple[int, float]) -> Map:
    problems = _asked.cells()
    of_problem = _of_cells(_here, _asked, _made, tuple(problems.values()), _asked.alike, known_at)
    here = place_here(_here, _asked.cases(_asked.problem()))
    cells = {place: cell(of_problem.get(problem, ()), here, _asked.requirements, problem)
             for place, problem in problems.items()}
    of_key = {row["key"]: row["case"] for each in cells.values() if each.state == "undecided"
              for row in of_problem[each.problem]}
    wanted = [of_key[key] for key in dict.fromkeys(deciding(cells.values()))] if _made else []
    times = {case: seconds for case in wanted if (seconds := _made.model.wall_time(case)) is not None}
    short = {case: seconds for case, seconds in times.items() if seconds <= LIMIT}
    return Map(cells, tuple(short), sum(short.values()), len(times) - len(short))


@st.cache_resource(max_entries=10, show_spinner=False)
def _of_cells(_here: Services, _asked: Asked, _made: Made | None, problems: tuple[Problem, ...], alike: Asked,
              known_at: tuple[int, float]) -> dict[Problem, list[Record]]:
    """The rows of each cell: the same wherever in the map the question is, whatever error and memory it allows."""
    cases = tuple(case for problem in problems for case in _asked.cases(problem))
    rows = choice_rows(_here.store, _here.recorded, cases, _here.place(_asked.question.device), _made,
                       only=_asked.requirements)
    found: dict[Problem, list[Record]] = {}
    for row in rows:
        found.setdefault(row["problem"], []).append(row)
    return found
