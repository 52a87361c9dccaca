"""The page Scaling in a real browser: against another axis, measured, shared."""

from playwright.sync_api import expect


def test_choose_an_axis_measure_and_share(open_page, server):
    page = open_page("scaling?show_numpy=matrix&framework=numpy&l_max=1&across=channels&channels_to=8&batch=10")
    expect(page.get_by_role("heading", name="How does it scale?")).to_be_visible()
    page.get_by_role("button", name="Measure these 4 cases").click()
    expect(page.get_by_role("button", name="Measure 4 cases again")).to_be_visible(timeout=120_000)
    expect(page.locator(".js-plotly-plot .scatterlayer .point")).to_have_count(4)
    expect(page.get_by_text("Matrix, sums").first).to_be_visible()
    box = page.locator(".js-plotly-plot .scatterlayer .point").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text("python -m backend run --product")).to_be_visible()
    assert "card=" in page.url
    other = open_page(page.url[len(server.url) + 1:])   # read from the history
    expect(other.get_by_text("python -m backend run --product")).to_be_visible()   # the same card
    picture = other.locator(".js-plotly-plot").first
    expect(picture.locator(".xtitle")).to_have_text("Channels")
    expect(picture.locator(".scatterlayer .point")).to_have_count(4)
