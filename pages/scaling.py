"""How any cost grows with L, channels or batch: measured slopes beside what was claimed."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from backend import units
from backend.spec import Problem, SpecError
from pages.components.cards.empty_picture import say_why_empty
from pages.components.cards.open_card import open_card
from pages.components.cards.provenance_words import say_provenance
from pages.components.cards.said import say_states
from pages.components.cards.scaling_words import say_parting, slope_table
from pages.components.charts.scaling_chart import scaling_chart, words
from pages.components.export.take_away import take_away
from pages.components.picked_point import picked_point
from pages.components.question import controls, scaling_controls
from pages.components.question.address import read_address
from pages.components.question.along import Along
from pages.components.question.product_pills import product_pills
from pages.components.question.selection import TIMES, Question, View, setting_label
from pages.components.question.spread import batch_words, spread_words
from pages.components.rows.foreseen import foreseen, with_predicted
from pages.components.rows.frames import measurements_of, overlays_of
from pages.components.rows.measurements import ELSEWHERE, MEASURED, MISSING
from pages.components.rows.overlays import pictured
from pages.components.rows.slopes import scaled, slopes
from pages.components.runs import live
from pages.components.runs.measuring import measuring
from pages.components.screen import room
from pages.components.services import Services, services

TITLE = "How does it scale?"


def page() -> None:
    """The question, the lines with their slopes, where they part from the claims, what is missing, the table."""
    here = services()
    shown = live.seen(here)
    problems = read_address(scaling_controls.CHOICES)
    with st.sidebar:
        own = st.container()   # above the question: what this page is about
        try:
            with own:
                along = scaling_controls.along()
            question = controls.question()
            cases = along.cases(question)
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
    line, picture, parting, run, below = (st.container() for _ in range(5))
    with below:   # drawn first: the picture shows what the pills leave on
        labels = product_pills(frame, question.framework)
    visible = frame[frame["label"].isin(labels)]
    guessed, is_foreseen = foreseen(here.predictor, cases, visible, along.metric)
    rows = scaled(_drawn(here, question, along, visible, labels, guessed), along)
    problem = question.problem(question.l_max)
    table = slopes(rows, along, problem)
    with line:
        st.caption(_summary(visible, question, along, problem))
        say_provenance(rows, here.recorded, question)
    chosen, figure = "", None
    with picture:
        if len(rows):
            chosen, figure = _chart(rows, table, along, shown)
        elif visible["state"].isin([MEASURED, ELSEWHERE]).any() and "measured" in along.shown:
            st.info(f"No result of this question has the metric {along.y.label}. Choose another under Chart.")
        else:
            say_why_empty(visible, question, View(shown=along.shown))
    with parting:
        say_parting(table, along)
    with run:
        live.watch(here, shown)
        live.follow(is_foreseen)
    measuring(here, question, cases, visible, guessed)
    say_states(visible)
    picked = slope_table(table, along) if len(table) else ""
    if figure is not None:
        take_away(here, "scaling", TITLE, (_summary(visible, question, along, problem),), figure, words(table, along),
                  table, ids=rows["id"])
    open_card(here, picked or chosen, rows, chart="scaling", table="slopes")


def _drawn(here: Services, question: Question, along: Along, visible: pd.DataFrame, labels: list[str],
           guessed: pd.DataFrame) -> pd.DataFrame:
    """The reader's own rows, what is laid over them, and what is predicted of cases without a number."""
    laid_over = [overlays_of(here.store, here.recorded, each, here.store.data_version)
                 for each in along.questions(question)]
    laid_over = pd.concat([each for each in laid_over if len(each)] or laid_over[:1], ignore_index=True)
    if along.across != "l_max" and len(laid_over):
        laid_over = laid_over[laid_over["l_max"] == question.l_max]
    rows = pictured(visible, laid_over, labels, View(shown=along.shown))
    return with_predicted(rows, guessed, visible, along.shown if along.metric in TIMES else ())


def _summary(frame: pd.DataFrame, question: Question, along: Along, problem: Problem) -> str:
    fixed = {
        "l_max": f"L 1 to {question.l_max}" if along.across == "l_max" else f"L {question.l_max}",
        "channels": units.plural(question.channels, "channel"), "batch": f"batch {batch_words(problem)}",
    }
    if along.across != "l_max":
        last = along.questions(question)[-1]
        fixed[along.across] = f"{along.label.lower()} 1 to {getattr(last, along.across):,}"
    parts = [units.plural(frame["label"].nunique(), "product"), setting_label(question.setting), *fixed.values(),
             *filter(None, [spread_words(problem)]), f"parity {question.parity}", question.machine_summary(),
             services().devices().get(question.device, f"not on {services().where}")]
    missing = int(frame["state"].isin([MISSING, ELSEWHERE]).sum())
    return " · ".join(parts + [f"{missing} not measured"] * bool(missing))


def _chart(rows: pd.DataFrame, table: pd.DataFrame, along: Along, shown: live.Seen) -> tuple[str, go.Figure]:
    """Draws the picture; the id of the result whose point was clicked, or nothing, and the figure."""
    timed = "launch_floor" in rows and along.metric in TIMES
    level = float(rows["launch_floor"].median()) if timed and rows["launch_floor"].notna().any() else None
    figure = scaling_chart(rows, table, along, shown.theme, launch=level, room=room())
    with st.container(height=figure.layout.height + 10, border=False):   # the page keeps still while it is replaced
        chosen = picked_point(figure, set(rows["id"]), key="scaling", table="slopes", touched=room().narrow,
                              alt=words(table, along), config=room().config("scaling"))
    said = [f"Beside each line its slope with a 95 % interval, over {along.over}"
            + (", three at least" if along.over != "all points" else "") + "; no slope rests on a prediction."]
    if table["claimed"].notna().any():
        said.append("In the corner: slopes as claimed.")
    if level:
        said.append(f"Dashed: an empty call, {units.time(level)}.")
    elif along.metric in TIMES:
        said.append("The limits of this device are not measured, so no floor is drawn: the page Hardware measures "
                    "them.")
    st.caption(" ".join(said))
    return chosen, figure


page()
