"""The card that is open is in the address of the page; a link opens it again, whatever the picture shows by then."""

from pathlib import Path

import pytest
from drawn import button, words
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).parents[2] / "pages"


def picked(filled, product="matrix"):
    return filled.store.results(product=product, channels=8)["id"].iloc[0]


def page_of(name, **address):
    """The page alone: of the whole app the first page would take the address."""
    page = AppTest.from_file(PAGES / f"{name}.py", default_timeout=30)
    for key, value in address.items():
        page.query_params[key] = value
    return page.run()


@pytest.mark.parametrize("name", ["tradeoff", "scaling"])
def test_what_is_picked_is_in_the_address_until_it_is_closed(filled, name):
    page, id = page_of(name), picked(filled)
    page.session_state[f"{name}_picked"] = id
    page.run()
    assert not page.exception and f"result {id}" in words(page)
    assert page.query_params["card"] == id
    button(page, "Close the card").click().run()
    assert "card" not in page.query_params and f"result {id}" not in words(page)


@pytest.mark.parametrize("name", ["tradeoff", "scaling"])
def test_a_link_opens_the_card_in_a_new_session(filled, name):
    id = picked(filled)
    page = page_of(name, card=id)
    assert f"result {id}" in words(page) and page.query_params["card"] == id
    other = picked(filled, "e3nn_jax")
    page.session_state[f"{name}_picked"] = other   # a click on another point
    page.run()
    assert f"result {other}" in words(page) and page.query_params["card"] == other


def test_a_link_opens_a_card_that_the_picture_no_longer_has(filled):
    id = picked(filled)
    page = page_of("tradeoff", card=id, setting="SIMO")
    assert f"result {id}" in words(page)
    button(page, "Close the card").click().run()
    assert f"result {id}" not in words(page)


def test_a_link_to_nothing_says_so(filled):
    assert "history has no result 'zzz'" in words(page_of("tradeoff", card="zzz"))


def test_the_row_of_a_line_opens_the_card_of_its_last_point(filled):
    page = page_of("scaling")
    last = filled.store.results(product="matrix", l_max=3, channels=8)["id"].iloc[0]
    page.session_state["slopes_picked"] = [last]
    page.run()
    assert f"result {last}" in words(page)
