"""The numbers of the tradeoff chart as a table: what is timed first, the fastest on top."""

from __future__ import annotations

import pandas as pd

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


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as the table has them: what is timed first, the chosen L or K on top, the fastest before others."""
    timed = frame["throughput_time"].notna()
    rows = frame.assign(timed=timed).sort_values(
        ["timed", "l_max", "inner", "throughput_time"], ascending=[False, False, False, True],
        ignore_index=True).drop(columns="timed")
    half = (rows["throughput_time_high"] - rows["throughput_time_low"]) / 2
    return rows.assign(interval=half.astype(float) / rows["throughput_time"].astype(float))


def table_columns(rows: pd.DataFrame, question: Question) -> list[str]:
    """The columns of the table of ordered rows."""
    absent = {"function"} if "facet" in rows else {"facet"}   # of several problems a letter would not tell of which
    absent |= {"inner"} if question.over != OVER_K else set()
    return [name for name in _COLUMNS if name not in absent]


def tradeoff_table(frame: pd.DataFrame, question: Question) -> str:
    """The numbers of the picture; the id of the result whose row is selected, or nothing."""
    rows = ordered(frame)
    names = with_flag(table_columns(rows, question), rows)
    picked = picked_row.picked_row(
        written(rows[names]), rows["id"].tolist(), key="table", column_config=columns(names),
        alt=f"Every case of the picture, from L = {question.l_max} down: times, expressivity, errors, memory.")
    return picked
