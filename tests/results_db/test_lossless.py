"""Whatever a result may hold survives every format: made-up results go out, come into an empty store, and are equal."""

import io
import shutil
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.spec import STATUSES, Case, Note, Problem, Result
from results_db import Store
from results_db.exchange import read_lines, write_results
from results_db.importing import Checked, check_lines, import_lines

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
FORMATS = ("jsonl", "csv", "parquet")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)   # a lone surrogate is no text
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(["throughput_time", "latency", "degrees_of_freedom", "joules", "a, \"b\"\n", "ψ", "samples2"])
VALUE = st.recursive(st.none() | st.booleans() | st.integers() | NUMBER | TEXT,
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6)
ENVIRONMENT = st.fixed_dictionaries(
    {"machine": st.fixed_dictionaries({"name": TEXT}), "versions": st.dictionaries(TEXT, TEXT, max_size=3)},
    optional={"device": TEXT, "source": TEXT, "live": st.dictionaries(TEXT, VALUE, max_size=3)})
PROBLEM = st.builds(
    Problem.of, st.sampled_from(["siso", "simo", "mimo", "layer", "edge"]), st.integers(0, 12),
    parity=st.sampled_from(["both", "natural"]), channels=st.integers(1, 4096), batch=st.integers(1, 10**9),
    neighbours=st.integers(0, 1024))
CASE = st.builds(Case, PROBLEM, TEXT, TEXT, st.just("jax"), threads=st.integers(1, 256), seed=st.integers(0, 2**31 - 1))
RESULT = st.builds(
    Result, CASE, st.sampled_from(STATUSES), TEXT, st.lists(NUMBER, max_size=6).map(tuple),
    st.lists(NUMBER, max_size=2).map(tuple), st.dictionaries(NAMES, NUMBER, max_size=4), ENVIRONMENT,
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda time: time.replace(tzinfo=UTC).isoformat()),
    st.uuids().map(lambda id: id.hex))
RESULTS = st.lists(RESULT, max_size=4, unique_by=lambda result: result.id)
QUIETLY = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def exported(write, format):
    file = io.BytesIO()
    write(file, format)
    file.seek(0)
    return list(read_lines(file, format))


@pytest.mark.parametrize("format", FORMATS)
@settings(QUIETLY, max_examples=40)
@given(results=RESULTS)
def test_files_lose_nothing(format, results):
    lines = exported(lambda file, format: write_results(results, file, format), format)
    assert [line.reason for line in lines if line.reason] == []
    assert [line.result for line in lines] == results


@settings(QUIETLY, max_examples=5)
@given(results=RESULTS)
def test_stores_lose_nothing_on_the_way_through_every_format(tmp_path_factory, empty_history, results):
    folder = tmp_path_factory.mktemp("lossless")
    for name in ("first", *FORMATS):
        shutil.copy(empty_history, folder / f"{name}.duckdb")
    with Store(folder / "first.duckdb") as store:
        store.add_many(results)
        files = {format: exported(store.export, format) for format in FORMATS}
    for format, lines in files.items():
        with Store(folder / f"{format}.duckdb") as other:
            assert (check_lines(lines, other).new, other.count()) == (len(results), 0)
            assert import_lines(lines, other).added == len(results)
            assert list(other.each_result()) == results
            again = check_lines([*lines, *lines], other)
            assert (again.new, again.others, again.known) == (0, 0, 2 * len(results))


@pytest.mark.parametrize("format", FORMATS)
def test_notes_are_checked_like_results(store, make_result, tmp_path, empty_history, format):
    results = [make_result(), make_result()]
    store.add_many(results)
    store.add_notes([Note(results[1].id, START.isoformat(), "Ada", "a *note*, with \"quotes\"\nand ψ")])
    lines = exported(store.export, format)
    with Store(shutil.copy(empty_history, tmp_path / "other.duckdb")) as other:
        assert check_lines([*lines, *lines], other) == Checked(2, 1, 2, ())
        other.add_many(results)
        assert check_lines(lines, other) == Checked(0, 1, 2, ())
        import_lines(lines, other)
        assert check_lines(lines, other) == Checked(0, 0, 2, ())
        assert other.notes() == store.notes()


def test_a_filtered_export_holds_what_passes(store, make_result, make_case):
    results = [make_result(make_case(l_max, product=product)) for l_max in (1, 2, 3) for product in ("matrix", "cp")]
    store.add_many(results)
    lines = exported(lambda file, format: store.export(file, format, product=["matrix"], l_max=[1, 3]), "parquet")
    assert [line.result for line in lines] == [results[0], results[4]]
    assert store.count(product="matrix", l_max=[1, 3]) == 2


def test_results_are_read_by_pages(store, make_result):
    results = [make_result() for _ in range(5)]
    store.add_many(results)
    newest_first = [result.id for result in reversed(results)]
    assert [*store.results(limit=2)["id"], *store.results(limit=3, offset=2)["id"]] == newest_first
    assert (store.count(), store.count(latest=True), store.count(id=[uuid.uuid4().hex])) == (5, 1, 0)
