"""The page Choose in a real browser: measure, read the answer, paste a model, share the link."""

import re

from playwright.sync_api import expect

SMALL = "choose?framework=NumPy&setting=edge&l_max=1&batch=10&channels=1"   # two products do it
MACE = "hidden_irreps: 64x0e + 64x1o\nmax_ell: 3\ncorrelation: 2\nnum_interactions: 2"


def test_measure_choose_and_share(open_page, server):
    page = open_page(SMALL)
    expect(page.get_by_role("heading", name="Which tensor product should I use?")).to_be_visible()
    page.get_by_role("button", name="that would do").click()
    expect(page.get_by_role("heading", name="loses nothing")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=120_000)
    expect(page.locator(".js-plotly-plot .annotation").filter(has_text="µs").first).to_be_visible()

    page.get_by_text("Start from a model's configuration").click()
    text = page.get_by_role("textbox", name="MACE, NequIP, Allegro or Equiformer")
    text.fill(MACE)
    text.press("Control+Enter")
    page.get_by_role("button", name="Ask this of MACE, later messages").click()
    said = page.get_by_text("layer · x to 1, y to 3, z to 3 · 64 channels · uvu, weights per sample")
    expect(said).to_be_visible()
    expect(page).to_have_url(re.compile("(?=.*setting=layer)(?=.*l2=3)(?=.*batch=4)"))
    assert "hidden" not in page.url   # what was pasted stays here
    other = open_page(page.url[len(server.url) + 1:])
    expect(other.get_by_text("layer · x to 1, y to 3, z to 3 · 64 channels · uvu, weights per sample")).to_be_visible()
    expect(other.get_by_text("batch 4,096 edges · parity natural")).to_be_visible()
