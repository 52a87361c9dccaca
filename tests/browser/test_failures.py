"""An error that nobody foresaw, in the real server: the reader sees sentences and no trace, the log has all of it."""

import duckdb
import pytest
from playwright.sync_api import expect
from running_server import running_server
from streamlit.testing.v1 import AppTest

from pages.components.failure import say_failure
from results_db import Store, StoreError


def test_a_page_that_breaks_off_says_what_to_do(browser, tmp_path, capsys):
    history = tmp_path / "history.duckdb"
    Store(history).close()
    with duckdb.connect(history) as broken:
        broken.execute("DROP TABLE limits")
    page = browser.new_page()
    with running_server(history) as server:
        page.goto(f"{server.url}/hardware")
        expect(page.get_by_text("The history could not be read: ")).to_be_visible()
        expect(page.get_by_text("Reload the page; if this stays, restart the server")).to_be_visible()
        expect(page.get_by_role("heading", name="How far from the hardware's limit?")).to_be_visible()
        for trace in ("Traceback", "hardware.py", "SELECT", "LINE 1"):
            expect(page.get_by_text(trace)).to_have_count(0)
        page.get_by_role("link", name="Method").click()   # the other pages work
        expect(page.get_by_role("heading", name="What do these numbers mean?")).to_be_visible()
        expect(page.get_by_text("could not be read")).to_have_count(0)
    page.close()
    assert "Table with name limits does" in capsys.readouterr().out   # what the server printed


def script(say, error):
    say(error)


@pytest.mark.parametrize(("error", "said"), [
    (StoreError("the disk is full.\nSELECT 1"), "The disk is full. Nothing in it was changed."),
    (KeyError("secret"), "This page could not be drawn whole: an error that was not foreseen (KeyError)."),
])
def test_an_error_is_a_sentence_without_its_insides(error, said):
    page = AppTest.from_function(script, args=(say_failure, error)).run()
    assert page.error[0].value.startswith(said)
    assert not any(inside in page.error[0].value for inside in ("SELECT", "secret"))
