"""What pages ask of the store, kept until the store has something new."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from backend.catalogue import label
from backend.spec import SPREAD, Case
from pages.components.question.selection import Question
from pages.components.question.spread import row_words
from pages.components.rows.estimate import seconds_per_case
from pages.components.rows.measurements import measurements
from pages.components.rows.overlays import published_rows, recorded_rows
from pages.components.rows.predicted import predicted
from pages.components.rows.predictor import Predictor
from results_db import Store
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
    """The rows of `predicted` for these cases, by the model that the predictor has of them now."""
    made = predictor.made(cases).at if cases else 0.0
    return _predicted(predictor, cases, tuple(case.key for case in cases), metric, made)


def pace_of(store: Store, data_version: int, framework: str, device: str) -> float | None:
    """Seconds per case on this framework and device, from the last jobs that ended."""
    return _pace(store, data_version, framework, device)


def all_results(store: Store, data_version: int) -> pd.DataFrame:
    """Every result with its label, its spread in words and what its batch counts, newest first;
    shared by all readers, so it must not be changed in place."""
    return _all_results(store, data_version)


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


@st.cache_data(max_entries=200, show_spinner=False)
def _predicted(
    _predictor: Predictor, _cases: tuple[Case, ...], keys: tuple[str, ...], metric: str, made: float) -> pd.DataFrame:
    return predicted(_predictor, _cases, metric)


@st.cache_resource(max_entries=2, show_spinner=False)
def _all_results(_store: Store, data_version: int) -> pd.DataFrame:
    frame = _store.results()
    named = {pair: label(*pair) for pair in set(zip(frame["product"], frame["variant"], strict=True))}
    pairs = zip(frame["product"], frame["variant"], strict=True)
    asked = ["setting", *SPREAD]
    spreads = list(frame[asked].itertuples(index=False, name=None))
    words = {each: row_words(dict(zip(asked, each, strict=True))) for each in set(spreads)}
    return frame.assign(label=[named[pair] for pair in pairs], spread=[words[each][0] for each in spreads],
                        counts=[words[each][1] for each in spreads])


@st.cache_data(max_entries=50, show_spinner=False)
def _pace(_store: Store, data_version: int, framework: str, device: str) -> float | None:
    return seconds_per_case(_store.jobs(states=("done",), limit=10), framework, device)
