"""Who can do what is needed, what the question leaves out of it, and what a product loses, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from backend.needs import Need
from backend.spec import Problem
from backend.written_needs import triples_of, why_not_asked
from pages.components.charts.coupling_chart import LETTERS


def answers(rows: pd.DataFrame, count: int) -> list[str]:
    """Lines for rows of `of_need`: who reaches all `count` triples, who some, who none, each with the reason."""
    whole, some, none = (rows[rows["has"] == count], rows[(rows["has"] > 0) & (rows["has"] < count)],
                         rows[rows["has"] == 0])
    lines = [f":material/check_circle: **Can** ({len(whole)}): {' · '.join(whole['label'])}"] if len(whole) else []
    for title, found in ((":material/adjust: **In part**", some), (":material/cancel: **Cannot**", none)):
        if len(found):
            said = "; ".join(f"{_names(group, count)} ({why})" for why, group in found.groupby("why", sort=False))
            lines.append(f"{title} ({len(found)}): {said}")
    return lines or ["No product that is computed here can be judged."]


def left_out(need: Need, problem: Problem) -> str:
    """What of the need the question does not ask for, whatever the product; empty where it asks for all."""
    why: dict[str, list[str]] = {}
    every = triples_of(need, problem)
    for path in every:
        if reason := why_not_asked(path, problem):
            why.setdefault(reason, []).append(str(path))
    if not every:
        return "This question has no such triple: a larger L_max, or another setting, has."
    said = "; ".join(f"{', '.join(paths)}: {reason}" for reason, paths in why.items())
    return f"The question leaves out {said}." if why else ""


def losses(row: Mapping[str, Any], other: Mapping[str, Any] | None) -> str:
    """What a product loses by reason, with the letters of the picture."""
    if not row["lost"]:
        return f"{row['label']} loses no path of Clebsch-Gordan here."
    if other is not None:
        return f"Letters say why {row['label']} loses it: " + ", ".join(
            f"**{letter}** {reason}" for reason, letter in LETTERS.items() if reason in row["lost"].values()) + "."
    counts = pd.Series(list(row["lost"].values())).value_counts(sort=False)
    return "Lost: " + " ".join(f"**{LETTERS[reason]}** {reason} ({count})." for reason, count in counts.items())


def _names(rows: pd.DataFrame, count: int) -> str:
    """The products, each with how much it reaches where that is a part."""
    return " · ".join(f"{row.label} {row.has} of {count}" if 0 < row.has < count else row.label
                      for row in rows.itertuples())
