"""Draws once what every page draws, to nowhere, so that no reader waits for what is loaded on first use."""

from __future__ import annotations

import pandas as pd

from backend.metrics import METRICS
from pages.components.charts.tradeoff_chart import drawable, tradeoff_chart
from pages.components.question.selection import Question, View
from pages.components.rows.measurements import COPIED, MEASURED
from pages.components.tables import written


def first_draw() -> None:
    """Loads the chart's and the table's code by drawing the default question as if each case took a second."""
    question, view = Question(), View()
    blank = dict.fromkeys(COPIED) | dict.fromkeys(METRICS, 1.0) | {
        "state": MEASURED, "status": "ok", "sentence": "", "id": "", "series": "", "processes": 1}
    frame = pd.DataFrame([
        blank | {"product": case.product, "variant": case.variant, "label": case.product,
                 "l_max": case.problem.l_max, "inner": 0, "layout": case.layout, "compilation": case.compilation}
        for case in question.cases()
    ])
    tradeoff_chart(drawable(frame, view), view, chosen=question.chosen, theme="light").figure.to_json()
    written(frame[list(METRICS)])
