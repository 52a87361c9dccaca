"""What pages ask of the store, kept until the store has something new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from backend.spec import Case, Problem
from pages.components.question.selection import Question
from pages.components.rows.estimate import seconds_per_case
from pages.components.rows.functions import Tables
from pages.components.rows.interactions import interactions
from pages.components.rows.measurements import measurements
from pages.components.rows.named import named, with_notes
from pages.components.rows.overlays import published_rows, recorded_rows
from pages.components.rows.predicted import predicted
from pages.components.rows.predictor import TIME, Made, Predictor
from results_db import Store, browsing
from results_db.browsing import Wanted
from results_db.compare_sets import Compared, Split, compare_sets, parts
from results_db.newest import newest_on
from results_db.occasions import Newest, cases_over_time, newest_changes, occasions
from results_db.recorded import Recorded, RecordedSet


def measurements_of(
    store: Store, cases: tuple[Case, ...], data_version: int, place: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `measurements` for these cases, measured at this place, at this version of the data."""
    return _measurements(store, cases, tuple(case.key for case in cases), data_version, dict(place))


def overlays_of(store: Store, recorded: Recorded, question: Question, data_version: int) -> pd.DataFrame:
    """The rows of recorded sets and of published figures for a question."""
    found = [_recorded(recorded, question, recorded.sets), _published(store, question, data_version)]
    return pd.concat([rows for rows in found if len(rows)] or found, ignore_index=True)


def predicted_of(predictor: Predictor, cases: tuple[Case, ...], metric: str) -> pd.DataFrame:
    """The rows of `predicted` for these cases, by the models that the predictor has of them now."""
    made = [predictor.soon(cases, name) if cases else None for name in (TIME, metric)]
    at = tuple(each.at if each else 0.0 for each in made)
    return _predicted(cases, *made, tuple(case.key for case in cases), metric, at)


def interactions_of(store: Store, problem: Problem, cases: Sequence[Case], data_version: int) -> pd.DataFrame:
    """The rows of `interactions` for the products of these cases on the problem; not to be changed in place."""
    return _interactions(store, problem, tuple(cases), tuple((case.product, case.variant) for case in cases),
                         data_version)


def tables_of(store: Store, problem: Problem, data_version: int) -> Tables:
    """The triples of every coupling table in the history of a problem's degrees, whatever its channels."""
    return _tables(store, (problem.setting, problem.parity, problem.l1, problem.l2, problem.l_out), data_version)


def pace_of(store: Store, data_version: int, framework: str, device: str) -> float | None:
    """Seconds per case on this framework and device, from the last jobs that ended."""
    return _pace(store, data_version, framework, device)


def history_choices(store: Store, data_version: int) -> dict[str, list[Any]]:
    """What of each filter occurs in the history, as `browsing.choices` has it."""
    return _choices(store, data_version)


def history_count(store: Store, wanted: Wanted, data_version: int) -> int:
    """How many results of the history pass."""
    return _count(store, wanted, data_version)


def history_page(store: Store, wanted: Wanted, data_version: int, *, start: int, rows: int) -> pd.DataFrame:
    """Some of the results that pass, newest first, each with its label, its spread in words, what its batch counts,
    and its newest note."""
    return _page(store, wanted, data_version, start, rows)


def compared_of(store: Store, split: Split, wanted: Wanted, time: str, data_version: int) -> Compared:
    """Sets of results beside one another."""
    return _compared(store, split, wanted, time, data_version)


def cases_of(store: Store, wanted: Wanted, data_version: int) -> pd.DataFrame:
    """The cases that can be followed over time, with their words."""
    return _cases(store, wanted, data_version)


def occasions_of(store: Store, key: str, wanted: Wanted, data_version: int) -> pd.DataFrame:
    """When a case was measured, and how long it took."""
    return _occasions(store, key, wanted, data_version)


def newest_changes_of(store: Store) -> Newest:
    """How the newest occasion of each case differs from those before, with the words of the cases; as of some seconds
    ago where it was asked before, so that nobody waits for it while a run adds results."""
    return _newest_changes(store, str(store.path))


