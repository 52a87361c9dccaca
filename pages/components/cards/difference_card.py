"""What differs between two results, and how many times as fast one is as the other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from backend.catalogue import label
from backend.difference import differences, in_words, ratios
from backend.metrics import METRICS
from backend.spec import Result
from results_db import NotFound, Store

_KINDS = {"case": "Asked", "machine": "Machine", "device": "Device", "versions": "Version", "source": "Source",
          "process": "Process", "conditions": "Conditions"}


def difference_card(store: Store, *ids: str) -> None:
    """Draws the card of two results, the older first."""
    try:
        first, second = sorted(map(store.result, ids), key=lambda result: result.measured_at)
    except NotFound as error:
        st.warning(f"{error}.".capitalize())
        return
    with st.container(border=True):
        st.header("What differs?")
        for which, result in zip(("First", "Second"), (first, second), strict=True):
            st.caption(f"**{which}:** {_name(result)}, {units.age(pd.Timestamp(result.measured_at))}, "
                       f"{result.status} · result {result.id}")
        times = _times(first, second)
        if len(times):
            st.dataframe(times, hide_index=True, alt="The times of both results and their ratio.")
            st.caption("Each is of one process: what differs between processes is not in these intervals. "
                       "`python -m backend compare` measures both in several, in turn.")
        found = differences(first, second)
        if not found:
            st.markdown("Nothing differs: the same case, machine, versions, source and conditions.")
            return
        st.dataframe(
            pd.DataFrame([(_KINDS[each.kind], each.name.replace("_", " "), each.first, each.second) for each in found],
                         columns=["What", "Name", "First", "Second"]),
            hide_index=True, height="content", alt="Every value that the two results do not share.")


def _name(result: Result) -> str:
    case = result.case
    return (f"{label(case.product, case.variant)}, {case.problem.setting.upper()}, L = {case.problem.l_max}, "
            f"{units.plural(case.problem.channels, 'channel')}, batch {case.problem.batch:,}")


def _times(first: Result, second: Result) -> pd.DataFrame:
    """Both times with their intervals, and the first's advantage in words."""
    rows = [
        (METRICS[name].label, *(units.time_with_interval(*(each.metrics.get(part) for part in
                                                           (name, f"{name}_low", f"{name}_high")))
                                for each in (first, second)), in_words(ratio))
        for name, ratio in ratios(first, second).items()
    ]
    return pd.DataFrame(rows, columns=["Time", "First", "Second", "The first is"])
