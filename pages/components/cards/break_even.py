"""After how many calls compiling pays, in words, for a case that was measured in several modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any

import pandas as pd

from backend import units
from backend.spec import COMPILATIONS, Case
from results_db import Store
from results_db.break_even import break_even_sql


def break_even_sentences(store: Store, case: Case) -> list[str]:
    """One for each mode of the case that was measured beside the eager one on one environment."""
    keys = [replace(case, compilation=mode).key for mode in COMPILATIONS[case.framework]]
    found = store.query(break_even_sql(keys)) if len(keys) > 1 else pd.DataFrame()
    return [break_even_words(row) for row in found.to_dict("records")]


def break_even_words(row: Mapping[str, Any]) -> str:
    """A row of `break_even_sql` as a sentence."""
    times = f"{units.time(row['compiled_time'])} a call, eager {units.time(row['eager_time'])}"
    took = f"{row['compilation']} took {units.time(row['compile_time'])} to compile"
    if pd.isna(row["calls_low"]):
        return f"**Compiling never pays:** {took} and is slower than eager ({times})."
    low, calls, high = (_calls(row[name]) for name in ("calls_low", "calls", "calls_high"))
    if pd.isna(row["calls_high"]):
        return (f"**Whether compiling pays is not known:** {took} ({times}); the intervals of both overlap. It pays "
                f"after {low} calls at the earliest.")
    return f"**Compiling pays after about {calls} calls** ({low}–{high}): {took} ({times})."


def _calls(count: float) -> str:
    """Two digits of it: times are not known better."""
    if pd.isna(count):
        return units.NOTHING
    whole = max(1, ceil(count))
    return f"{round(whole, 2 - len(str(whole))):,}"