def parts_of(store: Store, data_version: int) -> dict[str, list[str]]:
    """By part of the environment its values, where there are several."""
    return _parts(store, data_version)


def newest_on_device(store: Store, device: Mapping[str, Any], data_version: int) -> pd.DataFrame:
    """The newest timed result of every case on a device, with its label."""
    return _newest_on(store, dict(device), data_version)


@st.cache_data(max_entries=200, show_spinner=False)
def _measurements(
    _store: Store, _cases: tuple[Case, ...], keys: tuple[str, ...], data_version: int, place: dict[str, str],
) -> pd.DataFrame:
    return measurements(_store, _cases, place)


@st.cache_data(max_entries=50, show_spinner=False)
def _recorded(_recorded: Recorded, question: Question, sets: tuple[RecordedSet, ...]) -> pd.DataFrame:
    return recorded_rows(_recorded, question.cases())


@st.cache_data(max_entries=50, show_spinner=False)
def _published(_store: Store, question: Question, data_version: int) -> pd.DataFrame:
    return published_rows(_store, question)


@st.cache_data(max_entries=50, show_spinner=False)
def _tables(_store: Store, degrees: tuple, data_version: int) -> Tables:
    names = ("setting", "parity", "l1", "l2", "l_out")
    lines = _store.expressivity(**dict(zip(names, degrees, strict=True)))
    return {(line["product"], line["variant"]): {tuple(path[:3]) for path in line["paths"]}
            for line in lines.to_dict("records") if not line["message"]}


@st.cache_data(max_entries=200, show_spinner=False)
def _predicted(_cases: tuple[Case, ...], _times: Made | None, _of_metric: Made | None, keys: tuple[str, ...],
               metric: str, at: tuple[float, ...]) -> pd.DataFrame:
    return predicted(_cases, _times, _of_metric, metric)


@st.cache_data(max_entries=2, show_spinner=False)
def _choices(_store: Store, data_version: int) -> dict[str, list[Any]]:
    return browsing.choices(_store)


@st.cache_data(max_entries=200, show_spinner=False)
def _count(_store: Store, wanted: Wanted, data_version: int) -> int:
    return browsing.count(_store, wanted)


@st.cache_data(max_entries=50, show_spinner=False)
def _page(_store: Store, wanted: Wanted, data_version: int, start: int, rows: int) -> pd.DataFrame:
    return with_notes(_store, named(browsing.page(_store, wanted, start=start, rows=rows)))


@st.cache_data(max_entries=10, show_spinner="Comparing")
def _compared(_store: Store, split: Split, wanted: Wanted, time: str, data_version: int) -> Compared:
    return compare_sets(_store, split, wanted=wanted, time=time)


@st.cache_data(max_entries=20, show_spinner=False)
def _cases(_store: Store, wanted: Wanted, data_version: int) -> pd.DataFrame:
    return named(cases_over_time(_store, wanted))


@st.cache_data(max_entries=50, show_spinner=False)
def _occasions(_store: Store, key: str, wanted: Wanted, data_version: int) -> pd.DataFrame:
    return occasions(_store, key, wanted)


@st.cache_data(max_entries=2, show_spinner=False, ttl=20, refresh_mode="background")
def _newest_changes(_store: Store, path: str) -> Newest:
    found = newest_changes(_store, Wanted())
    return replace(found, rows=named(found.rows))


@st.cache_data(max_entries=2, show_spinner=False)
def _parts(_store: Store, data_version: int) -> dict[str, list[str]]:
    return parts(_store)


@st.cache_data(max_entries=10, show_spinner=False)
def _newest_on(_store: Store, device: dict[str, Any], data_version: int) -> pd.DataFrame:
    return named(newest_on(_store, **device))


@st.cache_resource(max_entries=50, show_spinner=False)
def _interactions(
    _store: Store, problem: Problem, _cases: tuple[Case, ...], pairs: tuple[tuple[str, str], ...], data_version: int,
) -> pd.DataFrame:
    return interactions(_store, problem, _cases)


@st.cache_data(max_entries=50, show_spinner=False)
def _pace(_store: Store, data_version: int, framework: str, device: str) -> float | None:
    return seconds_per_case(_store.jobs(states=("done",), limit=10), framework, device)
