"""The page Data: what is there, out and in again, sets with their links, SQL."""

import csv
import io
from dataclasses import replace

from drawn import button, words
from made_results import made

from backend.catalogue import make_case
from backend.spec import Problem
from pages.components.data.sql_part import frame_of
from pages.components.services import provide
from results_db.contents import TABLES, contents
from results_db.exchange import write_results
from results_db.sandbox import Answer
from results_db.sandbox.examples import EXAMPLES


def result(l_max=1, **more):
    return made(make_case("matrix", "", "jax", Problem.of("mimo", l_max)), **more)


def links(page):
    return {each.proto.label: each.proto.url for each in page.get("link_button")}


def file_of(results, format="parquet"):
    file = io.BytesIO()
    write_results(results, file, format)
    return file.getvalue()


def test_it_says_how_much_there_is(app, filled):
    page = app("data")
    assert not page.exception and not page.error
    held = contents(filled.store)
    assert f"{held.rows['results']} results of 1 machine, 2026-11-20" in words(page)
    table = page.dataframe[0].value
    assert (table["results"].sum(), table["unsupported"].sum(), table["failed"].sum()) == (held.rows["results"], 2, 1)
    assert "expressivity" not in words(page)


def test_an_empty_history_says_what_to_do(app, here):
    page = app("data")
    assert "No results yet: measure some" in words(page)
    assert "There is no result to export." in words(page)
    assert not page.dataframe and list(links(page)) == ["The whole history as a DuckDB file"]


def test_the_link_asks_for_what_is_filtered(app, filled):
    page = app("data")
    page.multiselect(key="export_product").set_value(["matrix"]).run()
    page.multiselect(key="export_framework").set_value(["numpy"]).run()
    page.segmented_control(key="format").set_value("CSV").run()
    asked = "api/v1/export?format=csv&product=matrix&framework=numpy"
    assert links(page)["Export 1 result"] == asked
    assert any(asked in each.value for each in page.code)
    assert links(page)["All results as Parquet"] == "api/v1/export?format=parquet"


def test_a_file_is_checked_then_added_once(app, here):
    known, new = result(1), result(2)
    here.store.add(known)
    page = app("data", part="Import")
    lines = file_of([known, new], "jsonl") + b'{"status": "ok"}\n'
    page.file_uploader(key="upload").set_value(("mine.jsonl", lines, "application/x-ndjson")).run()
    assert "1 new result, 1 there already, 1 line rejected" in words(page)
    assert page.dataframe[1].value.to_dict("records") == [
        {"Line": 3, "Why": "a result must be a JSON object with case and status, got {'status': 'ok'}"}]
    assert here.store.count() == 1
    button(page, "Add 1 result").click().run()
    assert here.store.count() == 2
    assert "0 new results, 2 there already" in words(page) and page.success
    assert button(page, "Add") is None


def test_a_file_that_is_none_is_a_sentence(app, here):
    page = app("data", part="Import")
    page.file_uploader(key="upload").set_value(("mine.parquet", b"nothing", "")).run()
    assert "mine.parquet cannot be imported: the file must be Parquet" in page.error[0].value
    assert not page.exception and here.store.count() == 0


def test_a_file_of_the_papers_goes_among_the_published(app, here):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["tensor_product_type", "irreps_type", "lmax", "batch", "normalization", "walltime"])
    page = app("data", part="Import")
    page.file_uploader(key="upload").set_value(("walltime_cpu.csv", text.getvalue().encode(), "")).run()
    assert "import-published walltime_cpu.csv" in page.error[0].value


def test_sets_are_told_with_links_to_the_chart(app, here, recorded):
    here = replace(here, recorded=recorded)
    provide(here)
    page = app("data", part="Sets")
    assert not page.exception
    assert "A made-up set" in words(page) and "CPU Z, 64 cores" in words(page) and "MIT" in words(page)
    assert "No file of the paper's" in words(page)
    (link,) = page.get("page_link")
    for part in ("setting=MIMO", "framework=JAX", "channels=8", "batch=1000", "shown=recorded", "l_max=3"):
        assert part in link.proto.query_string, link.proto.query_string
    laid = app("", setting="MIMO", framework="JAX", channels="8", batch="1000", l_max="3", shown="recorded")
    assert not laid.warning and not laid.exception


def test_sql_is_answered_by_examples_and_by_link(app, filled):
    page = app("data", part="SQL")
    assert page.text_area[0].value == next(iter(EXAMPLES.values()))
    page.text_area[0].set_value("SELECT product, count(*) AS n FROM results GROUP BY ALL ORDER BY ALL LIMIT 1").run()
    button(page, "Run").click().run()
    assert page.dataframe[1].value.to_dict("records") == [{"product": "clebsch_gordan_collapsed", "n": 1}]
    assert "1 row in" in words(page) and "sql" in page.query_params
    linked = app("data", part="SQL", sql="SELECT 42 AS answer")
    assert linked.dataframe[1].value["answer"].tolist() == [42]
    assert linked.dataframe[2].value["column"].iloc[0] == "id"
    assert len(linked.dataframe) == 2 + len(TABLES)


def test_every_example_is_answered(filled):
    for name, sql in EXAMPLES.items():
        answer = filled.console.ask(sql)
        assert answer.columns and not answer.truncated, name


def test_what_cannot_be_asked_is_a_sentence(app, filled):
    page = app("data", part="SQL", sql="SELECT missing FROM results")
    assert "missing" in page.error[0].value and "LINE 1" in page.code[0].value


def test_an_answer_becomes_a_table_whatever_it_holds():
    answer = Answer(("a", "a", "b", "c", "d"), ((1, None, 2**70, [1, "x"], True), (None, 2.5, 1, None, None)), "", 0.0)
    frame = frame_of(answer)
    assert list(frame.columns) == ["a", "a (2)", "b", "c", "d"]
    assert frame["b"].tolist() == [str(2**70), "1"] and frame["c"][0] == '[1, "x"]'
    assert frame_of(Answer(("a",), (), "", 0.0)).empty


def test_an_unknown_part_falls_back_with_a_word(app, here):
    page = app("data", part="Everything")
    assert "part must be one of Export, Import, Sets, SQL, got 'Everything'" in page.warning[0].value
    assert links(page) and not page.exception
