"""The row of pills that says which products are shown and measured, kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from backend.catalogue import available, catalogue, label


def pills_key(framework: str) -> str:
    """The name in the address: each framework has its own products, so its own row."""
    return f"show_{framework}"


def known_labels() -> set[str]:
    """What the pills of any framework may be called."""
    return {label(entry.key, variant) for entry in catalogue().values() for variant in entry.variants}


def labels_for(asked: Sequence[str]) -> list[str]:
    """What was asked for as the pills call it: a key or KEY:VARIANT, as on the command line, becomes its label."""
    known = catalogue()
    names = {}
    for entry in known.values():
        names[entry.key] = label(entry.key, entry.default_variant)
        names |= {f"{entry.key}:{variant}": label(entry.key, variant) for variant in entry.variants}
    return [names.get(name, name) for name in asked]


def product_pills(frame: pd.DataFrame, framework: str) -> list[str]:
    """Draws the pills; the labels that are switched on: at first each everyday product that can run here in its
    default variant."""
    products, known = frame.drop_duplicates("label"), catalogue()
    usual = [
        row.label for row in products.itertuples()
        for entry in (known[row.product],)
        if row.variant == entry.default_variant and entry.everyday and not available(entry, framework)
    ]
    return st.pills(
        "Products shown and measured", products["label"].tolist(), selection_mode="multi", default=usual,
        key=pills_key(framework), bind="query-params", persist_state="session")
