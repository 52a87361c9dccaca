"""What of a question has no number here, and the buttons that measure it: what that takes, and what would be lost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import psutil
import streamlit as st

from backend import units
from backend.execution.block import Limits
from backend.spec import Case
from pages.components.question.reader import reader
from pages.components.question.selection import Question
from pages.components.rows.frames import pace_of
from pages.components.rows.groups import products_and_degrees
from pages.components.rows.measurements import ELSEWHERE, FAILED, MEASURED, MISSING, UNSUPPORTED
from pages.components.services import Services

LIMIT = Limits().case   # seconds after which a case of these buttons is stopped


def measuring(here: Services, question: Question, cases: Sequence[Case], frame: pd.DataFrame,
              foreseen: pd.DataFrame) -> None:
    """Draws it for rows of `measurements` of these cases; `foreseen` are rows of `predicted`."""
    active = {case.key for each in here.queue.status().active for case in each.job.remaining}
    idle = frame[~frame["key"].isin(active)]
    missing = idle[idle["state"].isin([MISSING, ELSEWHERE])]
    slow = missing["key"].isin(hopeless(foreseen)["key"])
    groups = {
        "Measure these {}": missing[~slow],
        "Try {} all the same": missing[slow],
        "Try {} again that failed": idle[idle["state"] == FAILED],
        "Measure {} again": idle[idle["state"].isin([MEASURED, UNSUPPORTED]) & (not active)],
    }
    if len(missing):
        st.markdown(f"**{len(missing)} not measured:** {products_and_degrees(missing)}")
    of_missing = foreseen[foreseen["key"].isin(missing["key"])]
    for sentence in warnings(of_missing, here_on_cpu=here.cluster is None and question.device == "cpu"):
        st.caption(f":material/warning: {sentence}")
    absent = question.device not in here.devices()
    if absent:
        st.caption(f"{here.where.capitalize()} has no {question.device.upper()} device, so nothing can be measured on "
                   "it here.")
    pace = pace_of(here.store, here.store.data_version, question.framework, question.device)
    with st.container(horizontal=True):
        for words, rows in groups.items():
            if len(rows):
                seconds = cost(rows, foreseen, pace)
                said = f" · about {units.duration(seconds)}" if seconds else ""
                st.button(
                    words.format(units.plural(len(rows), "case")) + said, key=words, disabled=absent,
                    type="primary" if words.startswith("Measure these") else "secondary",
                    on_click=_submit, args=(here, tuple(cases), tuple(rows["key"])))


def hopeless(foreseen: pd.DataFrame) -> pd.DataFrame:
    """The rows whose whole 90 % interval lies beyond the limit."""
    return foreseen[foreseen["wall_low"] > LIMIT]


def warnings(foreseen: pd.DataFrame, *, here_on_cpu: bool) -> list[str]:
    """A sentence on what is predicted to be stopped, and, of the CPU of this machine, on what is predicted to need more
    memory than is free."""
    said = []
    slow, free = foreseen[foreseen["wall"] > LIMIT], psutil.virtual_memory().available
    if len(slow):
        said.append(f"Predicted to take longer than the limit of {units.duration(LIMIT)} and to be stopped there: "
                    f"{products_and_degrees(slow)}. A smaller batch or L_max takes less.")
    large = foreseen[foreseen["memory"].astype(float) > free] if here_on_cpu else foreseen.iloc[:0]
    if len(large):
        said.append(f"Predicted to need more memory than the {units.quantity(free, 'B')} that are free: "
                    f"{products_and_degrees(large)}, up to {units.quantity(large['memory'].max(), 'B')}.")
    return said


def cost(rows: pd.DataFrame, foreseen: pd.DataFrame, pace: float | None) -> float | None:
    """Seconds for these rows: what is foreseen, no more of a case than the limit; of the others the pace of past jobs,
    or, where there is none, what is foreseen of one on average."""
    known = foreseen[foreseen["key"].isin(rows["key"])]["wall"].astype(float).clip(upper=LIMIT)
    if not len(known) and pace is None:
        return None
    return float(known.sum() + (known.mean() if pace is None else pace) * (len(rows) - len(known)))


def _submit(here: Services, cases: tuple[Case, ...], keys: tuple[str, ...]) -> None:
    wanted = set(keys)
    here.queue.submit([case for case in cases if case.key in wanted], requested_by=reader())
