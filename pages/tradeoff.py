"""The first page: runtime against expressivity, what is not measured yet, and the run that measures it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from backend import units
from backend.spec import Case, SpecError
from pages.components import picked_point, picked_row
from pages.components.cards.empty_picture import say_why_empty
from pages.components.cards.provenance_words import published_card, say_provenance
from pages.components.cards.result_card import result_card
from pages.components.cards.said import say_what_is_not_plain
from pages.components.cards.same_function import only_same
from pages.components.cards.tradeoff_table import tradeoff_table
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question import controls, tradeoff_controls
from pages.components.question.address import read_address
from pages.components.question.presets import presets
from pages.components.question.product_pills import product_pills
from pages.components.question.selection import OVER_K, TIMES, Question, View, setting_label
from pages.components.question.spread import batch_words, spread_words
from pages.components.rows.frames import measurements_of, overlays_of, predicted_of, tables_of
from pages.components.rows.fronts import Band, front_words, with_fronts
from pages.components.rows.functions import functions
from pages.components.rows.measurements import (
    ELSEWHERE,
    FAILED,
    MISSING,
    UNSUPPORTED,
)
from pages.components.rows.overlays import pictured
from pages.components.rows.provenance import PREDICTED, PUBLISHED
from pages.components.rows.ratios import with_ratios
from pages.components.rows.saturation import saturation
from pages.components.runs import live
from pages.components.runs.measuring import measuring
from pages.components.screen import room
from pages.components.services import Services, services


def page() -> None:
    """The whole page, top to bottom."""
    here = services()
    shown = live.seen(here)
    problems = read_address(tradeoff_controls.CHOICES)
    with st.sidebar:
        try:
            question = controls.question()
            view = tradeoff_controls.view()
            question = question.along(view.over)
            cases = question.cases()
        except SpecError as error:
            question, reason = None, str(error)
    st.title("What does expressivity cost?")
    for problem in problems:
        st.warning(f"{problem} The default is shown instead.")
    if question is None:
        st.error(f"{reason[0].upper()}{reason[1:]}. Correct it in the sidebar.")
        live.watch(here, shown)
        return
    frame = measurements_of(here.store, cases, here.store.data_version, here.place(question.device))
    line, picture, said, run, below = (st.container() for _ in range(5))
    with below:   # drawn first: the picture shows what the pills leave on
        labels = product_pills(frame, question.framework)
    laid_over = overlays_of(here.store, here.recorded, question, here.store.data_version)
    of_labels = _functions(here, frame, laid_over, question)
    labels, remark = only_same(view, labels, of_labels)
    visible = frame[frame["label"].isin(labels)]
    shown_rows = pictured(visible, laid_over, labels, view)
    foreseen = _foreseen(here, cases, visible, view)
    shown_rows = with_ratios(_with_predicted(shown_rows, foreseen, visible, view), question)
    rows = drawable(shown_rows, view)
    rows, band = with_fronts(rows, view, question.chosen)
    with line:
        st.caption(_summary(visible, question))
        say_provenance(rows, here.recorded, question)
        presets()
    chosen = ""
    if len(rows):
        with picture:
            chosen = _chart(rows, band, question, view, shown)
    else:
        with picture:
            say_why_empty(visible, question, view)
    with said:
        if remark:
            st.caption(remark)
        if view.over == OVER_K and (full := saturation(rows, question)):
            st.caption(full)
        if band is not None:
            st.caption(f":material/stairs: {band.words}")
    with run:   # above the pills, so that it is in sight together with the picture
        live.watch(here, shown)
    measuring(here, question, cases, visible, foreseen)
    say_what_is_not_plain(with_ratios(visible, question), view)
    shown_rows = shown_rows[shown_rows["state"] != PREDICTED]
    of_points = dict(zip(rows["id"], map(front_words, rows.to_dict("records")), strict=True))
    shown_rows = shown_rows.assign(
        front=shown_rows["id"].map(of_points), function=shown_rows["label"].map(of_labels))
    picked = tradeoff_table(shown_rows, question) if _timed(shown_rows) else ""
    if id := picked or chosen:
        _card(here, id, shown_rows)


def _functions(here: Services, own: pd.DataFrame, others: pd.DataFrame, question: Question) -> dict[str, str]:
    """What the products compute, by all that is known of them."""
    rows = with_ratios(pd.concat([rows for rows in (own, others) if len(rows)] or [own], ignore_index=True), question)
    problem = question.problem(question.l_max)
    return functions(rows, problem, tables_of(here.store, problem, here.store.data_version))


def _foreseen(here: Services, cases: Sequence[Case], frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """What is predicted of the cases that there is any sense in measuring."""
    keys = set(frame.loc[frame["state"] != UNSUPPORTED, "key"]) if len(frame) else set()
    return predicted_of(here.predictor, tuple(case for case in cases if case.key in keys),
                        view.cost if view.cost in TIMES else TIMES[0])


def _with_predicted(rows: pd.DataFrame, foreseen: pd.DataFrame, frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows, and what is predicted of cases that have no time in the history, where that is to be shown."""
    if PREDICTED not in view.shown or frame.empty:
        return rows
    guessed = foreseen[foreseen["key"].isin(frame.loc[frame["state"].isin([MISSING, FAILED]), "key"])]
    return pd.concat([rows, guessed], ignore_index=True) if len(guessed) else rows


def _timed(rows: pd.DataFrame) -> bool:
    return len(rows) > 0 and rows["throughput_time"].notna().any()


def _card(here: Services, id: str, rows: pd.DataFrame) -> None:
    """The card of a result, of the history or recorded, or of a published figure, and what closes it."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Close the card", type="tertiary", icon=":material/close:", on_click=_let_go)
    published = rows[(rows["id"] == id) & (rows["state"] == PUBLISHED)]
    if len(published):
        published_card(published.iloc[0])
    else:
        result_card(here.store, id, here.recorded)


def _let_go() -> None:
    picked_point.unpick("tradeoff")
    picked_row.unpick("table")


def _summary(frame: pd.DataFrame, question: Question) -> str:
    problem = question.problem(question.l_max)
    parts = [
        units.plural(frame["label"].nunique(), "product"), setting_label(question.setting), f"L {question.l_max}",
        units.plural(question.channels, "channel"), *filter(None, [spread_words(problem)]),
        f"batch {batch_words(problem)}", f"parity {question.parity}",
        question.machine_summary(), services().devices().get(question.device, f"not on {services().where}"),
    ]
    missing = int(frame["state"].isin([MISSING, ELSEWHERE]).sum())
    return " · ".join(parts + [f"{missing} not measured"] * bool(missing))


def _chart(rows: pd.DataFrame, band: Band | None, question: Question, view: View, shown: live.Seen) -> str:
    """Draws the picture; the id of the result whose point was clicked, or nothing."""
    asked = (question, view)
    before = st.session_state.get("axes")
    kept = before[1:] if before and before[0] == asked and shown.active else None
    drawn = tradeoff_chart(rows, view, chosen=question.chosen, theme=shown.theme, kept=kept, band=band, room=room())
    st.session_state["axes"] = (asked, drawn.x, drawn.y)
    with st.container(height=drawn.figure.layout.height + 10, border=False):   # the page keeps still while it changes
        return picked_point.picked_point(
            drawn.figure, set(rows["id"]), key="tradeoff", table="table", alt=drawn.words,
            touched=room().narrow, config=room().config("tradeoff"))


page()
