"""A case over time: lines, marks of changes, and the page around it."""

import numpy as np
import pandas as pd
import pytest
from drawn import charts
from made_results import made

from pages.components.charts.time_chart import changed_environments, time_chart, words
from pages.components.question.history_controls import product_label
from pages.components.question.selection import Question
from pages.components.rows.stepped import stepped
from results_db.browsing import Wanted
from results_db.steps import steps

DAYS = pd.date_range("2026-11-01", periods=5, tz="UTC")
OLD, NEW = '{"jax": "1", "source": "a"}', '{"jax": "2", "source": "a"}'


@pytest.fixture
def rows():
    """Five occasions on two machines; on A the version changed once."""
    time = np.array([1.0, 1.1, 2.0, 1.3, 2.2]) * 1e-3
    return pd.DataFrame({
        "place": ["A", "A", "B", "A", "B"], "identity": [OLD, OLD, OLD, NEW, OLD], "measured_at": DAYS,
        "id": list("abcde"), "results": 1, "time": time, "low": 0.9 * time, "high": 1.2 * time})


def test_a_change_is_of_one_place_and_says_what(rows):
    (change,) = changed_environments(rows)
    assert (change["place"], change["measured_at"]) == ("A", DAYS[3])
    assert [(part.name, part.first, part.second) for part in change["parts"]] == [("jax", "1", "2")]


def test_a_line_is_a_machine_and_environment_with_intervals(rows):
    changes = changed_environments(rows)
    figure = time_chart(rows, changes, "dark", logarithmic=True)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [(trace.name, [each[0] for each in trace.customdata]) for trace in lines] == [
        ("A", ["a", "b"]), ("A", ["d"]), ("B", ["c", "e"])]
    assert [trace.showlegend for trace in lines] == [True, False, True] and figure.layout.showlegend
    assert lines[0].y == pytest.approx([1.0, 1.1]) and lines[0].error_y.array == pytest.approx([0.2, 0.22])
    assert lines[0].line.color == lines[1].line.color != lines[2].line.color
    (marks,) = [trace for trace in figure.data if trace.name == "changed"]
    assert "jax: 1 → 2" in marks.customdata[0][1] and len(figure.layout.shapes) == 1
    assert figure.layout.yaxis.type == "log" and "(ms)" in figure.layout.yaxis.title.text
    assert "5 occasions" in words(rows, changes) and "jax 1 → 2" in words(rows, changes)


def test_what_an_environment_is_called_is_text_and_no_markup(rows):
    rows["identity"] = rows["identity"].str.replace('"2"', '"<b>2</b>"')
    figure = time_chart(rows, changed_environments(rows), "light", logarithmic=False)
    assert "<b>2<" not in next(trace for trace in figure.data if trace.name == "changed").customdata[0][1]


@pytest.fixture
def slower(here):
    """Twelve cases on five days by NumPy; one of them twice as slow on the last day, in a new version."""
    rng, results = np.random.default_rng(0), []
    for number in range(12):
        case = Question(channels=1 + number, framework="numpy").cases()[0]
        for day in range(5):
            result = made(case, minutes=1440 * day, numpy="2.1.0" if day == 4 else "2.0.0")
            factor = np.exp(0.01 * rng.standard_normal()) * (2.0 if (number, day) == (5, 4) else 1.0)
            result.metrics.update({name: value * factor for name, value in result.metrics.items()
                                   if name.startswith("throughput_time")})
            results.append(result)
    here.store.add_many([*results, made(Question(framework="torch").cases()[0])])
    return here


def test_history_shows_a_case_over_time(app, slower):
    page = app("history", view="Over time")
    assert not page.exception and not page.error
    assert "5 occasions" in page.caption[0].value
    (figure,) = charts(page)
    assert "changed" in {trace.get("name") for trace in figure["data"]}
    shown = page.dataframe[0].value
    assert len(shown) == 5 and shown["changed"][0] == "numpy 2.0.0 → 2.1.0" and not shown["changed"][1]
    chosen = next(each for each in page.selectbox(key="case").options if " 6 ch " in each)
    page = app("history", view="Over time", case=chosen)
    assert not page.exception and page.dataframe[0].value["throughput_time"].iloc[0] > 1.8 * (
        page.dataframe[0].value["throughput_time"].iloc[1])


def test_an_occasion_that_became_slower_has_a_ring(app, slower):
    page = app("history", view="Over time", only_framework="NumPy")
    chosen = next(each for each in page.selectbox(key="case").options if " 6 ch " in each)
    page = app("history", view="Over time", case=chosen)
    newest = slower.store.results(channels=6)["id"].iloc[0]
    (ring,) = [trace for trace in charts(page)[0]["data"] if trace.get("name") == "stepped"]
    assert len(ring["x"]) == 1 and page.dataframe[0].value["verdict"].tolist()[:2] == ["slower", "not distinguishable"]
    assert newest in {row[0] for trace in charts(page)[0]["data"] for row in trace.get("customdata") or ()}


def test_history_shows_a_product_over_time(app, slower):
    key = Question(framework="numpy").cases()[0].product
    page = app("history", view="Over time", follow="One product", product_over_time=product_label(key))
    assert not page.exception and not page.error
    assert "48 steps of 12 cases" in page.caption[0].value and "**1 slower, 0 faster**" in page.caption[0].value
    (figure,) = charts(page)
    assert {trace["name"]: len(trace["x"]) for trace in figure["data"]} == {"not distinguishable": 47, "slower": 1}
    shown = page.dataframe[0].value
    assert shown["verdict"].tolist() == ["slower"] and "6 ch" in shown["case"][0]
    assert shown["changed"].tolist() == ["numpy 2.0.0 → 2.1.0"]
    newest = slower.store.results(channels=6)["id"].iloc[0]
    page.session_state["claimed_steps_picked"] = [newest]
    page.run()
    assert f"result {newest}" in "".join(each.value for each in page.caption)
    bad = app("history", view="Over time", follow="nobody")
    assert "follow must be one of One case, One product" in "".join(each.value for each in bad.warning)


def test_of_few_steps_none_is_claimed(slower):
    case = Question(channels=6, framework="numpy").cases()[0]
    few = stepped(steps(slower.store, case.product, Wanted(text=case.key)))
    assert len(few) == 4 and set(few["verdict"]) == {"not distinguishable"}


def test_what_became_slower_is_listed_on_top_with_its_card(app, slower):
    page = app("history")
    assert not page.exception and not page.error
    assert page.expander[0].label == "1 case became slower when last measured"
    assert page.dataframe[0].value["channels"].tolist() == [6]
    newest = slower.store.results(channels=6)["id"].iloc[0]
    page.session_state["slower_picked"] = [newest]
    page.run()
    assert f"result {newest}" in "".join(each.value for each in page.caption)
    machine = slower.store.results(channels=6)["machine"].iloc[0]
    page.multiselect(key="only_machine").set_value([machine]).run()
    assert page.expander[0].label == "1 case became slower when last measured"
    page.multiselect(key="only_framework").set_value(["torch"]).run()
    assert not any("became slower" in each.label for each in page.expander)
