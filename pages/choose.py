"""Which product to use: what is required in, a ranked answer with its reasons out, and who wins at other sizes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.choosing import Answer, beyond
from backend.spec import Case, SpecError
from pages.components.cards.break_even import break_even_sentences
from pages.components.cards.choice_tables import candidates_table, cells_table, ruled_out_lines
from pages.components.cards.choice_words import answer_sentence
from pages.components.cards.nearest_answer import say_nearest
from pages.components.cards.result_card import result_card
from pages.components.charts.crossover_chart import NAMES, crossover_chart, words
from pages.components.export.take_away import take_away
from pages.components.question import choose_controls
from pages.components.question.choosing import Asked
from pages.components.question.model_paste import model_paste, settling
from pages.components.question.selection import setting_label
from pages.components.question.spread import batch_words, spread_words
from pages.components.rows.choices import Map, answer_of, is_known, map_of, place_here
from pages.components.rows.pilot import pilot_of
from pages.components.runs import live
from pages.components.runs.candidates import measure_button, measure_candidates
from pages.components.runs.measuring import LIMIT
from pages.components.screen import room
from pages.components.services import Services, services

TITLE = "Which tensor product should I use?"


def page() -> None:
    """The whole page, top to bottom."""
    here = services()
    shown = live.seen(here)
    problems = choose_controls.read_address()
    with st.sidebar:
        model_paste()
        try:
            asked = choose_controls.question()
            problem = asked.problem()
        except SpecError as error:
            asked, reason = None, str(error)
    st.title(TITLE)
    for each in problems:
        st.warning(f"{each} The default is shown instead.")
    if settling():
        return
    if asked is None:
        st.error(f"{reason[0].upper()}{reason[1:]}. Correct it in the sidebar.")
        live.watch(here, shown)
        return
    summary = st.empty()
    asked = choose_controls.required(asked)
    cases = asked.cases(problem)
    answer = answer_of(here, asked)
    summary.caption(_summary(asked, answer))
    for key in beyond(asked.requirements, problem):
        st.warning(f"No product can do this here: {choose_controls.need_label(key)}. The problem itself has no such "
                   "path; a larger L_max, parity both or another setting may.")
    st.markdown(f"#### {answer_sentence(answer, frameworks=asked.any_framework)}")
    _where_from(here, asked, answer, cases)
    if answer.untimed and not answer.ranked:
        say_nearest(here, asked)
    pilot = pilot_of(here, asked)
    picked = candidates_table(answer, frameworks=asked.any_framework, remarks=pilot.remarks(cases) if pilot else {})
    measure_candidates(here, answer, cases, pilot)
    live.watch(here, shown)
    live.follow(lambda: is_known(here, asked))
    if answer.ruled_out:
        with st.expander(f"Ruled out: {units.plural(len(answer.ruled_out), 'candidate')}, each with its reason"):
            st.markdown(ruled_out_lines(answer, frameworks=asked.any_framework))
    if picked:
        result_card(here.store, picked, here.recorded)
    _who_wins(here, asked, shown, (_summary(asked, answer), answer_sentence(answer, frameworks=asked.any_framework)))


def _summary(asked: Asked, answer: Answer) -> str:
    problem, question = answer.problem, asked.question
    degrees = f"x to {problem.l1}, y to {problem.l2}, z to {problem.l_out}" if asked.shaped else f"L {question.l_max}"
    able = len(answer.ranked) + len(answer.untimed)
    found = [f"{able} of {units.plural(able + len(answer.ruled_out), 'candidate')} will do",
             f"{len(answer.untimed)} of them without a time" if answer.untimed else ""]
    machine = question.machine_summary() if not asked.any_framework else (
        f"{question.device.upper()} · any framework · {question.dtype} · {question.direction.replace('_', ' ')}")
    return " · ".join(filter(None, [
        setting_label(question.setting), degrees, units.plural(question.channels, "channel"), spread_words(problem),
        f"batch {batch_words(problem)}", f"parity {question.parity}", machine, *found]))


def _where_from(here: Services, asked: Asked, answer: Answer, cases: tuple[Case, ...]) -> None:
    """Whose times are compared, and what compiling the winner costs."""
    said = []
    if answer.ranked and answer.place != place_here(here, cases):
        said.append(f"**Times of another machine: {answer.place}.** Fewer than two products that do have one here; "
                    "press Measure for yours.")
    elif any(each.candidate.state == "elsewhere" for each in answer.ranked):
        said.append("**Elsewhere** means: on this machine, with another version of the program or of a library.")
    if any(each.candidate.is_predicted for each in answer.ranked):
        said.append("**Predicted** times come from your results at other sizes, with an interval that holds 90 %; "
                    "measured ones have one of 95 %.")
    if answer.ranked:
        first = answer.ranked[0].candidate
        case = next(each for each in cases if each.key == first.key)
        said += [f"{first.label}: {each}" for each in break_even_sentences(here.store, case)]
    if said:
        st.caption("  \n".join(said))


def _who_wins(here: Services, asked: Asked, shown: live.Seen, said: tuple[str, ...]) -> None:
    """The map over sizes, what would decide it, its table, and all taken away with what is said of the question."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.header("Who wins at other sizes?")
    with right:
        asked = choose_controls.map_axes(asked)
    found = _map(here, asked, shown)
    axes, problem = asked.axes, asked.problem()
    states = pd.Series([each.state for each in found.cells.values()]).value_counts()
    if states.get("unknown") == len(found.cells):
        st.info("Nothing that does what you require has a time at any of these sizes.")
        _decide(here, found)
        return
    st.caption("The fastest of those that do what you require, cell by cell: " + " · ".join(
        f"{count} {state}" for state, count in states.items()) + ". Filled: measured. Dashed: predicted. Dotted with "
        "a question mark: undecided, the intervals overlap. Two colours: measured, and not distinguishable."
        + " Not known: no time there, and too few near it to predict one." * ("unknown" in states))
    place = tuple(getattr(problem, name) for name in axes)
    figure = crossover_chart(found.cells, axes, place, shown.theme, frameworks=asked.any_framework, room=room())
    told = words(found.cells, axes, frameworks=asked.any_framework)
    st.plotly_chart(
        figure, key="crossover", alt=told,
        config={"displaylogo": False, "displayModeBar": False,
                "toImageButtonOptions": {"format": "svg", "filename": "crossover"}})
    _decide(here, found)
    with st.expander("The map as a table"):
        table = cells_table(found.cells, (NAMES[axes[0]], NAMES[axes[1]]), frameworks=asked.any_framework)
    take_away(here, "choose", TITLE, said, figure, told, table, ids=[
        each.id for cell in found.cells.values() for each in cell.contenders])


def _decide(here: Services, found: Map) -> None:
    """The button that measures what would decide the map, or tell of what is not known of it."""
    undecided = sum(each.state == "undecided" for each in found.cells.values())
    cells = [f"the {units.plural(undecided, 'cell')} that would decide it"] * bool(len(found.cases) > found.new)
    cells += [f"the {found.explored} nearest cells that are not known"] * bool(found.explored)
    measure_button(here, found.cases, f"Measure {' and '.join(cells)}", "choose_decide", seconds=found.seconds)
    if found.too_long:
        st.caption(f":material/warning: Left out: {units.plural(found.too_long, 'case')} that would be stopped at the "
                   f"limit of {units.duration(LIMIT)}.")


def _map(here: Services, asked: Asked, shown: live.Seen) -> Map:
    """The map; while something is measured the one before for some seconds, so that the page keeps up."""
    before = st.session_state.get("choose_map")
    if before and before[0] == asked and shown.active and shown.at - before[1] < _PATIENCE:
        return before[2]
    found = map_of(here, asked)
    st.session_state["choose_map"] = (asked, shown.at, found)
    return found


_PATIENCE = 5.0   # seconds for which a map is kept while results come in

page()
