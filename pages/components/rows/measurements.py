"""What the history knows of some cases: one row a case, with where its number comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from backend.catalogue import label
from backend.environment import environment, identity
from backend.metrics import METRICS
from backend.spec import Case
from pages.components.question.selection import AXES, View
from pages.components.question.spread import spread_words
from pages.components.rows.records import records
from pages.components.rows.replicates import with_replicates
from results_db import Store
from results_db.known import beside_frame, newest_frame

MEASURED, ELSEWHERE, UNSUPPORTED, FAILED, MISSING = "measured", "elsewhere", "unsupported", "failed", "missing"
COPIED = ("processes", "between", "status", "message", "measured_at", "machine", "identity", "layout", "compilation",
          "conditions", "findings", "remarks", *METRICS)
_NOTHING = "it reaches nothing here: every path of it vanishes"
_TOO_MANY = "no formula gives its degrees of freedom, and they are too many to compute"


def measurements(store: Store, cases: Sequence[Case], place: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row a case, in order: product, label, L, its `state`, a sentence, and the result it shows. `place` are the
    parts of an environment's identity that are not of this machine, where cases are measured on another.

    States: `measured` here by this version; `elsewhere` by another version or machine; `unsupported`;
    `failed` (the newest try gave no time); `missing`.
    """
    identities = {case.key: identity(environment(case)) | dict(place or {}) for case in cases}
    verdicts = store.lookup_many(cases, identities)
    shown = {verdict.result_id for verdict in verdicts.values() if verdict.result_id}
    with store.cursor() as cursor:
        found, beside = (read(cursor, [case.key for case in cases], sorted(shown))
                         for read in (newest_frame, beside_frame))
    results = {row["id"]: row for row in with_replicates(found[found["id"].isin(shown)], beside)}
    tried = {row["key"]: row for row in records(found.drop_duplicates("key"))}
    return pd.DataFrame([_row(case, verdicts[case.key], results, tried) for case in cases])


def without_expressivity(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """The measured rows that the chart cannot place for want of an expressivity or a cost that it draws, and `why`."""
    reached = sorted({view.expressivity, view.normaliser} - {"none"})
    needed = [*reached, view.cost]
    rows = frame[frame["state"].isin([MEASURED, ELSEWHERE])]
    values = rows[needed].astype(float)
    lacks = rows[(values.isna() | (values <= 0)).any(axis=1)]
    none = (lacks[reached].astype(float) == 0).any(axis=1)
    too_many = lacks["degrees_of_freedom"].isna() & lacks["interactable"].notna() & ("degrees_of_freedom" in needed)
    absent = lacks[needed].isna()
    unknown = ["not known: " + ", ".join(AXES[name].label for name in needed if row[name])
               for row in records(absent)]
    why = pd.Series(unknown, lacks.index, dtype=object)
    return lacks.assign(why=why.mask(too_many, _TOO_MANY).mask(none, _NOTHING))


def _row(case: Case, verdict: Any, results: Mapping[str, Any], tried: Mapping[str, Any]) -> dict[str, Any]:
    result = results.get(verdict.result_id)
    state, sentence = _state(verdict, result), verdict.sentence
    newest = tried.get(case.key)
    if verdict.kind != "hit" and newest is not None and newest["status"] not in ("ok", "unsupported"):
        if state == MISSING:
            result, state = newest, FAILED
        sentence = f"{newest['status']}: {newest['message']}"
    row = {
        "product": case.product, "variant": case.variant, "label": label(case.product, case.variant),
        "l_max": case.problem.l_max, "key": case.key, "state": state, "sentence": sentence,
        "inner": case.problem.inner, "channels": case.problem.channels, "batch": case.problem.batch,
        "spread": spread_words(case.problem), "series": "", "said": [],
        "id": result["id"] if result is not None else "",
    }
    return row | {name: result.get(name) if result is not None else None for name in COPIED}


def _state(verdict: Any, result: Mapping[str, Any] | None) -> str:
    if result is None:
        return MISSING
    if result["status"] == "unsupported":
        return UNSUPPORTED
    if result["status"] != "ok":
        return FAILED
    return MEASURED if verdict.kind == "hit" else ELSEWHERE
