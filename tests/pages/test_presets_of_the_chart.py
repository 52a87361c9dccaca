"""The links for common questions: each is an address that the controls hold, and that the sets that ship answer."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from drawn import charts, words

from pages.components.question.presets import PRESETS, address_of
from pages.components.services import provide
from results_db.recorded import shipped


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_an_address_with_a_picture(app, here, name):
    provide(replace(here, recorded=shipped()))
    address = dict(parse_qsl(address_of(PRESETS[name]).removeprefix("?")))
    assert address.keys() == PRESETS[name].keys()
    page = app(**address)
    assert not page.exception and not page.error
    assert "in the address" not in words(page)   # no control refuses it
    assert len(charts(page)) == 1
    shown = [element.proto.body for element in page.get("html")]
    assert any(address_of(PRESETS[name]).replace("&", "&amp;") in body for body in shown)


def test_addresses_are_spelled_as_the_controls_do():
    assert address_of(PRESETS["Price per degree of freedom"]) == "?per=degrees+of+freedom"
    assert "weights=per+sample" in address_of(PRESETS["A MACE-like layer"])
