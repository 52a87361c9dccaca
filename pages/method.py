"""What is measured and how: settings, timing, expressivity, errors, products, limits, sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from backend.catalogue import Entry, available, catalogue, plugin_faults
from backend.metrics import METRICS
from backend.units import NOTHING, plural, quantity
from pages.components.question.selection import framework_label
from results_db.published import Headline, headlines

_TEXTS = Path(__file__).parent / "texts"
_TEXT_WIDTH = 860   # pixels: a line that is easy to read
_FAMILIES = {
    "clebsch_gordan": "Clebsch-Gordan", "gaunt": "Gaunt", "matrix": "Matrix", "vector": "Vector and Poisson",
    "so2": "SO(2)", "library": "Libraries",
}


def page() -> None:
    """Sections with formulas; the product table is that of the catalogue."""
    st.title("What do these numbers mean?")
    st.caption("Definitions as the code implements them. Every number on the other pages has its meaning on hover.")
    timed, expressivity, errors, products, metrics, published, limits = st.tabs(
        ["Time", "Expressivity", "Errors", "Products", "Metrics", "Published", "Limits and sources"],
        key="section", bind="query-params")
    for tab, name in ((timed, "time"), (expressivity, "expressivity"), (errors, "errors"), (limits, "limits")):
        with tab, st.container(width=_TEXT_WIDTH):
            st.markdown((_TEXTS / f"{name}.md").read_text())
    with products, st.container(width=_TEXT_WIDTH):
        for fault in plugin_faults():
            st.warning(fault[0].upper() + fault[1:])
        for entry in catalogue().values():
            _product(entry)
    with metrics:
        st.caption("Files and SQL of the page Data, REST (`/api/v1/openapi.json`) and `history().df()` in a notebook "
                   "call them by the last name and give SI units.")
        st.dataframe(
            pd.DataFrame([(metric.label, metric.unit or NOTHING, metric.meaning, metric.name)
                          for metric in METRICS.values()], columns=["Metric", "Unit", "Meaning", "Name in exports"]),
            hide_index=True, height="content", alt="Every metric with its unit, meaning and name.",
            column_config={"Meaning": st.column_config.TextColumn(width="large")})
    with published:
        st.markdown(
            "Headline figures of *The Price of Freedom* ([arXiv:2506.13523](https://arxiv.org/abs/2506.13523)), with "
            "what must be known of each. The Tradeoff chart lays its times over yours at one channel and batch 10,000; "
            "`python -m results_db import-published FILE` adds those of the paper's own data.")
        claims = [each for each in headlines() if each.point is None]
        st.table(pd.DataFrame([(each.says, _value(each), each.caveat, each.place) for each in claims],
                              columns=["What", "Value", "To know", "Place in the paper"]).set_index("What"))
        st.markdown("Its times, as drawn; the caveats of each are on its point.")
        st.dataframe(
            pd.DataFrame([(each.named, each.setting.upper(), each.l_max, each.batch, quantity(each.value, each.unit),
                           each.device, each.point.counted) for each in headlines() if each.point],
                         columns=["Product", "Setting", "L", "Batch", "Time", "Device", "What was counted"]),
            hide_index=True, height=300, alt="The paper's times that the Tradeoff chart draws.",
            column_config={"What was counted": st.column_config.TextColumn(width="large")})


def _value(headline: Headline) -> str:
    if headline.unit == "exponent of L":
        return f"L^{headline.value:.0f}".replace("^1", "")
    return quantity(headline.value, headline.unit) if headline.unit else f"{headline.value:g}"


def _product(entry: Entry) -> None:
    with st.container(border=True):
        equivariant = "approximately equivariant" if entry.approximate else "equivariant"
        st.markdown(f"**{entry.label}** · {_FAMILIES.get(entry.family, entry.family)} · {equivariant} to "
                    f"{'O(3)' if entry.group == 'O3' else 'SO(3)'} · "
                    f"{', '.join(framework_label(name) for name in entry.frameworks)}")
        st.markdown(entry.summary)
        st.latex(entry.formula)
        if reason := available(entry):
            st.markdown(f"*Not here:* {reason}.")
        if len(entry.variants) > 1:
            st.markdown(f"{plural(len(entry.variants), 'variant')}, the first by default:\n" + "\n".join(
                f"- *{name}*: {sentence}" for name, sentence in entry.variants.items()))
        if claim := entry.unmeasured:
            st.markdown(f"*Not measured:* {claim.algorithm}, whose claimed cost is {_costs(claim.claims)}: "
                        f"{claim.reason} ({claim.source}).")
        claims = _costs(entry.claims)
        st.caption(f"`{entry.key}` · layouts: {', '.join(entry.layouts)} (the first is preferred)"
                   + (f" · claimed cost: {claims}" if claims else "") + f" · {entry.source}")


def _costs(claims: Mapping[str, str]) -> str:
    costs = {name: cost.replace("log", r"\log") for name, cost in claims.items()}
    return ", ".join(f"{_claimed(name)} ${cost}$" for name, cost in costs.items())


def _claimed(name: str) -> str:
    setting, _, rest = name.partition("_")
    return f"{setting.upper()} {rest.replace('_', ' ')}".strip()


page()
