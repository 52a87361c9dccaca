"""The sidebar of the certificate page: a product, a problem and a mode, bound to the address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import streamlit as st

from backend.catalogue import catalogue, entry, label, make_case
from backend.environment import devices
from backend.execution.certifying import Question
from backend.spec import DEVICES, DTYPES, FRAMEWORKS, LAYOUTS, PARITIES, SETTINGS, WEIGHTS, Problem
from pages.components.question import address
from pages.components.question.selection import PREFERRED, framework_label, setting_label

L_MAX = 8          # larger tables take minutes
CHANNELS_MAX = 8   # of the family whose degrees of freedom are counted
_BOUND = {"bind": "query-params", "persist_state": "session"}
_FIRST = "gaunt_grid"


def read_address() -> list[str]:
    """Spells the address as the controls do, and takes out what no control can hold: a sentence for each such value."""
    asked, labels = st.query_params.get("product", ""), _labels()
    if asked in labels:
        st.query_params["product"] = labels[asked]
        st.rerun()
    problems = []
    if asked and asked not in labels.values():
        problems.append(f"product must be one of {', '.join(catalogue())}, got {asked!r:.60} in the address.")
        del st.query_params["product"]
    for name, high in (("l", L_MAX), ("inner", CHANNELS_MAX), ("outer", CHANNELS_MAX)):
        value = st.query_params.get(name, "1")
        if not (re.fullmatch(r"\d{1,9}", value) and 1 <= int(value) <= high):
            problems.append(f"{name} must be a whole number from 1 to {high}, got {value!r:.60} in the address.")
            del st.query_params[name]
    for name in [each for each in st.query_params if each.startswith("framework_")]:
        if st.query_params[name] not in map(framework_label, FRAMEWORKS):
            problems.append(f"framework must be one that the product has, got {st.query_params[name]!r:.60}.")
            del st.query_params[name]
    for name in [each for each in st.query_params if each.startswith("mixing_") or each == "path_weights"]:
        known = name.split("_")[1:] if name.startswith("mixing_") else [*map(_weights_label, WEIGHTS[1:])]
        if st.query_params[name] not in known:
            problems.append(f"{name.replace('_', ' ')} must be one of {', '.join(known)}, got "
                            f"{st.query_params[name]!r:.60} in the address.")
            del st.query_params[name]
    return [*problems, *address.read_address()]


def question() -> Question:
    """Draws the controls; what they ask. Raises SpecError where there is no such problem."""
    st.markdown("#### Question")
    names = {shown: name for name, shown in _labels().items() if ":" in name}
    first = label(_FIRST, entry(_FIRST).default_variant)
    shown = st.selectbox("Product", list(names), list(names).index(first), key="product", **_BOUND)
    product, _, variant = names[shown].partition(":")
    framework = _framework(product)
    setting = _select("Setting", "setting", SETTINGS, setting_label, "mimo", (
        "SISO: one degree times one degree into one. SIMO: into all. MIMO: all degrees up to L times all, into all "
        "up to 2L. layer: the same, outputs cut at L. edge: all degrees up to L with the harmonics of one direction. "
        "square: x with itself, summed by weights."))
    l_max = st.slider("L_max", 1, L_MAX, 3, key="l", **_BOUND)
    parity = _select("Parity", "parity", PARITIES, str, "both", "both: every path. natural: outputs of (-1)^l alone.")
    spread = _spread(product) if setting not in ("edge", "square") else {}
    mode = _mode(product)
    st.markdown("#### Linear layers around it")
    inner, outer = (
        int(st.number_input(title, 1, CHANNELS_MAX, 1, key=key, help=words, **_BOUND)) for title, key, words in (
            ("Inner channels K", "inner", "Channels between the linear layers: K products side by side."),
            ("Outer channels C", "outer", "Channels that the linear layers mix, before and after.")))
    problem = Problem.of(setting, l_max, parity=parity, **spread)
    return Question(make_case(product, variant, framework, problem, keep_impossible=True, **mode), inner, outer)


def spread_words(problem: Problem) -> tuple[str, ...]:
    """How its channels meet, where it is not the plain product."""
    return (problem.mixing, f"weights {_weights_label(problem.weights)}") if problem.spread else ()


def _framework(product: str) -> str:
    """The framework; a choice only where the product has several, and each set of choices has its own name."""
    known = tuple(name for name in FRAMEWORKS if name in entry(product).frameworks)
    if len(known) == 1:
        st.caption(f"It runs in {framework_label(known[0])} alone.")
        return known[0]
    key = "framework" if known == FRAMEWORKS else f"framework_{'_'.join(known)}"
    return _select("Framework", key, known, framework_label, "jax" if "jax" in known else known[0], None)


def _spread(product: str) -> dict[str, str]:
    """How the channels of a product that mixes them itself meet, and its weights; of others there is no choice."""
    known = entry(product).mixings
    if not known:
        return {}
    mixing = known[0]
    if len(known) == 1:
        st.caption(f"Its channels meet as {mixing}.")
    else:
        mixing = _select("Mixing", f"mixing_{'_'.join(known)}", known, str, known[0], (
            "uuu: channel by channel. uvu: all channels of x meet one y. uvw: all pairs, mixed by weights."))
    weights = _select("Weights", "path_weights", WEIGHTS[1:], _weights_label, "shared", (
        "One for each path and channel (uvw: and pair): the same in all rows, or its own in each."))
    return {"mixing": mixing, "weights": weights}


def _weights_label(weights: str) -> str:
    return {"per_sample": "per sample"}.get(weights, weights)


def _mode(product: str) -> dict[str, str | None]:
    st.markdown("#### Machine")
    summary = st.empty()
    with st.expander("Change the machine"):
        chosen = {
            "device": _select("Device", "device", DEVICES, str.upper, "cpu", None),
            "dtype": _select("Precision", "dtype", DTYPES, str, "float32", None),
        }
        layout = _select("Memory layout", "layout", (PREFERRED, *LAYOUTS), str, PREFERRED,
                         "preferred: the layout that the product prefers.")
        if "cuda" not in devices():
            st.caption("This machine has no CUDA device.")
    layout = None if layout == PREFERRED else layout
    summary.caption(" · ".join((chosen["device"].upper(), chosen["dtype"], layout or entry(product).layouts[0])))
    return chosen | {"layout": layout}


def _select(
    title: str, key: str, options: Iterable[str], words: Callable[[str], str], default: str, help: str | None
) -> str:
    options = tuple(options)
    return st.selectbox(title, options, options.index(default), format_func=words, key=key, help=help, **_BOUND)


def _labels() -> dict[str, str]:
    """Every name of a product on the command line -> what this page calls it."""
    names = {}
    for known in catalogue().values():
        names[known.key] = label(known.key, known.default_variant)
        names |= {f"{known.key}:{variant}": label(known.key, variant) for variant in known.variants}
    return names
