"""What one result rests on: raw samples, every metric, environment, verdict, and the command that repeats it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.catalogue import catalogue, label
from backend.environment import environment, identity
from backend.metrics import DERIVED, METRICS
from backend.reproduce import command
from backend.spec import Result, SpecError
from pages.components.cards.break_even import break_even_sentences
from pages.components.cards.floor_words import BELOW, floor_sentence
from pages.components.cards.notes_card import notes_card
from pages.components.charts.samples_chart import samples_chart
from pages.components.question.spread import batch_words, spread_words
from pages.components.runs.live import theme
from pages.components.screen import room
from pages.components.services import services
from results_db import NotFound, Store
from results_db.recorded import Recorded


def result_card(store: Store, id: str, recorded: Recorded | None = None) -> None:
    """Draws the card of the result with this id, of the history or of a recorded set."""
    ships = recorded is not None and id in recorded
    source: Store | Recorded = recorded if ships else store
    try:
        result = source.result(id)
    except NotFound as error:
        st.warning(f"{error}.".capitalize())
        return
    case = result.case
    with st.container(border=True):
        st.header(f"{label(case.product, case.variant)}, {case.problem.setting.upper()}, L = {case.problem.l_max}")
        st.caption(_described(result))
        if ships:
            said = source.set_of(id)
            st.markdown(f"**Recorded** on {said.machine}, {said.date}, and ships with the program ({said.title}): not "
                        f"a measurement of this machine. Licence: {said.licence}.")
        st.markdown(_verdict(store, result))
        if result.status == "ok":
            samples, numbers = st.columns([3, 2])
            samples.plotly_chart(
                samples_chart(result, theme(), room=room()), key=f"samples_{id}", config=room().config("samples"),
                alt=f"{len(result.samples)} samples of the time per call, {len(result.latency_samples)} of latency.")
            samples.caption(f"One process; {_stopped(result)}. Band: 95 % interval of the median; dotted: the median.")
            for icon, said in _conditions(result):
                samples.caption(f":material/{icon}: {said[:1].upper()}{said[1:]}.")
            row = source.results(id=result.id).iloc[0]
            numbers.dataframe(_metrics(row, result), hide_index=True, height=290, alt="Every metric of this result.")
            st.markdown(floor_sentence(row))
            for sentence in break_even_sentences(store, case):
                st.markdown(sentence)
            if row["below_floor"] == 1:
                st.warning(BELOW)
        if not ships:
            notes_card(store, result.id)
        st.markdown("**Measure it again** from a shell:")
        st.code(command(case), language=None, wrap_lines=True)
        with st.expander("Environment"):
            st.json(dict(result.environment))
        st.download_button(
            "Download the samples as CSV", lambda: samples_csv(result), f"{case.key}_{id[:8]}.csv", "text/csv",
            on_click="ignore", key=f"csv_{id}")


def samples_csv(result: Result) -> str:
    """One line a sample: which time, its place in the order, seconds."""
    rows = [("throughput_time", at, value) for at, value in enumerate(result.samples, 1)]
    rows += [("latency", at, value) for at, value in enumerate(result.latency_samples, 1)]
    return pd.DataFrame(rows, columns=["metric", "sample", "seconds"]).to_csv(index=False)


def _stopped(result: Result) -> str:
    """How many samples there are, why no more, and how many of the first are warm-up."""
    live, many = result.environment.get("live", {}), units.plural(len(result.samples), "sample")
    skipped = live.get("warm_up_samples", 0)
    reason = f", then {live['stopped']}" if live.get("stopped") else ""
    return many + (f", the first {skipped} of them warm-up" if skipped else "") + reason


def _conditions(result: Result) -> list[tuple[str, str]]:
    """(icon, sentence) of whatever was not quiet, or that all was."""
    live = result.environment.get("live", {})
    told = live.get("conditions", {})
    doubts = [*told.get("findings", ()), *live.get("findings", ())]
    said = [("warning", each) for each in doubts] + [("info", each) for each in told.get("remarks", ())]
    if absent := told.get("not_told", ()):
        said.append(("info", f"not told by this machine: {', '.join(absent)} of its cores"))
    if doubts or told.get("remarks") or not told:
        return said
    where = f"core {', '.join(map(str, told['cores']))}" if told["cores"] else "a core that the system chose"
    return [("check", f"quiet while it was measured, on {where}"), *said]


def _described(result: Result) -> str:
    case, problem = result.case, result.case.problem
    parts = [
        units.plural(problem.channels, "channel"), *filter(None, [spread_words(problem)]),
        f"batch {batch_words(problem)}", *[units.plural(problem.nodes, "node")] * bool(problem.neighbours),
        f"parity {problem.parity}",
        case.framework, case.device, case.dtype, case.precision, case.direction, case.layout, case.compilation,
        units.plural(case.threads, "thread"), *_effective(result), f"case {case.key}", f"result {result.id}",
    ]
    return " · ".join(parts)


def _effective(result: Result) -> list[str]:
    """What a library really ran, as it says itself."""
    return [f"{name} {value}" for name, value in result.environment.get("live", {}).get("effective", {}).items()]


def _verdict(store: Store, result: Result) -> str:
    said = f"**{result.status.capitalize()}.** " + (f"{result.message}. " if result.message else "")
    if result.case.product not in catalogue():
        return said + "This product is not installed here."
    try:
        where = identity(environment(result.case)) | dict(services().place(result.case.device))
        verdict = store.lookup(result.case, where)
    except SpecError as error:
        return f"{said}{error}"
    newest = "" if verdict.result_id in ("", result.id) else " The newest result for this case is another one."
    return f"{said}{verdict.sentence}.{newest}"


def _metrics(derived: pd.Series, result: Result) -> pd.DataFrame:
    """Every metric with its meaning; derived ones as the store derives them."""
    values = {name: derived[name] if name in DERIVED else result.metrics.get(name) for name in METRICS}
    values |= {name: value for name, value in result.metrics.items() if name not in METRICS}
    return pd.DataFrame(
        [(METRICS[name].label, units.quantity(value, METRICS[name].unit), METRICS[name].meaning) if name in METRICS
         else (name, units.number(value), "")
         for name, value in values.items() if value is not None and value == value],
        columns=["Metric", "Value", "Meaning"])
