"""The numbers of a certificate: paths, degrees of freedom, ranks, the error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend import units
from pages.components.cards.certificate_words import mixes

Number = tuple[str, str, str]   # title, value, explanation


def numbers(certificate: Mapping[str, Any]) -> None:
    """Draws them side by side."""
    ulp = certificate["oracle_error_ulp"]
    shown = (
        ("Interactable paths", f"{certificate['interactable']} of {certificate['cg_paths']}",
         "Paths with G not zero, of those that Clebsch-Gordan reaches on this problem."),
        *_freedom(certificate),
        ("Error", f"{ulp:.2g} ulp" if ulp is not None else units.NOTHING,
         "The largest deviation from the exact map, in units of the dtype's last place."),
    )
    for column, (title, value, help) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(title, value, help=help)


def _freedom(certificate: Mapping[str, Any]) -> tuple[Number, ...]:
    """Degrees of freedom and ranks."""
    freedom = units.number(certificate["degrees_of_freedom"])
    rank = (f"Jacobian rank, K = {certificate['inner']}, C = {certificate['outer']}",
            units.number(certificate["jacobian_rank"]),
            "Numerical rank of the derivative of the family with K inner and C outer channels. "
            + _fall(certificate["jacobian_gap"]))
    if mixes(certificate):
        channels = certificate["channels"]
        return (
            ("Degrees of freedom", freedom, f"Of one channel: its {certificate['weights']} weights and a scalar for "
             "each copy of x, y and z."),
            (f"Of {channels} channels", units.number(certificate["channels_degrees_of_freedom"]),
             f"The same with {channels} channels of x and z. Jacobian rank over the weights: "
             f"{units.number(certificate['channels_jacobian_rank'])}. {_fall(certificate['channels_jacobian_gap'])}"),
            rank)
    if certificate["setting"] == "edge":   # its second input has no weights to tie
        return (("Degrees of freedom", f"{freedom} of {certificate['weights']}",
                 "Weights that count, of one for every path and kind of edge. Dropping large |m| in the frame of the "
                 "edge keeps every path and loses weights: it mixes the l₂ of one l₁ and l₃."), rank)
    if certificate["setting"] == "square":
        return (("Degrees of freedom", freedom, "Dimension of the family that one linear layer of x, its weights and "
                 "scalars of the output reach."), rank)
    return (
        ("Degrees of freedom", freedom, "Dimension of the family that linear layers around one channel reach: the rank "
         "of its incidence matrix."),
        rank,
        ("Jacobian rank, untied", units.number(certificate["jacobian_rank_untied"]),
         "The same, where symmetric and antisymmetric paths have input weights of their own, as two products would."))


def _fall(gap: float | None) -> str:
    return f"The singular values fall by {units.number(gap)} after it." if gap else "No singular value is zero."
