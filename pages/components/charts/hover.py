"""Everything about one point, as the lines that appear beside it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from textwrap import wrap
from typing import Any

from backend import units
from backend.metrics import METRICS
from pages.components.cards import conditions
from pages.components.rows.fronts import front_words
from pages.components.rows.measurements import MEASURED
from pages.components.rows.predicted import hover_text as predicted_text
from pages.components.rows.provenance import PREDICTED, PUBLISHED
from pages.components.rows.steps import size_words

_WIDTH = 88   # characters of a line


def hover_text(row: Mapping[str, Any]) -> str:
    """The lines for a row of `measurements`, as the HTML that Plotly understands."""
    if row["state"] == PUBLISHED:
        return _published(row)
    if row["state"] == PREDICTED:
        return predicted_text(row)
    lines = [
        f"<b>{escape(row['label'])}</b>, {size_words(row)}",
        _timed(row, "throughput_time"),
        _timed(row, "latency"),
        f"{_named(row, 'degrees_of_freedom')} · {_named(row, 'interactable')}",
        f"{_named(row, 'time_per_degree_of_freedom')}",
        f"{_named(row, 'time_per_path')}",
        f"Pareto front: {said}" if (said := front_words(row)) else "",
        _named(row, "equivariance_error_rotation"),
        _named(row, "equivariance_error_inversion"),
        _named(row, "oracle_error"),
        f"{_named(row, 'peak_memory')} · {_named(row, 'bytes')} · {_named(row, 'flops')}".strip(" ·"),
        _processes(row["processes"], row["between"]),
        escape(conditions.sentence(row)),
        f"{row['status']}, {units.moment(row['measured_at'])}, {row['layout']}, {row['compilation']}",
        escape(str(row["machine"] or "")),
    ]
    if row["state"] != MEASURED:
        lines.append(f"<i>{escape(row['sentence'])}</i>")
    return "<br>".join(line for line in lines if line)


def _published(row: Mapping[str, Any]) -> str:
    """A published figure: what it is, and every caveat."""
    lines = [
        f"<b>{escape(row['series'])}</b>, {size_words(row)}",
        f"Time: {units.time(row['throughput_time'])}",
        f"{_named(row, 'degrees_of_freedom')} · {_named(row, 'interactable')}",
        f"<i>{escape(row['sentence'])}</i>",
        *(escape(part) for sentence in row["said"] for part in wrap(sentence, _WIDTH)),
    ]
    return "<br>".join(line for line in lines if line.strip(" ·"))


def _processes(count: float | None, between: float | None) -> str:
    if not count or count != count:
        return ""
    return "one process" if count == 1 else f"{count:.0f} processes, whose medians vary by {between:.1%}"


def _timed(row: Mapping[str, Any], name: str) -> str:
    written = units.time_with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"])
    return f"{METRICS[name].label}: {written}"


def _named(row: Mapping[str, Any], name: str) -> str:
    written = units.quantity(row[name], METRICS[name].unit)
    return "" if written == units.NOTHING else f"{METRICS[name].label}: {written}"
