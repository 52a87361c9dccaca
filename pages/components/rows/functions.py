"""Which products compute the same function: the same outputs, and the same zero pattern of the coupling table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import ascii_uppercase

import pandas as pd

from backend.catalogue import catalogue
from backend.choosing.reach import reach
from backend.spec import Problem
from pages.components.question.selection import OUTPUTS
from pages.components.rows.records import records

Tables = Mapping[tuple[str, str], Collection[tuple[int, int, int]]]   # (product, variant) -> triples with G not zero


def functions(rows: pd.DataFrame, problem: Problem, tables: Tables) -> dict[str, str]:
    """What each product computes, by its label: a letter, how many paths it reaches, how many numbers it writes for a
    row and channel. `rows` are those of `with_ratios`; a product is left out of which no row at the problem's degree
    tells its outputs, or of which nobody knows the paths; one that is approximate computes what no other does."""
    found = {}
    at = rows[(rows["l_max"] == problem.l_max) & rows[OUTPUTS.name].notna()] if len(rows) else rows
    for row in records(at.drop_duplicates("label")):
        known = catalogue().get(row["product"])
        paths = reach(row["product"], row["variant"], problem, measured=tables.get((row["product"], row["variant"])),
                      count=row["interactable"])
        if known is not None and paths is not None:
            size = round(row[OUTPUTS.name] / problem.nodes / problem.channels)
            found[row["label"]] = (paths, size, known.group, row["label"] if known.approximate else "")
    order = sorted(set(found.values()), key=lambda each: (-len(each[0]), -each[1], *each[2:], sorted(each[0])))
    letters = {each: _letter(number) for number, each in enumerate(order)}
    return {label: f"{letters[each]}: {len(each[0])} paths, {each[1]} numbers" for label, each in found.items()}


def same_function(label: str, of: Mapping[str, str]) -> set[str] | None:
    """The labels of all that compute the function of this one; None where that is not known."""
    return {other for other, function in of.items() if function == of[label]} if label in of else None


def _letter(number: int) -> str:
    """A ... Z, AA, AB ..."""
    before, place = divmod(number, len(ascii_uppercase))
    return (_letter(before - 1) if before else "") + ascii_uppercase[place]
