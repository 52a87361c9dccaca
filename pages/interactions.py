"""Which interactions a product reaches and loses, why, and who can do what physics asks for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from backend import units
from backend.execution.computing_expressivity import Asked
from backend.needs import Need
from backend.spec import Problem, SpecError
from backend.written_needs import Triple, triples_of, why_not_asked
from pages.components.cards.interaction_words import answers, left_out, losses
from pages.components.charts.interactions_chart import interactions_chart, words
from pages.components.export.take_away import take_away
from pages.components.question import controls, interactions_controls
from pages.components.question.interactions_controls import NOTHING
from pages.components.question.product_pills import product_pills
from pages.components.question.selection import Question, setting_label
from pages.components.rows.frames import interactions_of
from pages.components.rows.interactions import CANNOT, COMPUTED, MISSING, REASONS, asked_problem, of_need
from pages.components.runs import live
from pages.components.screen import room
from pages.components.services import Services, services

_HEIGHT = 420   # pixels kept for a picture that is being computed
_AT_ONCE = 6   # the largest L at which what NumPy computes is computed unasked: it takes seconds


TITLE = "Which interactions does it reach?"


def page() -> None:
    """The need in the sidebar, who can do it, the picture of one product, and the table of all."""
    here = services()
    problems = interactions_controls.read_address()
    with st.sidebar:
        own = st.container()   # above the question: what this page is about
        try:
            with own:
                need = interactions_controls.need()
            question = controls.question()
            problem = asked_problem(question.problem(question.l_max))
            cases = [case for case in question.cases() if case.problem.l_max == question.l_max]
        except SpecError as error:
            question, reason = None, str(error)
    st.title(TITLE)
    for sentence in problems:
        st.warning(f"{sentence} The default is shown instead.")
    if question is None:
        st.error(f"{reason[0].upper()}{reason[1:]}. Correct it in the sidebar.")
        return
    every = interactions_of(here.store, problem, cases, here.store.data_version)
    with own:
        looked, against = interactions_controls.products(every["label"].tolist(), question.framework)
    top, below = st.container(), st.container()
    with below:   # drawn first: what is said above is of the products that the pills leave on
        shown = product_pills(every, question.framework)
    asked = [path for path in triples_of(need, problem) if not why_not_asked(path, problem)]
    rows = of_need(every[every["label"].isin({*shown, looked, against})], asked)
    with top:
        st.caption(_summary(question, problem, rows))
        _need(need, rows, asked, problem)
        computing = _computing(here, problem, rows)
        figure, said = _picture(rows, looked, against, asked, computing)
        _compute(here, problem, rows, computing)
    with below:
        table = _table(rows, len(asked), problem)
        if figure is not None:
            take_away(here, "interactions", TITLE, (_summary(question, problem, rows),), figure, said, table)


def _summary(question: Question, problem: Problem, rows: pd.DataFrame) -> str:
    computed = int((rows["state"] == COMPUTED).sum())
    parts = [setting_label(question.setting), f"L {question.l_max}", f"parity {problem.parity}",
             units.plural(len(problem.paths), "path") + " of Clebsch-Gordan", units.plural(computed, "product")]
    missing = int((rows["state"] == MISSING).sum())
    return " · ".join(parts + [f"{missing} not computed"] * bool(missing))


def _need(need: Need, rows: pd.DataFrame, asked: Sequence[Triple], problem: Problem) -> None:
    """What is needed, what for, and who can do it."""
    meaning = f" {need.meaning}" if need.meaning else ""
    st.markdown(f"**{need.label[0].upper()}{need.label[1:]}.**{meaning}")
    if sentence := left_out(need, problem):
        (st.caption if asked else st.info)(sentence)
    if asked and len(known := rows[rows["state"].isin([COMPUTED, CANNOT])]):
        st.markdown("  \n".join(answers(known, len(asked))))


def _picture(
    rows: pd.DataFrame, looked: str, against: str, asked: Sequence[Triple], computing: Asked | None,
) -> tuple[go.Figure | None, str]:
    """The picture of one product or two and its words, room for it while they are computed, or why there is none."""
    by_label = {row["label"]: row for row in rows.to_dict("records")}
    row, other = by_label[looked], by_label.get(against) if against not in (NOTHING, looked) else None
    for each in filter(None, (row, other)):
        if each["state"] == MISSING and computing is not None and each["product"] in computing.keys:
            st.skeleton(height=_HEIGHT)
            return None, ""
        if each["state"] != COMPUTED:
            st.info(f"**{each['label']}**: {each['message'] or 'what it reaches is not computed here yet'}.")
            return None, ""
    figure, said = interactions_chart(row, other, asked, live.theme(), room=room()), words(row, other)
    st.plotly_chart(figure, key="interactions", width="content", alt=said,
                    config={"displaylogo": False, "displayModeBar": False})
    st.caption(losses(row, other))
    return figure, said


def _computing(here: Services, problem: Problem, rows: pd.DataFrame) -> Asked | None:
    """What is being computed: what a reader asked for, else what can be had in seconds, for which nobody need ask
    unless something is being measured, whose times it would disturb. None where nothing is."""
    running = st.session_state.get("computing")
    if running is not None and here.expressivity.running(running) is not None:
        return running
    cheap = rows[(rows["state"] == MISSING) & (rows["framework"] == "numpy")]
    asked = _asked(problem, cheap)
    tried = st.session_state.setdefault("computed_unasked", set())
    if problem.l1 > _AT_ONCE or cheap.empty or asked in tried or here.queue.status().active:
        return None
    tried.add(asked)
    _start(here, asked)
    return asked


def _compute(here: Services, problem: Problem, rows: pd.DataFrame, computing: Asked | None) -> None:
    """What is being computed, why something could not be, and the button that computes what is missing."""
    st.fragment(_watch, run_every=None if computing is None else 0.7)(here, computing)
    if computing is not None:
        return
    asked = st.session_state.get("computing")
    if asked is not None and (reason := here.expressivity.failure(asked)):
        st.error(f"Some could not be computed: {reason}.")
    wanted = rows[rows["state"] == MISSING]
    if len(wanted):
        st.button(f"Compute {units.plural(len(wanted), 'product')} at this problem · some seconds", type="primary",
                  key="compute", on_click=_start, args=(here, _asked(problem, wanted)))


def _asked(problem: Problem, rows: pd.DataFrame) -> Asked:
    return Asked(problem, tuple(rows[["product", "variant", "framework"]].itertuples(index=False, name=None)))


def _start(here: Services, asked: Asked) -> None:
    st.session_state["computing"] = asked
    here.expressivity.start(asked, lambda lines: [here.store.add_expressivity(line) for line in lines])


def _watch(here: Services, computing: Asked | None) -> None:
    """Says what is being computed; draws the page again when there is something new."""
    seconds = None if computing is None else here.expressivity.running(computing)
    seen, now = st.session_state.get("computed"), (here.store.data_version, seconds is None)
    st.session_state["computed"] = now
    if seconds is not None:
        st.info(f"Computing what {units.plural(len(computing.products), 'product')} reach, in a process of its own, "
                f"for {units.duration(seconds)} now. A library's product waits for its framework to start.")
    if computing is not None and (seconds is None or (seen is not None and seen != now)):
        st.rerun()


def _table(rows: pd.DataFrame, asked: int, problem: Problem) -> pd.DataFrame:
    """Draws it, and gives its rows."""
    counts = pd.DataFrame([
        {reason: sum(why == reason for why in row["lost"].values()) if row["state"] == COMPUTED else None
         for reason in REASONS} for row in rows.to_dict("records")])
    known = rows["state"].isin([COMPUTED, CANNOT])
    table = rows[["label", "has", "why"]].assign(
        reached=rows["reached"].map(len).where(known).astype("Int64"), **counts)
    st.dataframe(
        table, hide_index=True, height="content", placeholder=units.NOTHING,
        alt="Every product: how much of what is needed it reaches, why it loses the rest, and all that it loses.",
        column_config={
            "label": st.column_config.TextColumn("Product", pinned=True),
            "has": st.column_config.NumberColumn(f"Needed, of {asked}", help="Triples of the need that it reaches."),
            "why": st.column_config.TextColumn("Lost, because", width="medium"),
            "reached": st.column_config.NumberColumn(f"Reached, of {len(problem.paths)}", help=(
                "Triples (l1, l2, l3) on which it is not zero, of those that Clebsch-Gordan reaches here.")),
            **{reason: st.column_config.NumberColumn(reason.capitalize(), help=_HELP[reason]) for reason in REASONS}})
    return table


_HELP = {
    "antisymmetric": "Lost because it reaches nothing with l1 + l2 + l3 odd: exchanging x and y would change the sign.",
    "symmetric": "Lost because it reaches nothing with l1 + l2 + l3 even.",
    "parity": "It has outputs of this degree, but none of this parity.",
    "accidental zero": "Nothing forbids it, and it is zero: a 6j symbol that vanishes, a term that was left out.",
}

page()
