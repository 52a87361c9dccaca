"""The reader's screen: a phone's, which says so with each page that it asks for, or a desk's."""

from __future__ import annotations

import streamlit as st

from pages.components.charts.room import DESK, PHONE, Room


def room() -> Room:
    """How much room the charts have. A phone is what has "Mobi" in its name, as browsers agreed."""
    return PHONE if "Mobi" in (st.context.headers.get("User-Agent") or "") else DESK
