"""What changed between sets of results, in words and as a table: what is claimed first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from backend import units
from backend.significance import FALSE
from pages.components.rows.named import named
from results_db.compare_sets import Compared

SLOWER, FASTER, NEITHER = "slower", "faster", "not distinguishable"
_KNOWN = {
    "replicates": "How much a case varies from process to process ({noise}) is known from cases that several processes "
                  "measured.",
    "cases": "Too few cases were measured by several processes: how much they vary ({noise}) is taken from the cases, "
             "most of which are held not to have changed, so that only large changes are claimed. "
             "`python -m backend run --processes 5` tells more.",
    "samples": "Too few cases to know how much they vary from process to process: the intervals hold what one process "
               "saw, and a verdict may be that of another day.",
}


def changed_rows(compared: Compared) -> pd.DataFrame:
    """One row a pair: the case with its words, `ratio`, `low`, `high`, `verdict`, both times and processes; what is
    claimed first, the largest change on top."""
    found = compared.changes
    verdicts = np.select([found.slower, found.faster], [SLOWER, FASTER], NEITHER)
    rows = named(compared.rows).assign(ratio=found.ratio, low=found.low, high=found.high, verdict=verdicts)
    order = np.lexsort((-np.abs(np.log(found.ratio)), verdicts == NEITHER))
    return rows.iloc[order].reset_index(drop=True)


def summary(compared: Compared) -> str:
    """The first sentence: 3 of 120 cases became slower, 1 faster; the other 116 cannot be told apart."""
    found, number = compared.changes, len(compared.rows)
    slower, faster = int(found.slower.sum()), int(found.faster.sum())
    if not slower and not faster:
        return f"None of {units.plural(number, 'case')} became slower or faster, as far as can be told."
    left = number - slower - faster
    rest = f"; the other {left:,} cannot be told apart" if left else ""
    return f"{slower:,} of {units.plural(number, 'case')} became slower, {faster:,} faster{rest}."


def honesty(compared: Compared) -> str:
    """How sure the verdicts are, of what the noise is known, and what no interval holds."""
    found = compared.changes
    known_from = _KNOWN[found.known_from].format(noise=f"{found.noise:.1%}")
    return (f"{known_from} Each interval holds with {100 * found.confidence:.4g} % confidence, so that of all that is "
            f"claimed {FALSE:.0%} at most is chance; judged one by one, {found.by_chance:.1f} would seem to differ "
            "though nothing had changed. What a day does to all cases is in the difference: "
            "`python -m backend compare` takes turns.")
