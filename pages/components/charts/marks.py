"""Which colour and shape mean which product, the same on every page, in the light and the dark theme."""

from __future__ import annotations

from dataclasses import dataclass

from backend.catalogue import catalogue

# Paul Tol's bright scheme, shifted until each keeps 3:1 against the theme's background (a test computes it).
_COLOURS = {
    "light": {
        "clebsch_gordan": "#2f62a3",
        "gaunt": "#cc3344",
        "matrix": "#1f7a33",
        "vector": "#8f6b00",
        "so2": "#0d7680",
        "library": "#8f2d70",
        "": "#62666d",
    },
    "dark": {
        "clebsch_gordan": "#6ea6e8",
        "gaunt": "#f47f8c",
        "matrix": "#5cc06f",
        "vector": "#d9b84a",
        "so2": "#4fc3cf",
        "library": "#d883bd",
        "": "#a9adb3",
    },
}
BACKGROUNDS = {"light": "#ffffff", "dark": "#14171c"}
INKS = {"light": "#14171c", "dark": "#e9ebee"}
MUTED_INKS = {"light": "#59606b", "dark": "#a4abb5"}
GRIDS = {"light": "#e6e8ec", "dark": "#2a2f38"}


@dataclass(frozen=True)
class Mark:
    """How a product is drawn: colour of its family, shape of its own, dashed if not its default variant."""

    colour: str
    symbol: str
    dash: str


def mark(product: str, variant: str, theme: str) -> Mark:
    """The mark of a product; a product that the catalogue does not know is grey and a circle."""
    known = catalogue().get(product)
    if known is None:
        return Mark(_COLOURS[theme][""], "circle", "solid")
    colour = _COLOURS[theme].get(known.family, _COLOURS[theme][""])
    return Mark(colour, known.symbol, "solid" if variant == known.default_variant else "dot")


def family_colours(theme: str) -> dict[str, str]:
    """The colour of each family; the empty name is a plug-in's."""
    return dict(_COLOURS[theme])


def faint(colour: str, opacity: float = 0.25) -> str:
    """The colour, see-through: for what was measured by another version or machine."""
    red, green, blue = (int(colour[i:i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
