"""Who asks: what the queue knows readers by, so that each has a turn."""

from __future__ import annotations

from zlib import crc32

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def reader() -> str:
    """The reader of this tab: reader 3f2a, with the address where it is another machine's."""
    context = get_script_run_ctx()
    tab = f"reader {crc32(context.session_id.encode()) & 0xFFFF:04x}" if context else "reader"
    return f"{tab} at {st.context.ip_address}" if st.context.ip_address else tab
