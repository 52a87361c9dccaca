"""What is known of degrees of freedom beyond results of the same kind: variants, other channels, smaller degrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from backend.catalogue import catalogue
from backend.choosing import full_freedom
from backend.spec import Case
from pages.components.rows.expressivity import KIND, Known

_DEGREES = ("l1", "l2", "l_out")
_LIKE = tuple(name for name in KIND if name not in ("product", "variant", *_DEGREES))
_VALUES = ("degrees_of_freedom", "interactable")


class Freedom:
    """Made of what is known of several sets of results. Variants of a product that states one law compute the same
    function; where each path and channel has its own weight, numbers are known from another number of channels too."""

    def __init__(self, *known: Known) -> None:
        self._known: dict[tuple, dict[tuple[int, ...], dict[int, Mapping[str, float]]]] = defaultdict(dict)
        for each in known:
            for kind, by_channels in each.items():
                row = dict(zip(KIND, kind, strict=True))
                like = (*_function(row["product"], row["variant"]), *(row[name] for name in _LIKE))
                degrees = tuple(row[name] for name in _DEGREES)
                self._known[like].setdefault(degrees, {}).update(by_channels)

    def of(self, case: Case) -> dict[str, float | None]:
        """The two metrics of a case by their names; None where they are not known."""
        channels = case.problem.channels
        found = self._known.get(_like(case), {}).get(_degrees(case), {})
        if channels in found:
            return {name: _known(found[channels][name]) for name in _VALUES}
        if not found or full_freedom(case.problem) is None:
            return dict.fromkeys(_VALUES)
        others, values = next(iter(found.items()))
        freedom, interactable = (_known(values[name]) for name in _VALUES)
        return {"degrees_of_freedom": None if freedom is None else freedom / others * channels,
                "interactable": interactable}

    def is_less(self, case: Case) -> bool:
        """Whether it is known to have fewer degrees of freedom than all of Clebsch-Gordan at the same or smaller
        degrees: then it has at larger ones too."""
        if full_freedom(case.problem) is None:
            return False
        asked = _degrees(case)
        return any(
            values["degrees_of_freedom"] < values["interactable"] * channels   # not where one is not known
            for degrees, by_channels in self._known.get(_like(case), {}).items()
            if all(a <= b for a, b in zip(degrees, asked, strict=True))
            for channels, values in by_channels.items())


def _known(value: float) -> float | None:
    return None if value != value else value


def _like(case: Case) -> tuple:
    return *_function(case.product, case.variant), *(getattr(case.problem, name) for name in _LIKE)


def _degrees(case: Case) -> tuple[int, ...]:
    return tuple(getattr(case.problem, name) for name in _DEGREES)


def _function(product: str, variant: str) -> tuple[str, str]:
    """What computes the same function: every variant of a product that states one law, else each by itself."""
    known = catalogue().get(product)
    alike = known is not None and isinstance(known.coupling, str) and known.coupling and not known.approximate
    return product, "" if alike else variant
