"""The filter for one function: which products it leaves, and what must be known of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from backend.catalogue import catalogue, label
from pages.components.question.selection import ANY, View, function_label
from pages.components.rows.functions import same_function


def only_same(view: View, labels: Sequence[str], of: Mapping[str, str], measured: Collection[str]
              ) -> tuple[list[str], str]:
    """Of the labels those that compute the function that the view asks for, and what is to be said of it; `of` has
    the function of each label of which it is known, `measured` are those that are measured at this L."""
    if view.same == ANY:
        return list(labels), ""
    wanted = function_label(view.same)
    same = same_function(wanted, of)
    if same is None:
        return list(labels), (f":material/warning: Which products compute the function of {wanted} is not known before "
                              "it has been measured at this L: all are shown.")
    said = f"**The same function as {wanted}** ({of[wanted]}): the same outputs, the same zero pattern of G."
    for why, names in _others([name for name in labels if name not in of], measured).items():
        said += f" {why}: {', '.join(names)}."
    return [name for name in labels if name in same], said


def _others(unknown: Sequence[str], measured: Collection[str]) -> dict[str, list[str]]:
    """Those of which no function is known, by why."""
    inexact = {label(entry.key, variant) for entry in catalogue().values() if entry.approximate
               for variant in entry.variants}
    found: dict[str, list[str]] = {}
    for name in unknown:
        why = ("Approximate, so of no other's function" if name in inexact else
               "Not known before its coupling table is computed, which the page Interactions does" if name in measured
               else "Not known, for want of a measurement at this L")
        found.setdefault(why, []).append(name)
    return found
