"""Every page that app.py lists, with an empty and with a full history, in light and in dark: axe-core finds nothing
serious, and each chart has its words and its table."""

import re

import pytest
from accessible import untold_pictures, violations
from filled import ADDRESSES, fill
from playwright.sync_api import expect
from running_server import ROOT, running_server

PAGES = [(name, "default=True" in rest)
         for name, rest in re.findall(r'st\.Page\("pages/(\w+)\.py"(.*)\)', (ROOT / "app.py").read_text())]
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"


def drawn(tab):
    """Waits until the script has run and what it drew has come."""
    tab.wait_for_selector(DRAWN)
    tab.wait_for_load_state("networkidle")   # charts and tables are scripts of their own
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0)


@pytest.fixture(scope="module", params=["empty", "full"])
def reader(request, browser, tmp_path_factory):
    """Opens a page in a tab and waits until it is drawn."""
    history = tmp_path_factory.mktemp("history") / "history.duckdb"
    if request.param == "full":
        fill(history)
    with running_server(history) as server:
        tab = browser.new_page(viewport={"width": 1440, "height": 900})

        def opened(name, default):
            address = ADDRESSES.get(name, name) if request.param == "full" else name
            tab.emulate_media(color_scheme="light")
            tab.goto(f"{server.url}/{'' if default else address}")
            expect(tab.get_by_role("heading", level=1)).to_be_visible()
            drawn(tab)
            return tab

        yield opened
        tab.close()


@pytest.mark.parametrize(("name", "default"), PAGES, ids=[name for name, _ in PAGES])
def test_a_page_is_accessible(reader, name, default):
    tab = reader(name, default)
    expect(untold_pictures(tab)).to_have_count(0)
    assert not violations(tab)
    tab.emulate_media(color_scheme="dark")
    expect(tab.locator(".stApp")).to_have_css("background-color", "rgb(20, 23, 28)")
    drawn(tab)
    assert not violations(tab, "color-contrast")   # the rest is the same markup


def test_what_is_wrong_is_found(browser):
    tab = browser.new_page()
    tab.set_content("<html lang=en><title>A page</title><main><button></button><div class=js-plotly-plot></div></main>")
    assert [line.split()[0] for line in violations(tab)] == ["button-name"]
    assert not violations(tab, "color-contrast")
    expect(untold_pictures(tab)).to_have_count(1)
    tab.close()
