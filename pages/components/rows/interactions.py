"""What products reach and lose on one problem, and what of a need: one row a product, from the store's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from backend.catalogue import available, catalogue, label
from backend.environment import source_hash
from backend.spec import SPREAD, Case, Problem
from backend.written_needs import Triple
from pages.components.rows.records import records
from results_db import Store

REASONS = ("antisymmetric", "symmetric", "parity", "accidental zero")
COMPUTED, CANNOT, MISSING, ABSENT = "computed", "cannot", "not computed", "not installed"
_OF_PATHS = ("setting", "parity", "l1", "l2", "l_out", "mixing", "weights")   # what a line's paths depend on


def asked_problem(problem: Problem) -> Problem:
    """The problem as paths depend on it: one channel, one row, no layers, no message."""
    spread = {name: plain for name, plain in SPREAD.items() if name not in ("mixing", "weights")}
    return replace(problem, channels=1, batch=1, **spread)


def interactions(store: Store, problem: Problem, cases: Sequence[Case]) -> pd.DataFrame:
    """One row for each product and variant of the cases: `label`, `state`, `reached` (a set of triples), `lost` (triple
    -> reason), `message`, and the `framework` to compute it with. A line counts where it rests on the product's source
    as it is now."""
    pairs = list(dict.fromkeys((case.product, case.variant) for case in cases))
    lines = store.expressivity(product=sorted({product for product, _ in pairs}),
                               **{name: getattr(problem, name) for name in _OF_PATHS})
    newest = {(line["product"], line["variant"]): line
              for line in records(lines.sort_values("added_at")) if _is_current(line)}
    return pd.DataFrame([_row(*pair, newest.get(pair), problem) for pair in pairs])


def of_need(frame: pd.DataFrame, asked: Sequence[Triple]) -> pd.DataFrame:
    """The rows with how many of the triples asked for each reaches (`has`; missing where it is not computed), and `why`
    it loses the others; those that reach most come first."""
    found = [_of_need(row, asked) for row in records(frame)]
    rows = frame.assign(has=pd.Series([has for has, _ in found], dtype="Int64", index=frame.index),
                        why=[why for _, why in found])
    return rows.sort_values(["has", "label"], ascending=[False, True], na_position="last", ignore_index=True)


def _is_current(line: Mapping[str, Any]) -> bool:
    known = catalogue().get(line["product"])
    return known is not None and isinstance(line["lost"], list) and line["source"] in {
        source_hash(known.key, framework) for framework in known.frameworks}


def _row(product: str, variant: str, line: Mapping[str, Any] | None, problem: Problem) -> dict[str, Any]:
    known = catalogue()[product].frameworks
    mixes = problem.spread and catalogue()[product].mixings   # its paths are those of a product that NumPy has
    row = {"product": product, "variant": variant, "label": label(product, variant),
           "framework": "numpy" if mixes or "numpy" in known else known[0], "reached": frozenset(), "lost": {},
           "message": "", "state": MISSING}
    if line is None:
        absent = available(catalogue()[product])
        return row | ({"state": ABSENT, "message": absent} if absent else {})
    if isinstance(line["message"], str):
        return row | {"state": CANNOT, "message": line["message"]}
    lost = {tuple(each[:3]): each[3] for each in line["lost"] if each[3] in REASONS}
    return row | {"state": COMPUTED, "lost": lost, "reached": frozenset(set(problem.paths) - set(lost))}


def _of_need(row: Mapping[str, Any], asked: Sequence[Triple]) -> tuple[int | None, str]:
    if row["state"] in (MISSING, ABSENT):
        return None, row["message"] or "not computed here yet"
    if row["state"] == CANNOT:
        return 0, row["message"]
    without = [path for path in asked if path not in row["reached"]]
    reasons = dict.fromkeys(row["lost"][path] for path in without)
    return len(asked) - len(without), ", ".join(reasons)
