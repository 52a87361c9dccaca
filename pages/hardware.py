"""Every result under the roofs of its device: how far it is from what the hardware can do at best."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.environment import machine
from backend.execution.measuring_limits import Asked
from backend.spec import DTYPES
from pages.components.cards.floor_words import BELOW, bound_by, is_below, with_flag
from pages.components.cards.result_card import result_card
from pages.components.charts.roofline_chart import placed, roofline_chart, roofs_of, words
from pages.components.export.take_away import take_away
from pages.components.picked_point import picked_point
from pages.components.picked_row import picked_row
from pages.components.question.roofline_controls import device_choice, device_name, filtered
from pages.components.question.selection import framework_label
from pages.components.rows.frames import newest_on_device
from pages.components.runs import live
from pages.components.screen import room
from pages.components.services import Services, services
from pages.components.tables import columns, written
from results_db.newest import threads_measured

_COLUMNS = ("label", "setting", "l_max", "channels", "batch", "framework", "throughput_time", "time_floor", "distance",
            "bound", "flops", "bytes", "direction", "spread", "measured_at")


TITLE = "How far from the hardware's limit?"


def page() -> None:
    """The device in the sidebar; the picture of its newest results, their table, and the card of one."""
    here = services()
    shown = live.seen(here)
    st.title(TITLE)
    roofs = {device_name(row): row for row in here.store.roofs().to_dict("records")}
    with st.sidebar:
        device, ours = device_choice(roofs, threads_measured(here.store, machine()["name"]))
        results = filtered(newest_on_device(here.store, device, here.store.data_version))
    row = roofs.get(device_name(device))
    _measure(here, device, row, ours=ours)
    if row is not None and row["sizes"] is not None and len(row["sizes"]):
        _picture(here, row, results, shown)
    live.watch(here, shown)


def _measure(here: Services, device: dict, row: dict | None, *, ours: bool) -> None:
    """What is known of the limits, and the button that measures them in a process of their own."""
    asked = Asked.of(device["device"], device["threads"])
    running = here.limits.running(asked)
    if row is None:
        st.info("The limits of this device are not measured yet, so no result has a floor. Press Measure: bandwidth, "
                "FLOP per second and the time of an empty call, in some twenty seconds when the machine is idle.")
    if reason := here.limits.failure(asked):
        st.error(f"The limits could not be measured whole: {reason}.")
    st.fragment(_watch, run_every=0.5 if running is not None else None)(here, asked)
    if ours and running is None:
        when = "" if row is None else f" · measured {units.age(row['measured_at'])}"
        st.button("Measure the limits" if row is None else f"Measure the limits again{when}", key="measure_limits",
                  type="primary" if row is None else "secondary", on_click=here.limits.start,
                  args=(asked, lambda found: [here.store.add_limits(each) for each in found]))


def _watch(here: Services, asked: Asked) -> None:
    """Says that the limits are being measured; draws the page again when they are there."""
    seconds, before = here.limits.running(asked), st.session_state.get("measuring_limits")
    st.session_state["measuring_limits"] = asked if seconds is not None else None
    if seconds is not None:
        st.info(f"Measuring the limits in processes of their own, for {units.duration(seconds)} now. Whoever measures "
                "on this device meanwhile waits.")
    elif before == asked:
        st.rerun()


def _picture(here: Services, row: dict, results: pd.DataFrame, shown: live.Seen) -> None:
    rows = placed(results) if len(results) else results
    dtypes = [dtype for dtype in DTYPES if len(rows) and (rows["dtype"] == dtype).any()] or [DTYPES[0]]
    roofs = roofs_of(row, dtypes)
    st.caption(_summary(rows, row))
    figure = roofline_chart(rows if len(rows) else _EMPTY, roofs, shown.theme, room=room())
    with st.container(height=figure.layout.height + 10, border=False):
        chosen = picked_point(
            figure, set(rows["id"]) if len(rows) else (), key="roofline", table="hardware", touched=room().narrow,
            alt=words(rows, roofs), config=room().config("roofline"))
    st.caption("Sloping: what each cache and memory can move at best, read and written bytes together. Level: what "
               "matrix products reach. A short call is bound by its launch, which this picture does not show; the "
               "floor in the table does.")
    if rows.empty:
        st.info("No result of this device passes these filters. Measure some on the Tradeoff page, or take a filter "
                "away.")
        return
    if len(below := rows[is_below(rows)]):
        names = ", ".join(sorted(set(below["label"])))
        st.warning(f"{units.plural(len(below), 'result')} below the floor: {names}. {BELOW}")
    rows = rows.sort_values("distance", ignore_index=True)   # nearest to the floor first
    rows = rows.assign(bound=[bound_by(each) for each in rows.to_dict("records")])
    picked = _table(rows)
    take_away(here, "hardware", TITLE, (_summary(rows, row),), figure, words(rows, roofs), rows,
              with_flag(_COLUMNS, rows), ids=rows["id"])
    if result_id := picked or chosen:
        result_card(here.store, result_id)


def _summary(rows: pd.DataFrame, row: dict) -> str:
    parts = [units.plural(len(rows), "result"), row["device_name"],
             *[units.plural(row["threads"], "thread")] * (row["device"] == "cpu")]
    if len(rows) and rows["distance"].notna().any():
        nearest = rows.loc[rows["distance"].idxmin()]
        parts += [f"median {units.ratio(rows['distance'].median())} the floor",
                  f"nearest {nearest['label']} at L {nearest['l_max']}, {units.ratio(nearest['distance'])}"]
    return " · ".join([*parts, f"limits measured by {', '.join(map(framework_label, row['frameworks']))}"])


def _table(rows: pd.DataFrame) -> str:
    """The points as a table; the id of the row that is selected, or nothing."""
    names = with_flag(_COLUMNS, rows)
    return picked_row(written(rows[names]), rows["id"].tolist(), key="hardware", column_config=columns(names),
                      alt="Results, nearest to their floor first: times, floor, what it is bound by, FLOP and bytes.")


_EMPTY = pd.DataFrame({name: [] for name in ("x", "y", "product", "variant", "label", "distance")})

page()
