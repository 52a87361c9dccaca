"""The first page: runtime against expressivity, what is not measured yet, and the run that measures it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from backend import units
from backend.spec import SpecError
from pages.components import picked_point
from pages.components.cards.empty_picture import say_why_empty
from pages.components.cards.open_card import open_card
from pages.components.cards.provenance_words import say_provenance
from pages.components.cards.said import say_what_is_not_plain
from pages.components.cards.same_function import only_same
from pages.components.cards.tradeoff_table import ordered, table_columns, tradeoff_table
from pages.components.charts.facets_chart import facets_chart
from pages.components.charts.tradeoff_chart import Drawn, drawable, tradeoff_chart
from pages.components.export.take_away import take_away
from pages.components.question import controls, tradeoff_controls
from pages.components.question.address import read_address
from pages.components.question.presets import presets
from pages.components.question.product_pills import product_pills
from pages.components.question.selection import ONE, OUTPUTS, OVER_K, Question, View, setting_label
from pages.components.question.spread import batch_words, spread_words
from pages.components.rows.facets import Facet, facets, questions
from pages.components.rows.foreseen import foreseen, with_predicted
from pages.components.rows.frames import measurements_of, overlays_of, tables_of
from pages.components.rows.fronts import Band, front_words, with_fronts
from pages.components.rows.functions import functions
from pages.components.rows.measurements import ELSEWHERE, MISSING
from pages.components.rows.overlays import pictured
from pages.components.rows.provenance import PREDICTED
from pages.components.rows.ratios import with_ratios
from pages.components.rows.records import records
from pages.components.rows.saturation import saturation
from pages.components.runs import live
from pages.components.runs.measuring import measuring
from pages.components.screen import room
from pages.components.services import Services, services

TITLE = "What does expressivity cost?"


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
    st.title(TITLE)
    for problem in problems:
        st.warning(f"{problem} The default is shown instead.")
    if question is None:
        st.error(f"{reason[0].upper()}{reason[1:]}. Correct it in the sidebar.")
        live.watch(here, shown)
        return
    frame = measurements_of(here.store, cases, here.store.data_version, here.place(question.device))
    line, picture, remarks, run, below = (st.container() for _ in range(5))
    with below:   # drawn first: the picture shows what the pills leave on
        labels = product_pills(frame, question.framework)
    laid_over = overlays_of(here.store, here.recorded, question, here.store.data_version)
    of_labels, measured = _functions(here, frame, laid_over, question)
    labels, remark = only_same(view, labels, of_labels, measured)
    visible = frame[frame["label"].isin(labels)]
    shown_rows = pictured(visible, laid_over, labels, view)
    guessed, is_foreseen = foreseen(here.predictor, cases, visible, view.cost)
    shown_rows = with_ratios(with_predicted(shown_rows, guessed, visible, view.shown), question)
    several = [] if view.facets == ONE else facets(here, questions(question, view), labels, view)
    rows, bands = _in_one(several) if several else _alone(drawable(shown_rows, view), view, question)
    with line:
        st.caption(_summary(visible, question))
        say_provenance(rows, here.recorded, question)
        presets()
    chosen, drawn = "", None
    if len(rows):
        with picture:
            chosen, drawn = _chart(rows, several, bands, question, view, shown)
    else:
        with picture:
            say_why_empty(visible, question, view)
    with remarks:
        if remark:
            st.caption(remark)
        if view.over == OVER_K and (full := saturation(rows, question)):
            st.caption(full)
        for title, band in bands.items():
            st.caption(f":material/stairs: {f'**{title}.** ' * bool(title)}{band.words}")
        if view.facets != ONE:
            st.caption(_of_facets(question, view, several))
    with run:   # above the pills, so that it is in sight together with the picture
        live.watch(here, shown)
        live.follow(lambda: is_foreseen() and all(each.is_foreseen() for each in several))
    measuring(here, question, cases, visible, guessed)
    say_what_is_not_plain(with_ratios(visible, question), view)
    of_points = dict(zip(rows["id"], map(front_words, records(rows)), strict=True))
    shown_rows = rows if several else shown_rows
    shown_rows = shown_rows[shown_rows["state"] != PREDICTED]
    shown_rows = shown_rows.assign(
        front=shown_rows["id"].map(of_points), function=shown_rows["label"].map(of_labels))
    picked = tradeoff_table(shown_rows, question) if _timed(shown_rows) else ""
    if drawn is not None:
        said = (_summary(visible, question), *(band.words for band in bands.values()))
        rows = ordered(shown_rows)
        take_away(here, "tradeoff", TITLE, said, drawn.figure, drawn.words, rows, table_columns(rows, question),
                  ids=rows["id"])
    open_card(here, picked or chosen, shown_rows, chart="tradeoff", table="table")


def _functions(here: Services, own: pd.DataFrame, others: pd.DataFrame, question: Question
               ) -> tuple[dict[str, str], set[str]]:
    """What the products compute, by all that is known of them, and which are measured at the chosen L."""
    rows = with_ratios(pd.concat([rows for rows in (own, others) if len(rows)] or [own], ignore_index=True), question)
    problem = question.problem(question.l_max)
    at = rows[(rows["l_max"] == question.l_max) & rows[OUTPUTS.name].notna()] if len(rows) else rows
    measured = set(at["label"]) if len(at) else set()
    return functions(rows, problem, tables_of(here.store, problem, here.store.data_version)), measured


def _alone(rows: pd.DataFrame, view: View, question: Question) -> tuple[pd.DataFrame, dict[str, Band]]:
    """The rows of the only picture with their front, which needs no title."""
    rows, band = with_fronts(rows, view, question.chosen)
    return rows, {"": band} if band is not None else {}


def _in_one(several: Sequence[Facet]) -> tuple[pd.DataFrame, dict[str, Band]]:
    """The rows of all pictures, each with its `facet`, and their fronts by title."""
    rows = pd.concat([each.rows.assign(facet=each.title) for each in several], ignore_index=True)
    return rows, {each.title: each.band for each in several if each.band is not None}


def _of_facets(question: Question, view: View, several: Sequence[Facet]) -> str:
    """Which pictures there are not, and of which one Measure speaks."""
    own, *_ = asked = list(questions(question, view))
    absent = [title for title in asked if title not in {each.title for each in several}]
    said = f"What is not measured, and Measure, is of {own}: choose another in the sidebar."
    return f"Nothing is known of {', '.join(absent)}. {said}" if absent else said


def _timed(rows: pd.DataFrame) -> bool:
    return len(rows) > 0 and rows["throughput_time"].notna().any()


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


def _chart(rows: pd.DataFrame, several: Sequence[Facet], bands: dict[str, Band], question: Question, view: View,
           shown: live.Seen) -> tuple[str, Drawn]:
    """Draws the picture; the id of the result whose point was clicked, or nothing, and what was drawn."""
    asked = (question, view)
    before = st.session_state.get("axes")
    kept = before[1:] if before and before[0] == asked and shown.active else None
    look = {"chosen": question.chosen, "theme": shown.theme, "room": room()}
    drawn = facets_chart(several, view, **look) if several else tradeoff_chart(
        rows, view, kept=kept, band=bands.get(""), **look)
    st.session_state["axes"] = (asked, drawn.x, drawn.y)
    with st.container(height=drawn.figure.layout.height + 10, border=False):   # the page keeps still while it changes
        chosen = picked_point.picked_point(
            drawn.figure, set(rows["id"]), key="tradeoff", table="table", alt=drawn.words,
            touched=room().narrow, config=room().config("tradeoff"))
    return chosen, drawn


page()
