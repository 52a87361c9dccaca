"""What is predicted of a page's cases, and laid into its rows where nothing is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from backend.spec import Case
from pages.components.question.selection import TIMES
from pages.components.rows.frames import predicted_of
from pages.components.rows.measurements import FAILED, MISSING, UNSUPPORTED
from pages.components.rows.predictor import TIME, Predictor
from pages.components.rows.provenance import PREDICTED


def foreseen(predictor: Predictor, cases: Sequence[Case], frame: pd.DataFrame, metric: str
             ) -> tuple[pd.DataFrame, Callable[[], bool]]:
    """What is predicted now of the metric, or of the time per call where it is no time, of those cases in the frame
    that there is any sense in measuring; and whether no more of it is to come."""
    keys = set(frame.loc[frame["state"] != UNSUPPORTED, "key"]) if len(frame) else set()
    asked = tuple(case for case in cases if case.key in keys)
    metric = metric if metric in TIMES else TIME
    return predicted_of(predictor, asked, metric), lambda: not asked or all(
        predictor.is_ready(asked, each) for each in (TIME, metric))


def with_predicted(rows: pd.DataFrame, guessed: pd.DataFrame, frame: pd.DataFrame, shown: Sequence[str]
                   ) -> pd.DataFrame:
    """The rows, and what is predicted of cases of the frame that have no time in the history, where that is `shown`."""
    if PREDICTED not in shown or frame.empty:
        return rows
    guessed = guessed[guessed["key"].isin(frame.loc[frame["state"].isin([MISSING, FAILED]), "key"])]
    return pd.concat([rows, guessed], ignore_index=True) if len(guessed) else rows
