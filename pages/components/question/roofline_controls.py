"""Which device a reader looks at, and which of its results."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from backend import units
from backend.catalogue import catalogue
from backend.environment import devices, machine
from backend.spec import DTYPES, FRAMEWORKS, SETTINGS
from pages.components.question.selection import framework_label, setting_label

_BOUND = {"bind": "query-params", "persist_state": "session"}
_DEVICE = ("machine", "device", "device_name", "threads")


def device_choice(roofs: dict[str, dict], measured: Sequence[int]) -> tuple[dict, bool]:
    """The device that is asked for, and whether it is here: those whose limits are known, and those here, the CPU with
    each number of threads with which something was `measured`."""
    known = {name: {key: row[key] for key in _DEVICE}
             for name, row in roofs.items()}
    threads = sorted({1, *measured})
    here = [{"machine": machine()["name"], "device": device, "device_name": named, "threads": number}
            for device, named in devices().items() for number in (threads if device == "cpu" else [1])]
    options = {device_name(each): each for each in here} | known
    st.markdown("#### Device")
    chosen = st.selectbox("Device", list(options), key="roof_device", label_visibility="collapsed", **_BOUND)
    return options[chosen], chosen in {device_name(each) for each in here}


def filtered(results: pd.DataFrame) -> pd.DataFrame:
    """The rows that pass every filter; an empty filter lets all pass."""
    asked = {
        "setting": ("Setting", SETTINGS, setting_label),
        "framework": ("Framework", FRAMEWORKS, framework_label),
        "dtype": ("Precision", DTYPES, str),
        "product": ("Product", tuple(catalogue()), lambda key: catalogue()[key].label),
    }
    st.markdown("#### Results")
    for name, (title, options, label) in asked.items():
        chosen = st.multiselect(title, options, format_func=label, key=f"roof_{name}", placeholder="All", **_BOUND)
        if chosen and len(results):
            results = results[results[name].isin(chosen)]
    return results


def device_name(device: dict) -> str:
    """AMD EPYC, 4 cores · 1 thread; NVIDIA H100 · in EPYC 9004, 16 cores."""
    if device["device"] == "cpu":
        return f"{device['machine']} · {units.plural(device['threads'], 'thread')}"
    return f"{device['device_name']} · in {device['machine']}"
