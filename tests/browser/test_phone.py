"""Every page that app.py lists on a phone, 390 by 844: nothing scrolls sideways, all text of a chart stands in it, and
no two names cover one another; and a window of a desk that is little wider."""

import pytest
from filled import ADDRESSES, fill
from playwright.sync_api import expect
from running_server import running_server
from test_accessible import PAGES, drawn

PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                  "Version/17.0 Mobile/15E148 Safari/604.1",
}
_WIDER = """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
    .map(each => each.scrollWidth - innerWidth)"""
_TEXTS = """() => [...document.querySelectorAll(".js-plotly-plot")].map(plot => {
    const frame = plot.getBoundingClientRect()
    const texts = ".annotation-text, .legendtext, .xtick text, .ytick text, .xtitle, .ytitle"
    const boxes = [...plot.querySelectorAll(texts)]
        .map(text => [text.textContent, text.getBoundingClientRect()]).filter(([text, box]) => text && box.width)
    const outside = boxes.filter(([_, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1).map(([text]) => text)
    const covered = boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([_, b]) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5).map(([other]) => `${one} and ${other}`))
    return {outside, covered}
})"""
MORE = [("tradeoff", "?facets=one+a+setting"), ("history", "history?view=Over+time"),
        ("history", "history?view=Compare")]


@pytest.fixture(scope="module")
def opened_on(browser, tmp_path_factory):
    """Makes a tab; it opens an address and waits until it is drawn."""
    history = tmp_path_factory.mktemp("history") / "history.duckdb"
    fill(history)
    tabs = []
    with running_server(history) as server:
        def make(**options):
            tab = browser.new_page(**options)
            tabs.append(tab)

            def opened(address):
                tab.goto(f"{server.url}/{address}")
                expect(tab.get_by_role("heading", level=1)).to_be_visible()
                drawn(tab)
                return tab
            return opened

        yield make
        for tab in tabs:
            tab.close()


@pytest.fixture(scope="module")
def phone(opened_on):
    return opened_on(**PHONE)


@pytest.mark.parametrize(("name", "address"), [
    *((name, "" if default else ADDRESSES.get(name, name)) for name, default in PAGES), *MORE])
def test_a_page_is_read_on_a_phone(phone, name, address):
    tab = phone(address)
    if name == "interactions":   # which computes its picture by itself
        expect(tab.locator(".js-plotly-plot .point").first).to_be_visible(timeout=60_000)
    assert max(tab.evaluate(_WIDER)) <= 0
    for chart in tab.evaluate(_TEXTS):
        assert chart == {"outside": [], "covered": []}


def test_a_finger_on_a_chart_scrolls_the_page_and_products_are_in_its_legend(phone):
    tab = phone("")
    plot = tab.locator(".js-plotly-plot").first
    box = plot.bounding_box()
    finger = tab.context.new_cdp_session(tab)
    for kind, *heights in (("touchStart", 0), ("touchMove", *range(10, 151, 10)), ("touchEnd",)):
        for moved in heights:
            finger.send("Input.dispatchTouchEvent", {
                "type": kind, "touchPoints": [{"x": 200, "y": box["y"] + 170 - moved}]})
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 100
    expect(plot.locator(".modebar-btn")).to_have_count(0)
    expect(plot.locator(".legendtext").filter(has_text="CG dense")).to_be_visible()


def test_in_a_small_window_of_a_desk_a_chart_keeps_its_width_and_the_page_its_own(opened_on):
    tab = opened_on(viewport={"width": 850, "height": 900})("")
    assert max(tab.evaluate(_WIDER)) <= 0
    assert tab.locator(".js-plotly-plot").first.bounding_box()["width"] >= 800   # as its names beside points need
