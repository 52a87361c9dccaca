"""What is said below the picture of slopes: where theory and practice part, and the table of all."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.components.charts.scaling_chart import plus_minus
from pages.components.picked_row import picked_row
from pages.components.question.along import Along
from pages.components.rows.measurements import MEASURED
from pages.components.rows.provenance import LOOKS

_SIZES = {"l_max": "L", "channels": "channels", "batch": "batch"}


def say_parting(table: pd.DataFrame, along: Along) -> None:
    """Says of rows of `slopes` which intervals do not hold their claims, by why; of each product its own result where
    there is one."""
    ranks = table["state"].map({state: look.rank for state, look in LOOKS.items()})
    front = table[ranks == ranks.groupby([table["product"], table["variant"]]).transform("min")]
    judged = front[front["claimed"].notna() & front["low"].notna()]
    apart = judged[judged["reading"] != ""]
    if len(apart):
        lines = "".join(
            f"\n- Grows **{why.partition(':')[0]}**{''.join(why.partition(':')[1:])}. "
            + " · ".join(_part(row, along) for row in rows.itertuples())
            for why, rows in apart.groupby("reading", sort=False))
        st.markdown(f"**Where theory and practice part** ({len(apart)} of {len(judged)}){lines}")
    elif len(judged):
        st.caption(f"Of every line that has a claim ({len(judged)}) the interval of its slope holds it.")


def slope_table(table: pd.DataFrame, along: Along) -> str:
    """Draws rows of `slopes`: slope, interval, claim, points used; the id of the last result of the line that is
    selected, or nothing."""
    written = pd.DataFrame({
        "Product": table["label"], "State": table["state"], "Slope": table["slope"].round(3),
        "Low": table["low"].astype(float).round(3), "High": table["high"].astype(float).round(3),
        "Claim": table["claim"], "Claimed slope": table["claimed"].astype(float).round(3),
        "Slope of its FLOP": table["counted"].astype(float).round(3),
        "Points": table["points"], "Over": [_over(row, along) for row in table.itertuples()],
        "Times its floor": table["distance"].astype(float).round(1), "Source of the claim": table["source"],
    })
    picked = picked_row(
        written, table["id"].tolist(), key="slopes",
        alt="Every line: measured slope with its interval, claim, points used, distance from the floor.",
        column_config={
            "Product": st.column_config.TextColumn(pinned=True),
            "Low": st.column_config.NumberColumn(help="Lower end of the 95 % interval; of two points there is none."),
            "High": st.column_config.NumberColumn(help="Upper end of it."),
            "Claimed slope": st.column_config.NumberColumn(help=(
                "The power; of a claim with a logarithm its slope over the same points from L = 2.")),
            "Slope of its FLOP": st.column_config.NumberColumn(help=(
                "Of the declared operations over the same points: what arithmetic alone would give here.")),
            "Times its floor": st.column_config.NumberColumn(help="At the last point, where limits are measured.")})
    st.caption("Select a line for the card of its last point.")
    return picked


def _part(row, along: Along) -> str:
    """CG dense: claimed L^6, measured 3.72 ± 1.96 over L 1–4 (FLOP 4.0)."""
    whose = "" if row.state == MEASURED else f", {row.state}"
    counted = "" if row.counted is None or row.counted != row.counted else f" (FLOP {row.counted:.1f})"
    return (f"{row.label}{whose}: claimed {_claim(row)}, measured {row.slope:.2f}{plus_minus(row.low, row.high)} over "
            f"{_over(row, along)}{counted}")


def _claim(row) -> str:
    """L^3; L^2 log L, whose slope is 2.6 here."""
    plain = "log" not in row.claim and "^" in row.claim
    return row.claim if plain else f"{row.claim} (slope {row.claimed:.2g})"


def _over(row, along: Along) -> str:
    return f"{_SIZES[along.across]} {row.first:,.0f}–{row.last:,.0f}"
