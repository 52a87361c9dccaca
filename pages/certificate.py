"""What a product computes, measured: is it the product it claims to be?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from backend import units
from backend.catalogue import entry, label
from backend.environment import devices
from backend.execution.certifying import Question
from backend.spec import SpecError
from pages.components.cards.certificate_numbers import numbers
from pages.components.cards.certificate_words import errors, law, lost, mixes, verdict
from pages.components.charts.coupling_chart import LETTERS, coupling_chart, strengths
from pages.components.question import certificate_controls
from pages.components.question.selection import framework_label, setting_label
from pages.components.runs import live
from pages.components.screen import room
from pages.components.services import Services, services


def page() -> None:
    """The certificate of the chosen product, or the button that makes it."""
    here = services()
    problems = certificate_controls.read_address()
    with st.sidebar:
        try:
            question = certificate_controls.question()
        except SpecError as error:
            question, reason = None, str(error)
    st.title("Is it the product it claims to be?")
    for problem in problems:
        st.warning(f"{problem} The default is shown instead.")
    if question is None:
        st.error(f"{reason[0].upper()}{reason[1:]}. Correct it in the sidebar.")
        return
    certificate = here.store.certificate(**question.asked())
    st.caption(_summary(question, certificate))
    if certificate:
        _certificate(certificate)
    elif question.case.device not in devices():
        st.info(f"This machine has no {question.case.device.upper()} device, so nothing can be certified on it here. "
                "Choose the CPU under Machine.")
        return
    _make(here, question, certificate)
    _repeat(question, certificate)


def _summary(question: Question, certificate: Mapping[str, Any] | None) -> str:
    case, problem = question.case, question.case.problem
    when = f"certified {units.age(certificate['added_at'])}" if certificate else "not certified by this version"
    return " · ".join((
        label(case.product, case.variant), setting_label(problem.setting), f"L {problem.l_max}",
        f"parity {problem.parity}", *certificate_controls.spread_words(problem), case.device.upper(),
        framework_label(case.framework), case.dtype, case.layout, when))


def _certificate(certificate: Mapping[str, Any]) -> None:
    verdict(certificate)
    if certificate["passed"] is None or certificate["interactable"] is None:
        return
    numbers(certificate)
    _picture(certificate)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Errors")
        st.dataframe(errors(certificate), hide_index=True, height="content",
                     alt="Every error, what rounding explains, and whether it is judged.")
        st.caption("Relative to the largest value, on random inputs. What rounding explains: 20 units in the last "
                   "place for each square root of a term of an output's sum."
                   + (" At a pole: in directions along the axis y or near it, where a turn by angles has no derivative."
                      if certificate["setting"] == "edge" else ""))
    with right:
        st.subheader(f"Cost of one row of {certificate['channels']} channels" if mixes(certificate)
                     else "Cost of one row and channel")
        st.dataframe(_costs(certificate), hide_index=True, height="content", alt="FLOP and bytes with their counters.")
    with st.expander(f"Every path ({certificate['cg_paths']})"):
        st.dataframe(_paths(certificate), hide_index=True, alt="G of every path, or why it is lost.")


def _picture(certificate: Mapping[str, Any]) -> None:
    st.subheader("Coupling G(l₁, l₂, l₃)")
    missing = lost(certificate)
    words = " ".join(f"**{LETTERS.get(reason, '')}** {reason} ({len(paths)})." for reason, paths in missing.items()
                     if reason in LETTERS)
    claim = law(certificate)
    st.caption((f"Claimed: {claim}. " if claim else "No closed form is claimed. ")
               + ("G is that of a weight of one. " if mixes(certificate) else "")
               + (f"Lost: {words}" if words else "No path of Clebsch-Gordan is lost."))
    st.plotly_chart(
        coupling_chart(certificate, live.theme(), room=room()), key="coupling", width="content",
        alt=f"{certificate['interactable']} of {certificate['cg_paths']} paths are reached.",
        config={"displaylogo": False, "displayModeBar": False})


def _costs(certificate: Mapping[str, Any]) -> pd.DataFrame:
    rows = [("FLOP", units.number(certificate["flops"]), certificate["flops_counter"])]
    if certificate["counted_flops"] is not None:
        rows.append(("FLOP", units.number(round(certificate["counted_flops"])), certificate["counted_flops_counter"]))
    rows.append(("Bytes", units.number(certificate["bytes"]), certificate["bytes_counter"]))
    return pd.DataFrame(rows, columns=["", "Count", "Counted by"])


def _paths(certificate: Mapping[str, Any]) -> pd.DataFrame:
    rows = [(*path, g, "") for path, every in strengths(certificate).items() for g in every]
    rows += [(l1, l2, l3, None, reason) for l1, l2, l3, reason in certificate["lost"]]
    return pd.DataFrame(sorted(rows, key=lambda row: row[:3]), columns=["l1", "l2", "l3", "G", "Lost, because"])


def _make(here: Services, question: Question, certificate: Mapping[str, Any] | None) -> None:
    """The button, what is being done, or why it could not be."""
    st.fragment(_watch, run_every=0.5 if here.certifier.running(question) is not None else None)(here, question)
    if here.certifier.running(question) is not None:
        return
    if reason := here.certifier.failure(question):
        st.error(f"The certificate could not be made: {reason}")
    if certificate is None and not here.certifier.failure(question):
        st.info("A certificate measures what the product computes: bilinear, equivariant, its coupling table, its "
                "errors, and what it loses against Clebsch-Gordan. Press Certify; it takes some seconds.")
    st.button("Certify again" if certificate else "Certify", type="secondary" if certificate else "primary",
              on_click=here.certifier.start, args=(question, here.store.add_certificate))


def _watch(here: Services, question: Question) -> None:
    """Says that the certificate is being made; draws the page again when it is there."""
    seconds = here.certifier.running(question)
    asked = st.session_state.get("certifying")
    st.session_state["certifying"] = question if seconds is not None else None
    if seconds is not None:
        st.info(f"Certifying in a process of its own, for {units.duration(seconds)} now.")
    elif asked == question:
        st.rerun()


def _repeat(question: Question, certificate: Mapping[str, Any] | None) -> None:
    st.markdown("**The same** from a shell:")
    st.code(" ".join(("python -m backend certify", *question.arguments())), language=None, wrap_lines=True)
    if certificate:
        plain = {name: value for name, value in certificate.items() if name != "added_at"}
        st.download_button("Download as JSON", json.dumps(plain, indent=1), f"certificate_{question.case.key}.json",
                           "application/json", on_click="ignore")
    known = entry(question.case.product)
    st.caption(f"{known.label}: {known.summary} Source: {known.source or 'none given'}.")


page()
