"""The page Data in a real browser: a file goes in by upload, comes out by its link, and SQL is in the address."""

import re
from urllib.parse import urlencode

from playwright.sync_api import expect

from results_db.exchange import read_lines
from results_db.recorded import FOLDER

SQL = "SELECT count(*) * 1000 AS thousands FROM results"
SET = next(FOLDER.glob("*.parquet"))


def test_a_file_goes_in_and_comes_out_and_is_asked(open_page, server):
    page = open_page("data?part=Import")
    expect(page.get_by_text("No results yet")).to_be_visible()
    page.locator("input[type=file]").set_input_files(SET)
    add = page.get_by_role("button", name=re.compile(r"^Add [\d,]+ result"))
    expect(add).to_be_visible()
    count = int(add.inner_text().split()[1].replace(",", ""))
    add.click()
    expect(page.get_by_text("All of its results are in the history.")).to_be_visible()
    page.get_by_role("radio", name="Export", exact=True).click()
    link = page.get_by_role("link", name=f"Export {count:,} results")
    with page.context.expect_event("download") as download:   # it begins in a page of its own
        link.click()
    with open(download.value.path(), "rb") as file, open(SET, "rb") as sent:
        there, here = ({line.result.id: line.result for line in read_lines(each, "parquet")} for each in (file, sent))
    assert there == here and len(here) == count
    page.get_by_role("radio", name="SQL", exact=True).click()
    text = page.get_by_role("textbox", name="Query")
    text.fill(SQL)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("1 row in")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/data?{urlencode({'part': 'SQL', 'sql': SQL})}")
    other = open_page(page.url[len(server.url) + 1:])
    expect(other.get_by_text("1 row in")).to_be_visible()
    expect(other.get_by_role("textbox", name="Query")).to_have_value(SQL)
