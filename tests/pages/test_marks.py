"""Colours and shapes: every mark can be told from its background, and one product from another."""

import tomllib
from pathlib import Path

import pytest

from backend.catalogue import catalogue
from pages.components.charts import marks

LIGHT_AND_DARK = pytest.mark.parametrize("theme", ["light", "dark"])


def luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour, background, opacity):
    pairs = [(int(colour[at:at + 2], 16), int(background[at:at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * one + (1 - opacity) * other):02x}" for one, other in pairs)


@LIGHT_AND_DARK
def test_marks_keep_three_to_one(theme):
    for family, colour in marks.family_colours(theme).items():
        assert contrast(colour, marks.BACKGROUNDS[theme]) >= 3, family


@LIGHT_AND_DARK
@pytest.mark.parametrize("inks", [marks.INKS, marks.MUTED_INKS])
def test_text_keeps_four_and_a_half_to_one(theme, inks):
    assert contrast(inks[theme], marks.BACKGROUNDS[theme]) >= 4.5


@LIGHT_AND_DARK
def test_the_theme_of_the_page_is_readable(theme):
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"][theme]
    background, ink, primary = (config[name] for name in ("backgroundColor", "textColor", "primaryColor"))
    assert (background, ink) == (marks.BACKGROUNDS[theme], marks.INKS[theme])
    captions = mixed(ink, background, 0.6)   # as Streamlit draws them
    assert contrast(captions, background) >= 4.5
    assert contrast(primary, mixed(primary, background, 0.15)) >= 4.5   # a pill that is on
    on_primary = "#ffffff" if theme == "light" else background   # readable
    assert contrast(on_primary, primary) >= 4.5


@LIGHT_AND_DARK
def test_no_two_products_look_alike(theme):
    looks = [(mark.colour, mark.symbol) for entry in catalogue().values()
             for mark in (marks.mark(entry.key, entry.default_variant, theme),)]
    assert len(set(looks)) == len(looks)


def test_another_variant_is_dashed_and_an_unknown_product_grey():
    entry = next(entry for entry in catalogue().values() if len(entry.variants) > 1)
    first, second, *_ = entry.variants
    assert marks.mark(entry.key, first, "light").dash == "solid"
    assert marks.mark(entry.key, second, "light").dash != "solid"
    assert marks.mark("somebody_elses", "", "light").colour == marks.family_colours("light")[""]


def test_faint_keeps_the_colour():
    assert marks.faint("#102030", 0.5) == "rgba(16, 32, 48, 0.5)"
