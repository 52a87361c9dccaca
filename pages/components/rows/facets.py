"""A question asked in each setting or on each device, with the rows of each: what small multiples show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from backend.spec import DEVICES, SETTINGS, SpecError
from pages.components.charts.tradeoff_chart import drawable
from pages.components.question.selection import BY_DEVICE, BY_SETTING, Question, View, setting_label
from pages.components.rows.foreseen import foreseen, with_predicted
from pages.components.rows.frames import measurements_of, overlays_of
from pages.components.rows.fronts import Band, with_fronts
from pages.components.rows.overlays import pictured
from pages.components.rows.ratios import with_ratios
from pages.components.services import Services


@dataclass(frozen=True)
class Facet:
    """One of several pictures: its title, the rows that it draws and their front; and whether no more are to come."""

    title: str
    rows: pd.DataFrame
    band: Band | None
    is_foreseen: Callable[[], bool] = lambda: True


def questions(question: Question, view: View) -> dict[str, Question]:
    """The question by title in each setting or on each device, its own first; those that cannot be asked are left
    out."""
    values, name = {BY_SETTING: (SETTINGS, "setting"), BY_DEVICE: (DEVICES, "device")}[view.facets]
    title = {"setting": setting_label, "device": str.upper}[name]
    own = getattr(question, name)
    every = {title(value): replace(question, **{name: value}) for value in (own, *(v for v in values if v != own))}
    return {each: asked for each, asked in every.items() if _can_be_asked(asked)}


def facets(here: Services, asked: dict[str, Question], labels: Sequence[str], view: View) -> list[Facet]:
    """The rows of these products for each question, as far as anything is known of it."""
    found = []
    for title, question in asked.items():
        rows, is_foreseen = _rows(here, question, list(labels), view)
        found.append(Facet(title, *with_fronts(rows, view, question.chosen), is_foreseen))
    return [facet for facet in found if len(facet.rows)]


def _rows(here: Services, question: Question, labels: list[str], view: View
          ) -> tuple[pd.DataFrame, Callable[[], bool]]:
    cases, version = question.cases(), here.store.data_version
    frame = measurements_of(here.store, cases, version, here.place(question.device))
    frame = frame[frame["label"].isin(labels)] if len(frame) else frame
    rows = pictured(frame, overlays_of(here.store, here.recorded, question, version), labels, view)
    guessed, is_foreseen = foreseen(here.predictor, cases, frame, view.cost)
    rows = with_predicted(rows, guessed, frame, view.shown)
    return drawable(with_ratios(rows, question), view), is_foreseen


def _can_be_asked(question: Question) -> bool:
    try:
        return bool(question.cases())
    except SpecError:
        return False
