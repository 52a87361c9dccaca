"""The filter for one function: which products it leaves, and what must be known of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.components.question.selection import ANY, View, function_label
from pages.components.rows.functions import same_function


def only_same(view: View, labels: Sequence[str], of: Mapping[str, str]) -> tuple[list[str], str]:
    """Of the labels those that compute the function that the view asks for, and what is to be said of it; `of` has
    the function of each label of which it is known."""
    if view.same == ANY:
        return list(labels), ""
    wanted = function_label(view.same)
    same = same_function(wanted, of)
    if same is None:
        return list(labels), (f":material/warning: Which products compute the function of {wanted} is not known before "
                              "it has been measured at this L: all are shown.")
    unknown = [label for label in labels if label not in of]
    said = f"**The same function as {wanted}** ({of[wanted]}): the same outputs, the same zero pattern of G."
    if unknown:
        said += f" Not known, for want of a measurement at this L: {', '.join(unknown)}."
    return [label for label in labels if label in same], said
