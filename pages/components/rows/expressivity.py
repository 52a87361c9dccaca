"""Degrees of freedom and interactable paths of cases that are not measured, which no batch changes, by results of their
kind."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from backend.spec import Case

OF_PROBLEM = ("setting", "parity", "mixing", "weights", "scope")
_SIZES = ("l1", "l2", "l_out", "inner")
KIND = ("product", "variant", *OF_PROBLEM, *_SIZES)
_VALUES = ("degrees_of_freedom", "interactable")
_NOT_BY_CHANNEL = ("edge", "square")   # settings in which degrees of freedom do not grow as channels do

Known = Mapping[tuple, Mapping[int, Mapping[str, float]]]   # what is alike -> channels -> values by name


def known_expressivity(results: pd.DataFrame) -> Known:
    """That of results, as `Store.results` gives them; of several that are alike the first."""
    rows = results[results["interactable"].notna()][[*KIND, "channels", *_VALUES]].drop_duplicates()
    known: dict[tuple, dict[int, dict[str, float]]] = {}
    for row in rows.to_dict("records"):
        by_channels = known.setdefault(tuple(row[name] for name in KIND), {})
        by_channels.setdefault(row["channels"], {name: float(row[name]) for name in _VALUES})
    return known


def expressivity_of(case: Case, known: Known) -> dict[str, float | None]:
    """That of a case, None where it is not known; of the plain product from another number of channels too."""
    problem = case.problem
    kind = (case.product, case.variant, *(getattr(problem, name) for name in (*OF_PROBLEM, *_SIZES)))
    by_channels = known.get(kind, {})
    if problem.channels in by_channels:
        return dict(by_channels[problem.channels])
    if not by_channels or problem.spread or problem.setting in _NOT_BY_CHANNEL:
        return dict.fromkeys(_VALUES)
    channels, found = next(iter(by_channels.items()))
    return dict(found) | {"degrees_of_freedom": found["degrees_of_freedom"] / channels * problem.channels}
