"""What a picture says of numbers that were not measured here: whose they are, when, under which caveats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from backend import units
from pages.components.question.selection import Question
from pages.components.rows.predicted import caption as predicted_caption
from pages.components.rows.provenance import OWN, PREDICTED, PUBLISHED, RECORDED
from results_db.recorded import Recorded


def say_provenance(rows: pd.DataFrame, recorded: Recorded, question: Question) -> None:
    """One line for each set that is drawn, one for published figures; that no GPU was recorded, where one is asked."""
    states = set(rows["state"]) if len(rows) else set()
    drawn = set(rows.loc[rows["state"] == RECORDED, "series"]) if len(rows) else set()
    measure = "" if states & {*OWN} else " Press Measure for yours."
    said = [predicted_caption(rows[rows["state"] == PREDICTED])] if PREDICTED in states else []
    said += [f"**Marks with a core: recorded** on {each.machine}, {each.date}, and shipped with the program; not "
            f"measured on this machine.{measure}" for each in recorded.sets if each.name in drawn]
    if PUBLISHED in states:
        said.append("**Struck marks on dashed paths: published** (arXiv:2506.13523), one channel, under the paper's "
                    "names; each says on hover what was counted and its caveats.")
    if question.device == "cuda" and not any("cuda" in each.devices for each in recorded.sets):
        said.append("No GPU has been recorded yet: the sets that ship with the program were measured on CPUs alone.")
    said += [f":material/warning: {fault[:1].upper()}{fault[1:]}." for fault in recorded.faults]
    if said:
        st.caption("  \n".join(said))


def published_card(row: Mapping[str, Any]) -> None:
    """The card of a published figure: what was counted, where, and every caveat."""
    with st.container(border=True):
        st.header(f"{row['series']}, L = {row['l_max']}")
        st.markdown(f"**{units.time(row['throughput_time'])}.** {row['sentence']}.")
        st.markdown("\n".join(f"- {sentence}" for sentence in row["said"]))
