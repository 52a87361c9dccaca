"""The workers of the cluster that measures for this server: who is there, what each is at, who is missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from backend import units
from backend.cluster.description import Seat
from pages.components.runs.live import case_words
from pages.components.services import Services

_EVERY = 2.0   # seconds between two drawings


def cluster_table(services: Services) -> None:
    """Draws the workers and keeps looking; nothing where this machine measures by itself."""
    if services.cluster is not None:
        st.header("Machines")
        st.fragment(_draw, run_every=_EVERY)(services)


def _draw(services: Services) -> None:
    seats, error = services.cluster.seats, services.cluster.error
    there = [seat for seat in seats if seat.lost_at is None]
    busy = sum(bool(seat.worker.measuring) for seat in there)
    st.caption(f"Cluster at {services.cluster.address} · {units.plural(len(there), 'worker')} · {busy} measuring")
    if error:
        st.warning(f"{error[0].upper()}{error[1:]}.")
    elif not there:
        st.info("No worker is there, so nothing can be measured. Start one on each machine: "
                f"`python -m backend cluster worker {services.cluster.address}`.")
    if seats:
        names = {case.key: case_words(case) for each in services.queue.status().active for case in each.job.cases}
        st.dataframe(rows(seats, names), hide_index=True, width="stretch",
                     alt="The machines: where each is, its devices, what it measures, wherein it is unlike here.")


def rows(seats: tuple[Seat, ...], names: Mapping[str, str]) -> pd.DataFrame:
    """One row a worker; `names` are words for the cases that may be measured."""
    return pd.DataFrame([{
        "Machine": seat.worker.machine,
        "Address": seat.worker.host,
        "Devices": ", ".join(f"{name.upper()}: {own}" for name, own in seat.worker.devices.items()),
        "State": _state(seat, names),
        "Measures with": ", ".join(seat.worker.differences) or "the same sources and versions as here",
    } for seat in seats])


def _state(seat: Seat, names: Mapping[str, str]) -> str:
    if seat.lost_at is not None:
        return f"lost, {units.age(datetime.fromtimestamp(seat.lost_at, UTC))}"
    if not seat.worker.measuring:
        return "idle"
    return f"measuring {names.get(seat.worker.measuring, 'for somebody else')}"
