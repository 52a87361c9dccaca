"""The method that cuEquivariance takes: its kernels, and how to hear that it falls back to another method."""

from __future__ import annotations

import warnings

KERNELS = {"jax": "uniform_1d", "torch": "fused_tp"}


def heard(build):
    """What `build` gives, and the library's warning that it falls back to another method, or nothing."""
    with warnings.catch_warnings(record=True) as messages:
        warnings.simplefilter("always")
        built = build()
    return built, next((str(each.message) for each in messages if "alling back" in str(each.message)), "")
