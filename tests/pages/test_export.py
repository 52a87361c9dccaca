"""What a page shows, taken away: every file holds it whole, and the report runs no text of the history."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from made_choices import FREE, result
from streamlit.testing.v1 import AppTest

from backend.reproduce import command
from pages.components.charts.figures import figure_of
from pages.components.export.report import Seen, report_html

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def files(monkeypatch):
    """What the buttons of a page would download, by their words."""
    found = {}
    monkeypatch.setattr(st, "download_button", lambda words, make, *_, **__: found.update({words: make}))
    return found


@pytest.mark.parametrize("name", ["", "scaling", "choose", "history"])
def test_a_view_is_taken_away(filled, files, name):
    filled.store.add_many([result(product, seconds) for product, seconds in FREE.items()])
    page = AppTest.from_file(APP, default_timeout=60)
    page.query_params["view"] = "Over time"   # of History alone
    page.run() if not name else page.switch_page(f"pages/{name}.py").run()
    assert not page.exception
    report, table = files["Report (HTML)"](), pd.read_csv(io.StringIO(files["Table as CSV"]()))
    assert name == "history" or page.title[0].value in report
    assert "<h2>Method</h2>" in report and "Save as PNG" in report
    rests_on = filled.store.result(re.findall(r"id ([0-9a-f]{32})", report)[0])
    assert command(rests_on.case) in report and rests_on.environment["machine"]["name"] in report
    assert len(table) and len(pd.read_parquet(io.BytesIO(files["Table as Parquet"]()))) == len(table)
    assert "Plotly.downloadImage" in files["Figure (HTML, PNG, SVG)"]()


def test_a_report_runs_no_text():
    evil = "<script>alert(1)</script>"
    figure = figure_of([{"x": [1], "y": [2], "text": [evil], "name": evil}], title={"text": "ψ"})
    table = pd.DataFrame({"label": [evil]})
    seen = Seen("x", evil, (evil, "ψ"), f"http://here/?a={evil}", "dark", figure, evil, table)
    report = report_html(seen, ())
    assert evil not in report and "ψ" in report
