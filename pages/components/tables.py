"""Results as tables: numbers stay numbers (they sort and export as such), written with their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from backend import units
from backend.metrics import METRICS

_OTHERS = {"time": units.time, "before_time": units.time, "first_time": units.time, "second_time": units.time,
           "distance": units.ratio, "measured_at": units.age,
           "interval": units.plus_minus, "processes": "{:.0f}".format, "share_of_paths": "{:.0%}".format,
           "below_floor": lambda value: "below its floor" if value == 1 else ""}


def written(frame: pd.DataFrame) -> Styler:
    """The frame with every metric column in its unit and every time as an age. Of what pandas would translate to
    HTML, cell by cell, Streamlit reads the text of the cells alone: it is told that, and only where it is not the
    value itself."""
    table = frame.style
    table._translate = lambda *_: {"body": [_cells(frame)]}
    return table


def _cells(frame: pd.DataFrame) -> list[dict[str, str]]:
    """The text of each cell that is not its value as it stands."""
    forms, cells = _formats(frame), []
    for column, name in enumerate(frame.columns):
        values, form = frame.iloc[:, column], forms.get(name)
        plain = isinstance(values.dtype, pd.StringDtype) or values.dtype.kind in "iub"
        absent = values.isna().tolist()
        if form is None and plain and not any(absent):
            continue
        form = form or (lambda value: f"{value:.6f}" if isinstance(value, float) else value)   # as pandas has it
        cells += [{"id": f"row{row}_col{column}", "display_value": units.NOTHING if none else form(value)}
                  for row, (value, none) in enumerate(zip(values.to_numpy(object).tolist(), absent, strict=True))]
    return cells


def texts(frame: pd.DataFrame) -> pd.DataFrame:
    """The same as plain text under the titles that `columns` gives."""
    forms = _formats(frame)
    found = {name: [units.NOTHING if pd.isna(value) else str(forms[name](value) if name in forms else value)
                    for value in frame[name]] for name in frame.columns}
    titles = {name: each if isinstance(each, str) else each["label"] or name
              for name, each in columns(list(frame.columns)).items()}
    return pd.DataFrame(found).rename(columns=titles)


def _formats(frame: pd.DataFrame) -> dict[str, Any]:
    formats: dict[str, Any] = {
        name: (lambda value, metric=METRICS[name]: units.quantity(value, metric.unit))
        for name in frame.columns if name in METRICS
    }
    return formats | {name: form for name, form in _OTHERS.items() if name in frame.columns}


def columns(names: Sequence[str]) -> dict[str, Any]:
    """Titles and explanations of columns; those of metrics come from the table of metrics."""
    known = {
        "label": st.column_config.TextColumn("Product", pinned=True, width="medium"),
        "l_max": st.column_config.NumberColumn("L", width=50),
        "facet": st.column_config.TextColumn("Picture", width=80),
        "inner": st.column_config.NumberColumn("K", width=50, help="Channels between the linear layers of a layer."),
        "channels": st.column_config.NumberColumn("Channels", format="localized"),
        "batch": st.column_config.NumberColumn("Batch", format="localized"),
        "counts": st.column_config.TextColumn("Batch of"),
        "spread": st.column_config.TextColumn("Spread", help=(
            "How channels mix, weights, linear layers around it, messages; plain: channel by channel, row by row.")),
        "state": st.column_config.TextColumn("State", help=(
            "measured: here, by this version. elsewhere: by another version or machine. recorded: on the machine of a "
            "set that ships with the program. published: in the paper.")),
        "front": st.column_config.TextColumn("Pareto front", width=150, help=(
            "In how many of 100 draws of all times within their intervals nothing is both faster and more expressive. "
            "on the front: in 95 or more. tied: nothing there is told from it by these intervals. behind: one and the "
            "same product is better in 95 or more. Only numbers of one machine and version have a front together.")),
        "function": st.column_config.TextColumn("Function", help=(
            "Products with the same letter compute the same function at the chosen L: the same outputs, the same zero "
            "pattern of the coupling table. How many paths that has, and numbers for a row and channel.")),
        "share_of_paths": st.column_config.NumberColumn("Share of all paths", width=120, help=(
            "Interactable paths / paths of all of Clebsch-Gordan in the same problem.")),
        "interval": st.column_config.NumberColumn("±", help="Half the 95 % interval of the median, of the median."),
        "measured_at": st.column_config.Column("Measured"),
        "bound": st.column_config.TextColumn("Floor is of", help="What takes the largest part of the floor."),
        "setting": st.column_config.TextColumn("Setting", width=80),
        "status": st.column_config.TextColumn("Status", width=110),
        "note": st.column_config.TextColumn("Note", width="medium", help="The newest; its card has all of them."),
        "message": st.column_config.TextColumn("Message", width="large"),
        "machine": st.column_config.TextColumn("Machine"),
        "processes": st.column_config.NumberColumn("Processes", width=90, help=(
            "Processes that measured it. Times are the median of theirs, and the interval holds what differs between "
            "them; of one process it cannot.")),
        "conditions": st.column_config.TextColumn("Conditions", width=110, help=(
            "quiet; busy machine: the other cores, which share the memory, were at work; unsteady: samples drift or "
            "have two speeds; disturbed: something took time or speed from it. The card says what.")),
        "n_samples": st.column_config.NumberColumn("Samples"),
        "dtype": st.column_config.TextColumn("Precision"),
    }
    known |= {
        name: st.column_config.NumberColumn(metric.label, help=metric.meaning) for name, metric in METRICS.items()
    }
    return {name: known.get(name, name.replace("_", " ").capitalize()) for name in names}
