"""Rows of the page History: picked ones open cards or say what differs, filters leave some out."""

import json
from dataclasses import replace

from drawn import button, charts, words


def test_selecting_a_row_opens_the_card(app, filled):
    page = app("history")
    found = filled.store.results()
    page.session_state["history_picked"] = [found["id"].iloc[0]]
    page.run()
    assert not page.exception
    result = filled.store.result(found["id"].iloc[0])
    assert f"case {result.case.key}" in words(page)
    assert page.code[0].value.startswith("python -m backend run --product matrix:")
    assert "--l1 3 --l2 1 --l-out 3" in page.code[0].value
    assert any("sample" in json.dumps(chart["layout"]).lower() for chart in charts(page))
    assert {"Time per call", "Peak memory"} <= set(page.dataframe[1].value["Metric"])


def test_the_card_says_what_a_library_really_ran(app, filled):
    newest = filled.store.result(filled.store.results()["id"].iloc[0])
    live = {"live": {"effective": {"method": "naive"}}}
    filled.store.add(replace(newest, id="e" * 32, environment=newest.environment | live))
    page = app("history")
    page.session_state["history_picked"] = ["e" * 32]
    page.run()
    assert "method naive" in words(page)


def test_selecting_two_rows_says_what_differs(app, filled):
    page = app("history")
    here, other = (filled.store.results(product=name, channels=8)["id"].iloc[0]
                   for name in ("matrix", "clebsch_gordan_dense"))
    page.session_state["history_picked"] = [here, other]
    page.run()
    assert not page.exception
    times, values = (each.value for each in page.dataframe[1:3])
    assert "times as fast" in times["The first is"].iloc[0]
    assert ("Version", "jax", "0.0.1") in set(zip(values["What"], values["Name"], values["First"], strict=True)) | set(
        zip(values["What"], values["Name"], values["Second"], strict=True))
    assert "product" in set(values["Name"])
    page.session_state["history_picked"] = [here, other, filled.store.results()["id"].iloc[-1]]
    page.run()
    assert "3 are selected" in words(page) and len(page.dataframe) == 1


def test_what_is_selected_but_filtered_away_can_be_let_go(app, filled):
    page = app("history")
    page.session_state["history_picked"] = [filled.store.results(product="matrix", channels=8)["id"].iloc[0]]
    page.multiselect(key="only_product").select("e3nn_jax").run()
    assert "1 of 1 selected result not on this page of the table" in words(page)
    button(page, "Select none").click().run()
    assert "selected result" not in words(page) and not page.session_state["history_picked"]


def test_a_row_stays_picked_when_another_comes_before_it(app, filled):
    page = app("history")
    newest = filled.store.result(filled.store.results()["id"].iloc[0])
    page.session_state["history_picked"] = [newest.id]
    page.run()
    filled.store.add(replace(newest, id="f" * 32, measured_at="2100-01-01T00:00:00+00:00"))
    page.run()
    assert not page.exception
    assert f"result {newest.id}" in words(page)
    page.multiselect(key="only_status").select("failed").run()
    assert f"result {newest.id}" not in words(page)   # it is not in the table


def test_filters_of_the_history(app, filled):
    page = app("history")
    everything = len(page.dataframe[0].value)
    page.multiselect(key="only_status").select("unsupported").run()
    assert set(page.dataframe[0].value["status"]) == {"unsupported"}
    page.multiselect(key="only_product").select("matrix").run()
    assert "No result passes" in words(page)
    page.multiselect(key="only_status").set_value([]).run()
    assert 0 < len(page.dataframe[0].value) < everything
