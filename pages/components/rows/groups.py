"""Rows of `measurements` in words: which products at which L."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

_NAMES = {"inner": "K", "channels": "channels", "batch": "batch"}   # by column


def products_and_degrees(rows: pd.DataFrame) -> str:
    """The products with their L, and their K, channels or batch where those differ: CG dense (L 1-3), Matrix (L 2)."""
    return _products(rows, _varied(rows))


def by_reason(rows: pd.DataFrame, reason: str) -> list[tuple[str, str]]:
    """(products and degrees, reason) for each different reason, which is a column of the rows."""
    varied = _varied(rows)
    return [(_products(found, varied), why) for why, found in rows.groupby(reason, sort=False)]


def degrees(values: Iterable[int]) -> str:
    """Numbers with runs drawn together: 1-3, 5."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _varied(rows: pd.DataFrame) -> list[str]:
    return [name for name in _NAMES if name in rows and rows[name].nunique() > 1]


def _products(rows: pd.DataFrame, varied: Iterable[str]) -> str:
    return ", ".join(f"{label} ({_sizes(found, varied)})" for label, found in rows.groupby("label", sort=False))


def _sizes(rows: pd.DataFrame, varied: Iterable[str]) -> str:
    said = [f"{_NAMES[name]} {', '.join(f'{value:,}' for value in sorted(set(rows[name])))}" for name in varied]
    return ", ".join([f"L {degrees(rows['l_max'])}", *said])
