"""The numbers of the tradeoff chart as a table: what is timed first, the fastest on top."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.components import picked_row
from pages.components.cards.floor_words import with_flag
from pages.components.question.selection import OVER_K, Question
from pages.components.tables import columns, written

_COLUMNS = (
    "label", "facet", "l_max", "inner", "state", "front", "function", "throughput_time", "interval", "processes",
    "conditions", "latency", "degrees_of_freedom", "interactable", "share_of_paths", "time_per_degree_of_freedom",
    "time_per_path", "distance", "oracle_error", "equivariance_error_rotation", "equivariance_error_inversion",
    "peak_memory", "bytes", "flops", "measured_at",
)


def tradeoff_table(frame: pd.DataFrame, question: Question) -> str:
    """The numbers of the picture; the id of the result whose row is selected, or nothing."""
    timed = frame["throughput_time"].notna()
    rows = frame.assign(timed=timed).sort_values(
        ["timed", "l_max", "inner", "throughput_time"], ascending=[False, False, False, True],
        ignore_index=True).drop(columns="timed")
    half = (rows["throughput_time_high"] - rows["throughput_time_low"]) / 2
    rows["interval"] = half.astype(float) / rows["throughput_time"].astype(float)
    absent = {"function"} if "facet" in rows else {"facet"}   # of several problems a letter would not tell of which
    absent |= {"inner"} if question.over != OVER_K else set()
    names = with_flag([name for name in _COLUMNS if name not in absent], rows)
    picked = picked_row.picked_row(
        written(rows[names]), rows["id"].tolist(), key="table", column_config=columns(names),
        alt=f"Every case of the picture, from L = {question.l_max} down: times, expressivity, errors, memory.")
    st.download_button(
        "Download as CSV", lambda: rows.to_csv(index=False), "tradeoff.csv", "text/csv", on_click="ignore")
    return picked
