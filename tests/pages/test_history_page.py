"""The page History on made results: filters and address, the card of one result."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from drawn import charts
from made_results import NOON, made

from pages.components.charts.changes_chart import changes_chart
from pages.components.charts.changes_chart import words as words_of_changes
from pages.components.question.selection import Question
from pages.components.rows.changed import changed_rows
from results_db.compare_sets import Split, compare_sets


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


@pytest.fixture
def two_versions(here):
    """Twelve cases in two versions of NumPy, by three processes each; two of them 30 % slower in the second."""
    rng, results = np.random.default_rng(0), []
    for number in range(12):
        case = Question(channels=1 + number, framework="numpy").cases()[0]
        for days, version, factor in ((0, "2.0.0", 1.0), (9, "2.1.0", 1.3 if number in (3, 7) else 1.0)):
            for process in range(3):
                result = made(case, minutes=1440 * days + process, numpy=version)
                noise = factor * np.exp(0.01 * rng.standard_normal())
                times = {name: value * noise for name, value in result.metrics.items()
                         if name.startswith(("throughput_time", "latency"))}
                results.append(replace(result, metrics={**result.metrics, **times}))
    here.store.add_many(results)
    return here


def test_compare_says_what_became_slower(app, two_versions):
    page = app("history", view="Compare", part="numpy")
    assert not page.exception and not page.error
    assert "2 of 12 cases became slower, 0 faster; the other 10 cannot be told apart." in [
        each.value for each in page.subheader]
    assert "numpy: 2.1.0, against 2.0.0" in words(page) and "0.1 would seem to differ" in words(page)
    (figure,) = charts(page)
    assert len(figure["data"]) == 12 and figure["layout"]["shapes"][0]["x0"] == 1.0
    shown = page.dataframe[1].value
    assert list(shown["verdict"][:3]) == ["slower", "slower", "not distinguishable"]
    assert set(shown["channels"][:2]) == {4, 8}
    assert page.dataframe[0].value.values.tolist() == [["numpy", "2.0.0", "2.1.0", 12]]
    rows = page.session_state
    ids = two_versions.store.results(channels=4)["id"].tolist()
    rows["compare_picked"] = [ids[3] + ids[0]]
    assert not page.run().exception


def test_compare_by_a_day(app, two_versions):
    page = app("history", view="Compare", part="Date")
    assert "Choose the day" in words(page)
    page.date_input(key="day").set_value(NOON.date() + timedelta(days=5)).run()
    assert "2 of 12 cases became slower" in page.subheader[0].value
    page.date_input(key="day").set_value(NOON.date() - timedelta(days=5)).run()
    assert "No case that passes the filters" in words(page)


def test_the_picture_of_changes_marks_what_is_claimed(two_versions):
    found = compare_sets(two_versions.store, Split("numpy", ("2.0.0", "2.1.0")))
    rows = changed_rows(found)
    figure = changes_chart(rows, "light")
    assert [trace.x[0] for trace in figure.data] == pytest.approx(rows["ratio"].tolist())
    assert [trace.marker.color.startswith("rgba") for trace in figure.data] == [False] * 2 + [True] * 10
    ends = [trace.x[0] + trace.error_x.array[0] for trace in figure.data]
    assert ends == pytest.approx(rows["high"].tolist())
    assert "1.3" in words_of_changes(rows) and "slower" in words_of_changes(rows)


def test_a_note_is_kept_and_shown_as_the_text_that_it_is(app, filled):
    id, text = filled.store.results(status="ok")["id"].iloc[0], "<b>odd</b> **core** `7`\nsee $x$"
    page = app("history", text=id)
    page.text_area(key=f"note_text_{id}").set_value(text)
    page.text_input(key="note_author").set_value("A. Reader")
    next(each for each in page.button if each.label == "Keep the note").click().run()
    assert not page.exception and not page.error
    (note,) = filled.store.notes([id])[id]
    assert (note.text, note.author) == (text, "A. Reader")
    assert text in [each.value for each in page.text]   # st.text shows it letter by letter
    assert not any("odd" in each.value for each in page.markdown)
    assert page.dataframe[0].value["note"].tolist() == [text]
    assert page.text_area(key=f"note_text_{id}").value == ""
    next(each for each in page.button if each.label == "Keep the note").click().run()
    assert "A note must say something" in words(page) and len(filled.store.notes([id])[id]) == 1
