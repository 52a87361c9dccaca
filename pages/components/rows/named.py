"""Rows of results with the words that tables show: label, spread, what the batch counts, the newest note."""

from __future__ import annotations

import pandas as pd

from backend.catalogue import label
from backend.spec import SPREAD
from pages.components.question.spread import row_words
from results_db import Store


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of `Store.results` with `label`, `spread` and `counts`."""
    pairs = list(zip(frame["product"], frame["variant"], strict=True))
    labels = {pair: label(*pair) for pair in set(pairs)}
    asked = ["setting", *SPREAD]
    spreads = list(frame[asked].itertuples(index=False, name=None))
    words = {each: row_words(dict(zip(asked, each, strict=True))) for each in set(spreads)}
    return frame.assign(label=[labels[pair] for pair in pairs], spread=[words[each][0] for each in spreads],
                        counts=[words[each][1] for each in spreads])


def with_notes(store: Store, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with `note`: the newest note on each, or nothing."""
    notes = store.notes(frame["id"].tolist())
    return frame.assign(note=[notes[id][-1].text if id in notes else "" for id in frame["id"]])
