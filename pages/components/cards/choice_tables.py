"""The tables of the page Choose: candidates that do, those that do not with their reasons, and the cells of the map."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from backend import units
from backend.choosing import Answer, Cell, Choice
from pages.components.cards.choice_words import loss, name, reason_words, time_words, times
from pages.components.picked_row import picked_row
from pages.components.question.selection import framework_label
from pages.components.tables import columns, written

_COLUMNS = ("rank", "label", "framework", "state", "throughput_time", "within", "slower", "loses", "peak_memory",
            "compile_time", "repaid", "oracle_error", "degrees_of_freedom")
_OWN = {
    "rank": st.column_config.TextColumn("", width=50, pinned=True, help="Equal ranks are not distinguishable."),
    "framework": st.column_config.TextColumn("Framework", width=90),
    "within": st.column_config.TextColumn("Interval", width=130, help=(
        "95 % of what is measured, half of it as a part of the time; 90 % of what is predicted.")),
    "slower": st.column_config.TextColumn("Of the fastest", width=125, help=(
        "Its time over that of the fastest, with the interval of both.")),
    "loses": st.column_config.TextColumn("Loses", width=215, help="Against all of Clebsch-Gordan."),
    "repaid": st.column_config.TextColumn("Repaid after", help=(
        "Calls after which the fastest has made up for compiling longer than this one.")),
}


def candidates_table(answer: Answer, *, frameworks: bool, remarks: Mapping[str, str]) -> str:
    """Draws those that do, fastest first, then those without a time, with a remark by key in place of how much slower
    they are; the id of the picked result, or nothing."""
    rows = [_row(answer, each) for each in answer.ranked]
    rows += [{"id": each.id, "rank": "", "label": each.label, "framework": framework_label(each.framework),
              "state": _STATES.get(each.state, each.state), "slower": remarks.get(each.key, ""),
              "loses": loss(answer, each).removeprefix("loses ")}
             for each in answer.untimed]
    if not rows:
        return ""
    names = [each for each in _COLUMNS if frameworks or each != "framework"]
    frame = pd.DataFrame(rows, columns=["id", *_COLUMNS])
    numbers = ["throughput_time", "peak_memory", "compile_time", "oracle_error", "degrees_of_freedom"]
    frame[numbers] = frame[numbers].astype(float)
    ids = frame["id"].where(frame["id"] != "", [f"none {number}" for number in range(len(frame))]).tolist()
    picked = picked_row(
        written(frame[names]), ids, key="choices", column_config=columns(names) | {
            each: _OWN[each] for each in names if each in _OWN},
        alt="Products that do what is required: rank, time, what is lost, memory, compile time.")
    return "" if picked.startswith("none") else picked


def ruled_out_lines(answer: Answer, *, frameworks: bool) -> str:
    """Those that do not do as a list in Markdown, equal reasons together."""
    found: dict[str, list[str]] = {}
    for each in answer.ruled_out:
        why = "; ".join(map(reason_words, each.reasons))
        found.setdefault(why, []).append(name(each.candidate, frameworks))
    return "\n".join(f"- **{', '.join(names)}**: {why}" for why, names in found.items())


def cells_table(cells: Mapping[tuple[int, int], Cell], titles: tuple[str, str], *, frameworks: bool) -> pd.DataFrame:
    """Draws the map as a table, a row a cell, and gives it."""
    rows = []
    for (x, y), cell in cells.items():
        every = (*cell.contenders, *cell.others)
        following = every[len(cell.contenders)] if cell.others else None
        rows.append({
            titles[0]: x, titles[1]: y, "Fastest": " or ".join(name(each, frameworks) for each in cell.contenders),
            "State": cell.state, "Time per call": time_words(every[0]) if every else "",
            "Next": f"{name(following, frameworks)}: {units.time(following.time)}" if following else "",
            "Without a time": cell.untimed})
    table = pd.DataFrame(rows)
    st.dataframe(table, hide_index=True, alt="Who is fastest at each size, with times.", column_config={
        titles[0]: st.column_config.NumberColumn(format="localized")})
    return table


def _row(answer: Answer, choice: Choice) -> dict:
    candidate, ratio = choice.candidate, choice.ratio
    shared = sum(each.rank == choice.rank for each in answer.ranked) > 1
    return {
        "id": candidate.id, "rank": f"{choice.rank}{'=' * shared}", "label": candidate.label,
        "framework": framework_label(candidate.framework), "state": candidate.state,
        "throughput_time": candidate.time,
        "within": time_words(candidate).removeprefix(units.time(candidate.time)).strip(" ()"),
        "slower": "" if choice is answer.ranked[0] else (
            f"{times(ratio.ratio)} ({times(ratio.low)}–{times(ratio.high)})"),
        "loses": loss(answer, candidate).removeprefix("loses "),
        "peak_memory": candidate.memory, "compile_time": candidate.compile_time,
        "repaid": f"{units.number(float(f'{choice.repaid:.2g}'))} calls" if choice.repaid else "",
        "oracle_error": candidate.oracle_error, "degrees_of_freedom": candidate.degrees_of_freedom,
    }


_STATES = {"missing": "not measured", "another place": "elsewhere only"}
