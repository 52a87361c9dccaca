"""What was not measured here: the sets that ship, the figures that were published, each with a link to the chart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend import units
from pages.components.question.selection import framework_label, setting_label
from pages.components.services import Services
from results_db.contents import Contents
from results_db.published import SOURCE, headlines
from results_db.recorded import RecordedSet

_ASKED = ("setting", "framework", "device", "dtype", "direction", "channels", "batch")
_LABELS = {"setting": setting_label, "framework": framework_label, "device": str.upper}


def sets_part(here: Services, _: Contents) -> None:
    """Recorded sets, then published figures."""
    st.subheader("Recorded sets")
    st.caption("Results of named machines that ship with the program. They are shown beside your own with marks of "
               "their own, and are never taken for results of this machine.")
    if not here.recorded.sets:
        st.info("No recorded set ships with this copy. `python -m results_db record NAME --title TITLE` makes one of "
                "this machine's results.")
    for said in here.recorded.sets:
        _recorded(here, said)
    for fault in here.recorded.faults:
        st.warning(fault[0].upper() + fault[1:])
    st.subheader("Published figures")
    _published(here.store.published())
    with st.expander(f"The paper's headline figures ({len(headlines())})"):
        rows = [(each.says, each.value, each.unit or "times", each.place, each.caveat) for each in headlines()]
        st.dataframe(pd.DataFrame(rows, columns=["What it says", "Value", "Unit", "Where", "What to know of it"]),
                     hide_index=True, alt="Each headline figure with its place in the paper and what to know of it.")


def _recorded(here: Services, said: RecordedSet) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(width="stretch"):
            st.markdown(f"**{said.title}**")
            st.caption(f"{said.machine} · {', '.join(map(str.upper, said.devices))} · {said.date} · "
                       f"{units.plural(said.results, 'result')} · {said.licence}")
        st.page_link("pages/tradeoff.py", label="Lay it over the tradeoff", icon=":material/stacks:",
                     query_params=_question(here, said))


def _question(here: Services, said: RecordedSet) -> dict[str, str | list[str]]:
    """The address of the question of which the set knows most."""
    rows = here.recorded.results(status="ok", mixing="uuu", weights="none", scope="op", neighbours=0)
    rows = rows[rows["recorded"] == said.name]
    if rows.empty:
        return {"shown": ["measured", "recorded"]}
    asked = rows[list(_ASKED)].value_counts().index[0]
    named = dict(zip(_ASKED, asked, strict=True))
    l_max = rows.loc[(rows[list(_ASKED)] == pd.Series(named)).all(axis=1), "l_max"].max()
    return {name: _LABELS.get(name, str)(value) for name, value in named.items()} | {
        "l_max": str(l_max), "shown": ["measured", "recorded"]}


def _published(figures: pd.DataFrame) -> None:
    if figures.empty:
        st.caption(f"No file of the paper's ({SOURCE}) was imported; its headline figures ship. Upload its CSV files "
                   "under Import.")
        return
    kinds = figures.groupby(["source", "file_kind", "device"], sort=True)
    table = pd.DataFrame([
        {"Source": source, "Kind": kind, "Device": device, "Figures": len(rows), "Products": rows["named"].nunique(),
         "Largest L": rows["l_max"].max(), "Imported": rows["imported_at"].max(),
         "Caveats": " ".join(dict.fromkeys(each for said in rows["caveats"] for each in said))}
        for (source, kind, device), rows in kinds])
    st.dataframe(table, hide_index=True, alt="Published figures by kind and device, with what is to be said of them.",
                 column_config={"Imported": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
                                "Caveats": st.column_config.TextColumn(width="large")})
    st.page_link("pages/tradeoff.py", label="Lay them over the tradeoff", icon=":material/stacks:", query_params={
        "channels": "1", "batch": str(figures["batch"].mode()[0]), "shown": ["measured", "published"]})
