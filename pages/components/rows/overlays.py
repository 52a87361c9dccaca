"""Rows that are laid over the reader's own: recorded sets and published figures, in the form of `measurements`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend.catalogue import catalogue, label
from backend.metrics import METRICS
from backend.spec import Case
from pages.components.question.selection import Question, View
from pages.components.question.spread import spread_words
from pages.components.rows.measurements import COPIED
from pages.components.rows.provenance import PUBLISHED, RECORDED
from pages.components.rows.replicates import with_replicates
from results_db import Store
from results_db.published import SOURCE, computed, headlines
from results_db.recorded import Recorded, RecordedSet

_CPU = "AMD EPYC 7313"
_TIMED = {"walltime": "wall time", "nsight": "kernel times"}


def recorded_rows(recorded: Recorded, cases: Sequence[Case]) -> pd.DataFrame:
    """One row for each of these cases and each set that has a time of it."""
    by_key = {case.key: case for case in cases}
    found = recorded.timed(list(by_key))
    newest = found.drop_duplicates(["key", "recorded"])
    return pd.DataFrame([_recorded_row(by_key[row["key"]], row, recorded.set_of(row["id"]))
                         for row in with_replicates(newest, found)])


def published_rows(store: Store, question: Question) -> pd.DataFrame:
    """One row for each published time of the question: those imported, else the headline figures."""
    if (question.dtype, question.direction) != ("float32", "forward") or question.problem(1).spread:
        return pd.DataFrame()
    asked = {"setting": question.setting, "channels": question.channels, "batch": question.batch}
    rows = store.published(quantity="time", l_max=list(range(1, question.l_max + 1)), **asked).to_dict("records")
    imported = {_series(row) for row in rows}
    for point in filter(None, (each.point for each in headlines())):
        row = point.to_json() | {"id": point.id}
        wanted = all(row[name] == value for name, value in asked.items()) and point.l_max <= question.l_max
        if wanted and _series(row) not in imported:
            rows.append(row)
    return pd.DataFrame([_published_row(row) for row in rows if (row["device"] == _CPU) == (question.device == "cpu")])


def pictured(visible: pd.DataFrame, overlays: pd.DataFrame, labels: list[str], view: View) -> pd.DataFrame:
    """The reader's own rows and those laid over them, as far as they are to be shown."""
    own = visible if "measured" in view.shown else visible.iloc[:0]
    if overlays.empty:
        return own
    wanted = overlays[overlays["label"].isin(labels) & overlays["state"].isin(view.shown)]
    return pd.concat([own, wanted], ignore_index=True) if len(wanted) else own


def _series(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["file_kind"], row["device"], row["named"]


def _recorded_row(case: Case, row: Mapping[str, Any], said: RecordedSet) -> dict[str, Any]:
    made = _row(case.product, case.variant, case.problem.l_max, RECORDED, row["id"], said.name)
    return made | {name: row.get(name) for name in COPIED} | {
        "key": case.key, "inner": case.problem.inner, "channels": case.problem.channels, "batch": case.problem.batch,
        "spread": spread_words(case.problem),
        "sentence": f"Recorded on {said.machine}, {said.date}; ships with the program, not measured here"}


def _published_row(row: Mapping[str, Any]) -> dict[str, Any]:
    paths, freedom = computed(row["named"], row["setting"], row["l_max"])
    known = catalogue().get(row["product"])
    time = row["value"]
    kind = _TIMED[row["file_kind"]]
    numbers: dict[str, Any] = dict.fromkeys(METRICS) | {
        "throughput_time": time, "latency": time, "interactable": paths, "degrees_of_freedom": freedom,
        "time_per_path": time / paths if paths else None,
        "time_per_degree_of_freedom": time / freedom if freedom else None,
    }
    made = _row(row["product"], known.default_variant if known else "", row["l_max"], PUBLISHED,
                f"{PUBLISHED} {row['id']}", f"{row['named']}, {row['device'].removeprefix('NVIDIA ')}, {kind}")
    return made | numbers | {
        "key": "", "inner": 0, "channels": row["channels"], "batch": row["batch"], "spread": "",
        "processes": None, "status": PUBLISHED, "message": "", "measured_at": None,
        "machine": row["device"], "layout": "", "compilation": "",
        "sentence": f"Published: {SOURCE}, {row['named']} on {row['device']}, {kind}",
        "said": [f"{row['counted']}.", *row["caveats"]],
    }


def _row(product: str, variant: str, l_max: int, state: str, id: str, series: str) -> dict[str, Any]:
    return {"product": product, "variant": variant, "label": label(product, variant), "l_max": l_max, "state": state,
            "id": id, "series": series, "said": []}
