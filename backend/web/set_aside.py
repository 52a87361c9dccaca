"""Keeps the collection of garbage short, which Streamlit asks for after every run of a page."""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Collects all garbage and sets aside what is left: else each collection looks through every module, cache and
    session, which takes longer than most pages. What was set aside before is looked through this once."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
