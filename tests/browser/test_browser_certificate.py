"""The certificate page in a real browser: choose, certify in a process of its own, read, share."""

from playwright.sync_api import expect


def test_certify_and_share(open_page, server):
    page = open_page("certificate?product=matrix&framework=numpy&l=2")
    expect(page.get_by_role("heading", name="Is it the product it claims to be?")).to_be_visible()
    expect(page.get_by_text("not certified by this version")).to_be_visible()
    page.get_by_role("button", name="Certify", exact=True).click()
    expect(page.get_by_text("Yes, it holds.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("19 of 19")).to_be_visible()
    squares = page.locator(".js-plotly-plot .scatterlayer .point")
    expect(squares).to_have_count(19)
    box = squares.first.bounding_box()   # `hover` would scroll it below the header
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hoverlayer")).to_contain_text("G = ")
    other = open_page(page.url[len(server.url) + 1:])   # read from the history
    expect(other.get_by_text("Yes, it holds.")).to_be_visible()
    expect(other.get_by_role("button", name="Certify again")).to_be_visible()
