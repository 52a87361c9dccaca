"""History in a real browser: what is chosen is in the address, which shows the same again; a note is kept as text."""

from playwright.sync_api import expect

from results_db.client import find_server
from results_db.recorded import shipped

NOTE = "<img src=x onerror=alert(1)> **odd**"


def test_filter_share_follow_and_note(open_page, server):
    results = list(shipped().each_result())
    find_server(server.history).add_many(results)
    number = sum(result.status == "unsupported" for result in results)
    page = open_page("history")
    expect(page.get_by_text(f"{len(results):,} results of {len(results):,}")).to_be_visible()
    page.get_by_role("combobox", name="Status").click()
    page.get_by_role("option", name="unsupported").click()
    expect(page.get_by_text(f"{number} results of {len(results):,}")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/history?only_status=unsupported")
    page.reload()
    expect(page.get_by_text(f"{number} results of {len(results):,}")).to_be_visible()

    ok = next(result for result in results if result.status == "ok")
    page = open_page(f"history?view=Over+time&text={ok.case.key}")
    expect(page.locator(".js-plotly-plot .scatterlayer .point").first).to_be_visible()
    page.get_by_text("Compare", exact=True).click()
    expect(page).to_have_url(f"{server.url}/history?text={ok.case.key}&view=Compare")

    page = open_page(f"history?text={ok.id}")
    page.get_by_text("Add a note").click()
    page.get_by_role("textbox", name="Note").fill(NOTE)
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_test_id("stText").get_by_text(NOTE)).to_be_visible()
    assert page.locator("img[src='x']").count() == 0
