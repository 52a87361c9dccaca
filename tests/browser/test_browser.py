"""What a reader does, in a real browser with a real measuring process: choose, measure, watch, share, cancel."""

import json

import psutil
from playwright.sync_api import expect

from backend.catalogue import catalogue, label

SMALL = "?framework=NumPy&l_max=2&batch=10&channels=1&show_numpy=matrix&show_numpy=clebsch_gordan_dense"
LONG = "?framework=NumPy&l_max=8&batch=1,000"
CHART = ".js-plotly-plot .main-svg .scatterlayer"


def measure(page):
    return page.get_by_role("button", name="Measure these")


def workers(server):
    """The measuring processes that live below the server."""
    return [child for child in psutil.Process(server.process.pid).children(recursive=True)
            if child.status() != psutil.STATUS_ZOMBIE and "backend.bench.worker" in " ".join(child.cmdline())]


def test_choose_measure_watch_and_share(open_page, server):
    page = open_page()
    expect(page.get_by_role("heading", name="What does expressivity cost?")).to_be_visible()
    expect(page.get_by_text("and shipped with the program; not measured on this machine")).to_be_visible()
    page.wait_for_selector(CHART)   # a first visitor sees what was recorded
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(page).to_have_url(f"{server.url}/?l_max=4")
    page.get_by_text("Change the machine").click()
    page.get_by_role("combobox", name="Framework").click()
    page.get_by_role("option", name="NumPy").click()
    batch = page.get_by_role("combobox", name="Batch")
    batch.fill("25")
    batch.press("Enter")
    expect(page.get_by_text("batch 25 samples · parity both · CPU · NumPy")).to_be_visible()
    usual = [label(entry.key, entry.default_variant) for entry in catalogue().values()
             if "numpy" in entry.frameworks and "mimo" in entry.settings and entry.everyday
             and not entry.mixings]
    cases = 4 * len(usual)
    expect(measure(page)).to_contain_text(f"Measure these {cases} cases")
    other = open_page(page.url[len(server.url) + 1:])   # somebody else, before the run starts
    expect(measure(other)).to_be_visible()

    measure(page).click()
    expect(page.get_by_text(f"Measuring 1 of {cases}")).to_be_visible()
    expect(other.get_by_role("progressbar")).to_be_visible(timeout=15_000)
    page.wait_for_selector(CHART)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=180_000)
    expect(page.locator(f"{CHART} .point")).to_have_count(cases)
    expect(other.locator(f"{CHART} .point")).to_have_count(cases)

    for name in usual[2:]:
        page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()
    expect(page.locator(f"{CHART} .point")).to_have_count(8)
    address = page.url
    assert all(part in address for part in ("l_max=4", "framework=NumPy", "batch=25", "show_numpy="))
    page.reload()
    expect(page.locator(f"{CHART} .point")).to_have_count(8)
    assert page.url == address
    expect(page.get_by_text("batch 25 ")).to_be_visible()

    page.get_by_role("link", name="History").click()
    expect(page.get_by_text(f"{cases} results of {cases}")).to_be_visible()
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_text("Nothing is being measured")).to_be_visible()
    page.get_by_role("link", name="Tradeoff").click()
    expect(page.get_by_text("batch 25 ")).to_be_visible()
    expect(page.locator(f"{CHART} .point")).to_have_count(8)


def test_a_point_opens_its_card(open_page, server):
    page = open_page(SMALL)
    measure(page).click()
    expect(page.locator(f"{CHART} .point")).to_have_count(4, timeout=180_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    figure = page.get_by_role("figure", name="Time per call against degrees of freedom")
    expect(figure).to_be_visible()
    box = page.locator(f"{CHART} .point").first.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*place)
    expect(page.locator(".hoverlayer")).to_contain_text("Interactable paths")
    page.mouse.click(*place)
    expect(page.get_by_text("python -m backend run --product")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the samples as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert page.get_by_role("figure").first.locator(".point").count() == 4   # the picture keeps its points
    page.get_by_role("button", name="Close the card").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(1)


def test_a_cancelled_run_leaves_no_process(open_page, server):
    page = open_page(LONG)
    measure(page).click()
    cancel = page.get_by_role("button", name="Cancel")
    expect(page.get_by_text("Measuring 1 of")).to_be_visible()
    assert workers(server)
    cancel.click()
    expect(cancel).to_have_count(0)
    psutil.wait_procs(workers(server), timeout=10)
    assert not workers(server)
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_text("0 running")).to_be_visible()


def test_a_deep_link_opens_its_page_first(open_page):
    page = open_page("history")
    expect(page.get_by_role("heading", name="What has been measured?")).to_be_visible()
    expect(page.get_by_role("link", name="Tradeoff")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_bad_address_falls_back_with_a_word(open_page, server):
    page = open_page("?l_max=99&setting=simo&framework=tf")
    expect(page.get_by_text("l_max must be a whole number from 1 to 12, got '99'")).to_be_visible()
    expect(page.get_by_text("framework must be one of NumPy, JAX, PyTorch, got 'tf'")).to_be_visible()
    expect(page.get_by_text("SIMO · L 3")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/?setting=SIMO")


def test_axes_and_themes(open_page):
    page = open_page(SMALL, color_scheme="dark")
    measure(page).click()
    expect(page.locator(f"{CHART} .point")).to_have_count(4, timeout=180_000)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert max(json.loads(background.replace("rgb(", "[").replace(")", "]"))) < 60
    ticks = page.locator(".js-plotly-plot .ytick text")
    expect(ticks.filter(has_text="20").first).to_be_visible()
    expect(ticks.get_by_text("0", exact=True)).to_have_count(0)
    page.get_by_text("Logarithmic cost").click()
    expect(ticks.get_by_text("0", exact=True)).to_be_visible()   # only a linear axis has a zero
    assert "log_y=false" in page.url.lower()


def test_a_message_is_asked_for_measured_and_shared(open_page, server):
    page = open_page("?framework=NumPy&l_max=1&batch=64&channels=2&show_numpy=matrix")
    page.get_by_text("Channels: how they meet").click()
    for name, option in (("Mixing", "uvu: one y for all channels"), ("Weights", "per sample"), ("Scope", "layer")):
        page.get_by_role("combobox", name=name).click()
        page.get_by_role("option", name=option, exact=True).click()
        expect(page.get_by_role("combobox", name=name)).to_have_value(option)
    for name, number in (("Inner channels K", "4"), ("Neighbours per node", "16")):
        page.get_by_role("combobox", name=name).fill(number)
        page.get_by_role("combobox", name=name).press("Enter")
    said = "uvu, weights per sample, layer K = 4, message of 16 neighbours · batch 64 edges"
    expect(page.get_by_text(said)).to_be_visible()
    measure(page).click()
    expect(page.locator(f"{CHART} .point")).to_have_count(1, timeout=180_000)
    other = open_page(page.url[len(server.url) + 1:])   # the address says all of it
    expect(other.get_by_text(said)).to_be_visible()
    expect(other.locator(f"{CHART} .point")).to_have_count(1)
