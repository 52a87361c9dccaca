"""Sets of results beside one another: what changed since an upgrade, on another machine, since a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from backend import units
from backend.spec import SpecError
from pages.components.cards.difference_card import difference_card
from pages.components.charts.changes_chart import MOST, changes_chart, times, words
from pages.components.picked_row import picked_row
from pages.components.question.compare_controls import part_label, split
from pages.components.rows.changed import changed_rows, honesty, summary
from pages.components.rows.frames import compared_of
from pages.components.rows.records import records
from pages.components.screen import room
from pages.components.services import Services
from pages.components.tables import columns, written
from results_db.browsing import Wanted
from results_db.compare_sets import DATE, Compared, Split

_ROWS = 300
_COLUMNS = ("label", "verdict", "change", "first_time", "second_time", "first_units", "second_units", "set", "setting",
            "l_max", "channels", "spread", "batch", "framework", "device", "direction", "dtype", "compilation",
            "hardware")


def compare_view(here: Services, wanted: Wanted, parts: Mapping[str, Sequence[str]], theme: str) -> None:
    """The choice of the sets, the sentence, the picture, its table, and what differs between a pair."""
    asked, time = split(parts)
    if asked.part == DATE and not asked.values:
        st.info("Choose the day that parts the results: what was measured from it on is compared with what was before.")
        return
    try:
        found = compared_of(here.store, asked, wanted, time, here.store.data_version)
    except SpecError as error:
        st.info(f"{str(error).capitalize()}.")
        return
    if found.rows.empty:
        st.info(f"No case that passes the filters was measured {_in_both(asked)} on the same machine. Take a filter "
                "away, or measure the same cases again.")
        return
    rows = changed_rows(found)
    st.subheader(summary(found), anchor=False)
    st.caption(_sets(asked))
    st.plotly_chart(changes_chart(rows, theme, room=room()), key="changes", config=room().config("changes"),
                    alt=words(rows))
    if len(rows) > MOST:
        st.caption(f"The {MOST} with the largest changes, what is claimed first; faint: not distinguishable.")
    st.caption(honesty(found))
    _environments(found)
    shown = rows.head(_ROWS).assign(change=[times(row) for row in records(rows.head(_ROWS))])
    names = [name for name in _COLUMNS if name != "set" or rows["set"].nunique() > 1]
    ids = (shown["first_id"] + shown["second_id"]).tolist()
    picked = picked_row(written(shown[names]), ids, key="compare", column_config=_titles(names),
                        alt="Cases that both sets measured: verdict, change with its interval, both times.")
    st.caption(f"{units.plural(len(rows), 'case')}" + (f", the first {_ROWS} shown" if len(rows) > _ROWS else "")
               + " · select one for what differs between its newest results")
    if picked:
        difference_card(here.store, picked[:32], picked[32:])


def _in_both(asked: Split) -> str:
    return "before and from that day" if asked.part == DATE else f"with these values of {part_label(asked.part)}"


def _sets(asked: Split) -> str:
    if asked.part == DATE:
        return f"Measured from {asked.values[0]} on, against before. Of each set the newest environment of a case."
    return (f"{part_label(asked.part)}: {', '.join(asked.values[1:])}, against {asked.values[0]}. "
            "Of each set the newest environment of a case.")


def _environments(found: Compared) -> None:
    """What differs between the environments of the sets, once."""
    with st.expander(f"What differs between the environments: {_parts_in_words(found)}"):
        st.dataframe(
            pd.DataFrame([(part_label(each.name), each.first, each.second, each.pairs) for each in found.differences],
                         columns=["What", "First", "Then", "Cases"]),
            hide_index=True, alt="Parts of the environments that differ, and in how many cases.")


def _parts_in_words(found: Compared) -> str:
    return ", ".join(dict.fromkeys(part_label(each.name) for each in found.differences)) or "nothing"


def _titles(names: Sequence[str]) -> dict:
    own = {
        "verdict": st.column_config.TextColumn("It became", width=130),
        "change": st.column_config.TextColumn("Change", help="Its time over that in the first set, with an interval."),
        "first_time": st.column_config.NumberColumn("First"),
        "second_time": st.column_config.NumberColumn("Then"),
        "first_units": st.column_config.NumberColumn("Processes, first", width=90),
        "second_units": st.column_config.NumberColumn("Then", width=60),
        "set": st.column_config.TextColumn("Set"),
        "hardware": st.column_config.TextColumn("Machine and device"),
    }
    return columns(names) | {name: own[name] for name in names if name in own}
