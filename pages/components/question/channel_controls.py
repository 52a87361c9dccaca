"""The fold "Channels" of the sidebar: mixing, weights, linear layers around the product, messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.components.question.selection import whole_number

_INNER = ("0", "1", "8", "32", "64", "128", "256")
_NEIGHBOURS = ("0", "4", "16", "32", "64")
Typed = Callable[[str, str, tuple[str, ...], int, str], str]


def spread(setting: str, *, select: Callable[..., str], typed: Typed) -> dict[str, Any]:
    """Draws the fold with the sidebar's two kinds of widget; the values of a Question. Raises SpecError where a typed
    number is none."""
    with st.expander("Channels: how they meet"):
        if setting == "edge":
            st.caption("Nothing to choose in mixing, weights and scope: an edge convolution has weights of its own, "
                       "and one direction for all channels.")
            chosen = {}
        elif setting == "square":
            st.caption("Nothing to choose: x is multiplied with itself, channel by channel, and has a weight for each "
                       "output copy and channel.")
            return {}
        else:
            chosen = _mixing(select, typed)
        neighbours = typed("Neighbours per node", "neighbours", _NEIGHBOURS, 0, (
            "0: the batch counts samples, or the edges of an edge convolution, each alone. Else the product is a "
            "message: the batch counts edges, x is gathered from nodes, and z sums over this many edges of a node."))
        return chosen | {"neighbours": whole_number("neighbours", neighbours)}


def _mixing(select: Callable[..., str], typed: Typed) -> dict[str, Any]:
    mixing = select("Mixing", "mixing", help=(
        "Which channels of x meet which of y, in e3nn's words. uvu: as messages meet the harmonics of an edge. "
        "uvw: all pairs, mixed by weights."))
    weights = select("Weights", "weights", help=(
        "One weight for each output copy and channel (uvw: and pair): the same in all rows, or its own in each."))
    if mixing == "uvw" and weights == "none":
        weights = "shared"
        st.caption("uvw mixes by weights: without a choice they are shared by all rows.")
    scope = select("Scope", "scope", help="op: the operation alone. layer: with its linear layers before and after.")
    if scope == "op":
        return {"mixing": mixing, "weights": weights}
    inner = typed("Inner channels K", "inner_channels", _INNER, 0, (
        "Channels between the linear layers. 0: as many as outside."))
    return {"mixing": mixing, "weights": weights, "scope": scope, "inner": whole_number("inner channels", inner)}
