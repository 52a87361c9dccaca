"""The card of a point: it opens by a click, whatever becomes of the chart meanwhile, and is closed."""

from types import SimpleNamespace

import plotly.graph_objects as go
import pytest
from drawn import button, words

from pages.components import picked_point, picked_row


@pytest.fixture
def state(monkeypatch):
    """What a session holds, where `clicked` is what the browser tells of a chart before the script draws."""
    session, callbacks = {}, []
    monkeypatch.setattr("pages.components.picked_point.st", SimpleNamespace(
        session_state=session, plotly_chart=lambda *_, on_select, **__: callbacks.append(on_select)))
    monkeypatch.setattr("pages.components.picked_row.st", SimpleNamespace(session_state=session))

    def clicked(*ids):
        session["chart"] = {"selection": {"points": [{"customdata": [id, "words"]} for id in ids]}}
        callbacks[-1]()
    return SimpleNamespace(session=session, clicked=clicked)


def picked(*ids):
    return picked_point.picked_point(go.Figure(), ids, key="chart", table="table")


def test_a_click_counts_although_the_chart_is_another_by_then(state):
    assert picked("a", "b") == ""
    state.clicked("b")
    del state.session["chart"]   # nothing is selected of a chart with another figure
    assert picked("a", "b") == "b"
    assert picked("a") == "" and picked("a", "b") == "b"


def test_a_click_beside_every_point_lets_go(state):
    picked("a")
    state.clicked("a")
    assert picked("a") == "a"
    state.clicked()
    assert picked("a") == ""


def test_the_point_that_was_clicked_last_counts_not_the_row(state):
    state.session["table_picked"] = ["b"]
    picked("a", "b")
    state.clicked("a")
    assert state.session["table_picked"] == []
    picked_row.unpick("table")
    picked_point.unpick("chart")
    assert picked("a", "b") == ""


def test_the_card_of_a_point_opens_and_is_closed(app, filled):
    page = app()
    id = filled.store.results(product="matrix", channels=8)["id"].iloc[0]
    page.session_state["tradeoff_picked"] = id
    page.run()
    assert not page.exception and f"result {id}" in words(page)
    button(page, "Close the card").click().run()
    assert f"result {id}" not in words(page) and button(page, "Close the card") is None
