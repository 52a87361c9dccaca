"""Filters of a reader as SQL: `column=value` or `column=[values]`, the values bound."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from results_db.errors import StoreError


def where(filters: Mapping[str, Any], known: Collection[str], *, table: str) -> tuple[str, list[Any]]:
    """The condition on the table's columns and the values to bind. Raises StoreError for an unknown column."""
    if unknown := set(filters) - set(known):
        raise StoreError(f"a filter must be one of {', '.join(known)}, got {', '.join(sorted(unknown))}")
    parts, bound = ["true"], []
    for name, value in filters.items():
        cast = "CAST(? AS UUID[])" if name == "id" else "?"
        parts.append(f'{table}."{name}" IN (SELECT unnest({cast}))')
        bound.append(_values(value))
    return " AND ".join(parts), bound


def _values(value: Any) -> list[Any]:
    """A list of plain Python values: pages pass scalars, lists, sets, arrays and columns."""
    return np.asarray(list(value) if isinstance(value, set | frozenset) else value).ravel().tolist()
