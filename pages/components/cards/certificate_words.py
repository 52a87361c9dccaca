"""A certificate in words and tables: the verdict, the errors, what is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from backend import units

GROUPS = {"O3": "O(3)", "SO3": "SO(3)"}
_LAWS = {
    "component": "Clebsch-Gordan in component normalisation, G = √(2l₃ + 1)",
    "gaunt": "the integral of three spherical harmonics, zero where l₁ + l₂ + l₃ is odd",
    "poisson": "the integral of a harmonic and the bracket of two, zero where l₁ + l₂ + l₃ is even",
    "gaunt_poisson": "the integral of three harmonics, and of one with the bracket of two where l₁ + l₂ + l₃ is odd",
    "vector": "|G| = √(3/2π · Π(2lᵢ + 1)(2jᵢ + 1)) times a 3j and a 9j symbol, for copies l of every j",
    "matrix": "|G| = √((2l₁ + 1)(2l₂ + 1)(2l₃ + 1)) times a 6j symbol, which has accidental zeros",
}
_EDGE_LAWS = {
    "component": "the fixed weight of the path times √(2l₃ + 1)",
    "component_m_max_2": "the fixed weights times √(2l₃ + 1), the l₂ of one l₁ and l₃ mixed by dropping |m| > 2",
}
_ERRORS = {
    "bilinear_error": "Bilinearity",
    "quadratic_error": "Quadratic in x",
    "weights_error": "Linearity in each weight",
    "linear_error": "Linearity in x",
    "length_error": "Length of r",
    "equivariance_error_rotation": "Equivariance, rotations",
    "equivariance_error_inversion": "Equivariance, inversion",
    "oracle_error": "Against the exact map",
    "numpy_error": "Against its NumPy form",
    "gradient_error": "Gradients",
    "gradient_error_pole": "Gradients at a pole",
}
_OF_EDGES = ("linear_error", "length_error", "numpy_error", "gradient_error_pole")
_NOT_BILINEAR = ("quadratic_error", *_OF_EDGES)
_LEFT_OUT = {"edge": ("bilinear_error", "quadratic_error"), "square": ("bilinear_error", *_OF_EDGES)}   # by setting


def mixes(certificate: Mapping[str, Any]) -> bool:
    """Whether it is of channels that mix or have weights; certificates made before there were such say nothing."""
    return certificate.get("channels") is not None


def law(certificate: Mapping[str, Any]) -> str:
    """What the claimed closed form is; empty where none is claimed."""
    return (_EDGE_LAWS if certificate["setting"] == "edge" else _LAWS).get(certificate["law"], "")


def verdict(certificate: Mapping[str, Any]) -> None:
    """Draws the one answer of the page."""
    group = GROUPS[certificate["group"]]
    if certificate["passed"] is None:
        st.info(f"**It cannot do this problem.** {certificate['message']}.")
    elif certificate["passed"] and certificate.get("approximate"):
        st.success("**Yes, it holds, as what it is: approximate.** Bilinear. How far it is from equivariant and from "
                   "what it approximates is shown below and not judged.")
    elif certificate["passed"]:
        claim = "G is what it claims" if certificate["law"] else "it claims no closed form of G"
        judged = "" if certificate["group"] == "O3" else " Inversion is shown below and not judged."
        st.success(f"**Yes, it holds.** {_kind(certificate)}, equivariant under {group}, and {claim}.{judged}")
    else:
        lines = "".join(f"\n- {_sentence(each)}" for each in certificate["failures"])
        st.error(f"**No, it does not hold.**{lines}")


def errors(certificate: Mapping[str, Any]) -> pd.DataFrame:
    """Every error beside what rounding explains."""
    rows = []
    for name, title in _ERRORS.items():
        value, allowed = certificate.get(name), certificate["tolerance"]
        if name in _LEFT_OUT.get(certificate["setting"], _NOT_BILINEAR):
            continue
        if name == "weights_error" and value is None:   # it has no weights
            continue
        judged = name not in _unjudged(certificate)
        if value is None:
            answer = "not measured"
        elif not judged:
            answer = "not judged"
        else:
            answer = "holds" if value <= allowed else "too large"
        rows.append((title, units.number(value), units.number(allowed), answer))
    return pd.DataFrame(rows, columns=["Error", "Measured", "Rounding explains", "Verdict"])


def _kind(certificate: Mapping[str, Any]) -> str:
    """What the map is."""
    if certificate["setting"] == "edge":
        return "Linear in x, of the direction of r alone"
    linear = ", linear in each weight" if certificate.get("weights_error") is not None else ""
    return ("Quadratic in x" if certificate["setting"] == "square" else "Bilinear") + linear


def _unjudged(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    if certificate.get("approximate"):   # certificates made before there was such a field have none
        return "equivariance_error_rotation", "equivariance_error_inversion", "oracle_error"
    inversion = () if certificate["group"] == "O3" else ("equivariance_error_inversion",)
    return "gradient_error_pole", *inversion


def lost(certificate: Mapping[str, Any]) -> dict[str, list[tuple[int, int, int]]]:
    """The lost paths by reason."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for l1, l2, l3, reason in certificate["lost"]:
        found.setdefault(reason, []).append((l1, l2, l3))
    return found


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
