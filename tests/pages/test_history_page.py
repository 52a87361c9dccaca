"""The page History on made results: filters and address, the card of one result."""

import pytest


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error, *page.text]
    return "\n".join(element.value for element in shown)


@pytest.mark.parametrize(("address", "sentence"), [
    ({"only_status": "broken"}, "only_status must be one of"),
    ({"only_l_max": "99"}, "only_l_max must be one of 1, 2, 3"),
    ({"since": "yesterday"}, "since must be a day as 2026-11-23, got 'yesterday'"),
])
def test_a_bad_filter_in_the_address_falls_back_with_a_word(app, filled, address, sentence):
    page = app("history", **address)
    assert not page.exception and not page.error
    assert sentence in words(page)
    assert len(page.dataframe[0].value) == len(filled.store.results())


def test_the_address_filters(app, filled):
    everything = filled.store.results()
    page = app("history", only_status=["OK", "failed"], only_l_max="1")
    expected = everything[everything["status"].isin(["ok", "failed"]) & (everything["l_max"] == 1)]
    assert page.multiselect(key="only_status").value == ["ok", "failed"]
    assert len(page.dataframe[0].value) == len(expected) > 0
    day = everything["measured_at"].iloc[-1].date()
    page = app("history", since=day.isoformat(), until=day.isoformat())
    assert len(page.dataframe[0].value) == (everything["measured_at"].dt.date == day).sum() > 0


def test_a_search_for_an_id_shows_its_card(app, filled):
    id = filled.store.results(status="ok")["id"].iloc[0]
    page = app("history", text=id)
    assert not page.exception
    assert f"1 result of {len(filled.store.results())}" in words(page) and f"result {id}" in words(page)
