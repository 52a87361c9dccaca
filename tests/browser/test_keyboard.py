"""The Tradeoff page without a mouse. Plotly's points cannot be reached by keys: the rows of the table open the same
cards."""

from filled import fill
from playwright.sync_api import expect
from running_server import running_server

_FOCUSED = """(() => { const on = document.activeElement;
    return on.getAttribute("aria-label") || on.innerText || on.dataset.testid || on.tagName })()"""
_ENOUGH = 100   # keys


def tab_to(page, name):
    """Presses Tab until what has this name has the focus; everything that was on the way."""
    passed = []
    for _ in range(_ENOUGH):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(_FOCUSED))
        if passed[-1].splitlines()[-1] == name:
            return passed
    raise AssertionError(f"Tab never came to {name!r}, but to {passed}")


def test_from_the_first_control_to_the_card_of_a_row(browser, tmp_path):
    fill(tmp_path / "history.duckdb")
    with running_server(tmp_path / "history.duckdb") as server:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(server.url)
        expect(page.locator("table")).to_have_count(1, timeout=30_000)
        assert tab_to(page, "Setting")[0] == "Skip to main content"
        tab_to(page, "L_max")
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(f"{server.url}/?l_max=4")
        passed = tab_to(page, "data-grid-canvas")
        for name in ("Channels", "Batch", "Parity", "History", "Pan"):
            assert name in passed
        assert any("Measure" in name for name in passed)
        page.keyboard.press("ArrowDown")
        expect(page.locator("td:focus")).to_be_attached()
        page.keyboard.press("Shift+Space")
        expect(page.get_by_text("python -m backend run --product")).to_be_visible()
        tab_to(page, "Close the card")
        page.keyboard.press("Enter")
        expect(page.get_by_text("python -m backend run --product")).to_have_count(0)
        page.close()
