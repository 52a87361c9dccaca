"""Rows of cases that are not measured, with what the history lets expect of them: never among measured rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend import units
from backend.catalogue import label
from backend.metrics import METRICS
from backend.spec import Case
from pages.components.rows.expressivity import expressivity_of
from pages.components.rows.predictor import Made
from pages.components.rows.provenance import PREDICTED
from pages.components.rows.steps import size_words

COLUMNS = ("product", "variant", "label", "l_max", "inner", "channels", "batch", "key", "state", "series", "metric",
           "id", "degrees_of_freedom", "interactable", "extrapolated", "memory", "wall", "wall_low", "error")


def predicted(cases: Sequence[Case], times: Made | None, of_metric: Made | None, metric: str) -> pd.DataFrame:
    """One row a case of which anything can be told, by the models of the time per call and of the metric, where they
    are made: `metric`, its `_low` and `_high` (90 %) in seconds, `memory` in bytes, the seconds that measuring takes
    (`wall`, and `wall_low` at the low end), the median held-out `error` of its law, and its expressivity where a result
    at another batch has it."""
    rows = [_row(case, of_metric, times, metric) for case in cases] if times and of_metric else []
    return pd.DataFrame([row for row in rows if row], columns=[*COLUMNS, metric, f"{metric}_low", f"{metric}_high"])


def _row(case: Case, made: Made, times: Made, metric: str) -> dict[str, Any] | None:
    found = made.model.predict(case)
    if found is None:
        return None
    return expressivity_of(case, made.expressivity) | {
        "product": case.product, "variant": case.variant, "label": label(case.product, case.variant),
        "l_max": case.problem.l_max, "inner": case.problem.inner, "channels": case.problem.channels,
        "batch": case.problem.batch, "key": case.key, "state": PREDICTED, "series": PREDICTED, "metric": metric,
        "id": "",
        "extrapolated": found.extrapolated, "memory": found.memory, "error": made.model.held_out_near(case).error,
        "wall": times.model.wall_time(case), "wall_low": times.model.wall_time(case, end="low"),
        metric: found.time, f"{metric}_low": found.low, f"{metric}_high": found.high,
    }


def hover_text(row: Mapping[str, Any]) -> str:
    """The lines beside a predicted point."""
    metric = row["metric"]
    low, high = (units.time(row[f"{metric}_{end}"]) for end in ("low", "high"))
    lines = [
        f"<b>{row['label']}</b>, {size_words(row)}, <b>predicted</b>, not measured",
        f"{METRICS[metric].label}: {units.time(row[metric])}, 90 % within {low} to {high}",
        f"{METRICS['degrees_of_freedom'].label}: {units.number(row['degrees_of_freedom'])} · "
        f"{METRICS['interactable'].label}: {units.number(row['interactable'])}",
        f"{METRICS['peak_memory'].label}: {units.quantity(row['memory'], 'B')}",
        f"Such predictions are off by {row['error']:.0%} (median over measured cases held out)",
        "Beyond the sizes that were measured" if row["extrapolated"] else "",
    ]
    return "<br>".join(line for line in lines if line)


def caption(rows: pd.DataFrame) -> str:
    """What hollow points are, how good they are, and which rest on nothing nearby."""
    least, most = rows["error"].min(), rows["error"].max()
    near = f"{least:.0%}" if f"{least:.0%}" == f"{most:.0%}" else f"{least:.0%} to {most:.0%}"
    said = (f"**Outlines on dotted paths: predicted** ({len(rows)}), not measured, from your results of the same kind "
            f"at other sizes. Bars hold 90 %; measured cases that were held out were off by {near} (median).")
    beyond = int(rows["extrapolated"].sum())
    return said + f" {units.plural(beyond, 'point')} beyond the sizes measured." * bool(beyond)
