"""The steps of a product over time, with their verdicts and words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from pages.components.charts.steps_chart import FASTER, NEITHER, SLOWER
from pages.components.charts.time_chart import parts_in_words
from pages.components.question.spread import PLAIN
from pages.components.rows.named import named
from pages.components.rows.records import records
from results_db import Store
from results_db.browsing import Wanted
from results_db.compare_sets import differences
from results_db.steps import Steps, steps


def steps_of(store: Store, product: str, wanted: Wanted, data_version: int) -> pd.DataFrame:
    """The rows of `stepped` of a product's cases that pass, at this version of the data."""
    return _steps(store, product, wanted, data_version)


@st.cache_data(max_entries=20, show_spinner=False)
def _steps(_store: Store, product: str, wanted: Wanted, data_version: int) -> pd.DataFrame:
    return stepped(steps(_store, product, wanted))


def stepped(found: Steps) -> pd.DataFrame:
    """The rows with `ratio`, `low`, `high`, `verdict`, the `case` in words, and what had `changed` by then. Of too few
    steps to know what a usual one does none is claimed."""
    changes = found.changes
    known = changes.known_from != "samples"
    rows = found.rows.assign(
        ratio=changes.ratio, low=changes.low, high=changes.high,
        verdict=np.where(changes.slower & known, SLOWER, np.where(changes.faster & known, FASTER, NEITHER)))
    pairs = rows[["before_identity", "identity"]].drop_duplicates().itertuples(index=False, name=None)
    said = {pair: parts_in_words(differences([pair])) for pair in pairs if pair[0] != pair[1]}
    called = {row["key"]: case_words(row) for row in records(named(rows.drop_duplicates("key")))}
    return rows.assign(
        case=rows["key"].map(called),
        changed=[said.get(pair, "") for pair in zip(rows["before_identity"], rows["identity"], strict=True)])


def case_words(row: Mapping | pd.Series) -> str:
    """A case as the choice calls it; the first digits of its key tell it from others that read the same."""
    parts = [row["label"], f"{row['setting']} L {row['l_max']}", f"{row['channels']:,} ch", f"batch {row['batch']:,}",
             *[row["spread"]] * (row["spread"] != PLAIN), row["framework"], row["device"], row["dtype"],
             row["direction"].replace("_", " "), row["compilation"], row["key"][:6]]
    return " · ".join(parts)
