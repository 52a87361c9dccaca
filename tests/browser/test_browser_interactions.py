"""The page Interactions in a real browser: it computes by itself, in a process of its own; who can, and a difference
that is shared."""

from playwright.sync_api import expect


def test_compute_choose_and_share(open_page, server):
    page = open_page("interactions?show_jax=gaunt_grid&show_jax=poisson&look_jax=gaunt_grid:dense&need=cross")
    expect(page.get_by_role("heading", name="Which interactions does it reach?")).to_be_visible()
    expect(page.get_by_text("Cannot (1): Gaunt grid, dense (antisymmetric)")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Can (1): Poisson")).to_be_visible()
    expect(page.get_by_text("Computing what")).to_have_count(0)
    squares = page.locator(".js-plotly-plot .scatterlayer .point")
    expect(squares).to_have_count(45)   # every path, and the frame around what is needed
    page.get_by_role("combobox", name="Compared with").fill("Poisson")
    page.get_by_role("option", name="Poisson", exact=True).click()
    expect(page.get_by_text("Poisson alone (14)")).to_be_visible()
    other = open_page(page.url[len(server.url) + 1:])   # read from the history
    expect(other.get_by_text("Gaunt grid, dense alone (30)")).to_be_visible()
    expect(other.get_by_text("Cross product 1o x 1o")).to_be_visible()
