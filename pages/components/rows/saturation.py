"""From how many inner channels on a layer reaches every mixture of channels that the paths of its product allow."""

from __future__ import annotations

import pandas as pd

from pages.components.question.selection import Question


def saturation(rows: pd.DataFrame, question: Question) -> str:
    """A sentence: from which K each product is full, and which are not by their largest; nothing where no degrees
    of freedom are known. Full is a weight for each path, channel of x, of y (where that has channels) and of z."""
    weights = question.channels ** (2 if question.mixing == "uvu" else 3)
    known = rows[rows["degrees_of_freedom"].notna() & rows["interactable"].notna()]
    full = known[known["degrees_of_freedom"].astype(float) >= weights * known["interactable"].astype(float)]
    first = full.groupby("label")["step"].min().sort_values()
    said = [f"{label} from K = {inner}" for label, inner in first.items()]
    largest = known[~known["label"].isin(first.index)].groupby("label", sort=False)["step"].max()
    rest = [f"{label} by K = {inner}" for label, inner in largest.items()]
    parts = [f"**Full** (every mixture of channels in each of its paths): {', '.join(said)}."] * bool(said)
    parts += [f"**Not full**: {', '.join(rest)}."] * bool(rest)
    return " ".join(parts)
