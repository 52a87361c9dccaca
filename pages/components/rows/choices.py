"""The answer and the map of the page Choose, kept until the store has something new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from backend.catalogue import entry
from backend.choosing import Answer, Cell, Place, cell, deciding, likely, nearest_unknown, ranking
from backend.environment import environment, identity
from backend.spec import Case, Problem
from pages.components.question.choosing import Asked
from pages.components.rows.choice_rows import Record, choice_rows, place_of
from pages.components.rows.measurements import MISSING
from pages.components.rows.predictor import Made
from pages.components.runs.measuring import LIMIT
from pages.components.services import Services

SLOW = 3.0      # times as long as the fastest: not worth measuring next to it
SECONDS = 6.0   # of a short case of which nothing is known, mostly compiling (JAX on an EPYC, November 2026: 1 to 15)
_EXPLORED = 4   # unknown cells that are measured at once


@dataclass(frozen=True)
class Map:
    """Cells by their place (across, up); the cases that would decide the undecided ones, and those that would tell of
    the `explored` nearest unknown ones (`new` of them, the last), with the seconds that all take; and how many more
    would be stopped at the limit of a case."""

    cells: dict[Place, Cell]
    cases: tuple[Case, ...]
    seconds: float
    too_long: int
    explored: int
    new: int


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
    new, explored = _new(_asked, cells, of_problem)
    seconds = sum(short.values()) + SECONDS * len(new)
    return Map(cells, (*short, *new), seconds, len(times) - len(short), explored, len(new))


def _new(asked: Asked, cells: Mapping[Place, Cell], rows: Mapping[Problem, list[Record]]
         ) -> tuple[tuple[Case, ...], int]:
    """The cases that would tell of the unknown cells nearest to the question, and of how many: those that are fast
    wherever anything is known, or, where nothing is, what one looks at first."""
    place = tuple(getattr(asked.problem(), name) for name in asked.axes)
    wanted = likely([each for each in cells.values() if each.contenders], within=SLOW)
    found: dict[Place, list[Case]] = {}
    for at in nearest_unknown(cells, place, most=_EXPLORED, fits=asked.is_short):
        found[at] = [row["case"] for row in rows.get(cells[at].problem, ()) if row["state"] == MISSING and (
            (row["product"], row["variant"], row["framework"]) in wanted if wanted else _is_usual(row))]
    return tuple(case for each in found.values() for case in each), sum(map(bool, found.values()))


def _is_usual(row: Record) -> bool:
    known = entry(row["product"])
    return known.everyday and row["variant"] == known.default_variant


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
