"""Every page, drawn on an empty and on a filled history."""

import pytest
from drawn import words

from backend.catalogue import catalogue
from pages.components.services import Services, provide

PAGES = ("", "choose", "runs", "history", "data", "hardware", "method")
TITLES = {"": "What does expressivity cost?", "choose": "Which tensor product should I use?",
          "runs": "What is being measured?", "history": "What has been measured?", "data": "What is in the history?",
          "hardware": "How far from the hardware's limit?",
          "method": "What do these numbers mean?"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_an_empty_history(app, here, name):
    page = app(name)
    assert not page.exception and not page.error
    assert page.title[0].value == TITLES[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_filled_history(app, filled, name):
    page = app(name)
    assert not page.exception and not page.error
    assert page.title[0].value == TITLES[name]


def test_the_empty_pages_say_what_to_do(app, here):
    assert "Press Measure" in words(app())
    assert "Press Measure" in words(app("runs"))
    assert "Press Measure" in words(app("history"))


def test_the_method_lists_every_product(app, here):
    page = app("method")
    for entry in catalogue().values():
        assert entry.label in words(page) and entry.source in words(page)
        assert entry.unmeasured is None or f"*Not measured:* {entry.unmeasured.algorithm}" in words(page)
    assert len(page.latex) >= len(catalogue())


def test_the_frame_says_that_a_history_was_set_aside(app, here):
    provide(Services(here.store, here.queue, "history.duckdb could not be read and was set aside."))
    assert "was set aside" in words(app())
