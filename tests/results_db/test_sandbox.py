"""The console: what anybody may ask is answered by a process that can do nothing else, and the rest is a sentence."""

import json
import os
import threading
import time
from dataclasses import replace

import duckdb
import psutil
import pytest

from results_db import Store, StoreError
from results_db.sandbox import OPEN, Busy, Console

SHORT = replace(OPEN, seconds=1.0)


@pytest.fixture
def console(store, make_result):
    store.add(make_result())
    console = Console(store)
    yield console
    console.close()


def test_rows_come_as_values_of_json(console):
    answer = console.ask("""SELECT product, samples, 'ψ日本' AS "Ω", NULL AS a, 'nan'::DOUBLE AS b,
        1.5::DECIMAL(9, 2) AS c, DATE '2026-11-01' AS d, 'ab'::BLOB AS e, {'f': INTERVAL 1 DAY} AS f, MAP {1: 2} AS g
        FROM results -- ; a remark""")
    assert answer.columns == ("product", "samples", "Ω", "a", "b", "c", "d", "e", "f", "g")
    assert answer.rows == (("gaunt_grid", [1e-3, 2e-3], "ψ日本", None, None, "1.50", "2026-11-01", "6162",
                            {"f": "1 day, 0:00:00"}, {"1": 2}),)
    assert (answer.truncated, 0 < answer.seconds < OPEN.seconds) == ("", True)


def test_it_sees_what_was_written_a_moment_ago_jobs_too(console, store, make_result, make_case):
    from backend.execution.jobs import Job

    count = "SELECT (SELECT count(*) FROM results), (SELECT count(*) FROM jobs)"
    assert console.ask(count).rows == ((1, 0),)
    store.add(make_result())
    store.add_job(Job.new([make_case()], options={}, requested_by=""))
    assert console.ask(count).rows == ((2, 1),)


def test_what_is_read_while_others_write_is_whole(console, store, make_result):
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            store.add_many([make_result(), make_result()])
            written.append(2)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with store.cursor() as reader:   # who reads keeps the journal from going into the file
            reader.begin()
            reader.execute("SELECT * FROM measurements")
            counts = [console.ask("SELECT count(*), count(DISTINCT id) FROM results").rows[0] for _ in range(2)]
    finally:
        stop.set()
        writer.join()
    assert all(rows == distinct and rows % 2 == 1 for rows, distinct in counts)
    assert counts[0][0] < counts[1][0] <= 1 + sum(written)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A history beside a file with a secret, and its console, for all that is tried."""
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "secret.txt").write_text("a secret")
    with Store(folder / "history.duckdb") as store:
        console = Console(store)
        assert console.ask("SELECT count(*) FROM results").rows == ((0,),)
        yield console, folder
        assert console.ask("SELECT count(*) FROM jobs").rows == ((0,),)
        console.close()


@pytest.mark.parametrize("sql, said", [
    ("SELECT 1; DROP TABLE jobs", "one statement, got 2"),
    ("COPY measurements TO '{folder}/stolen.csv'", "must be a SELECT, got COPY"),
    ("SET enable_external_access = true", "must be a SELECT, got SET"),
    ("EXPLAIN ANALYZE DELETE FROM jobs", "failed"),
    ("SELECT * FROM read_text('{folder}/secret.txt')", "nothing else"),
    ("SELECT * FROM glob('{folder}/*')", "nothing else"),
    ("SELECT repeat('x', 1000000000)", "512 MB of memory"),
    ("SELECT count(*) FROM range(1000000000000) a, range(1000000000000) b", "of memory|stopped after"),
    ("SELECT sleep_ms(100000)", "stopped after 5 s"),
    ("SELECT missing FROM results", "missing"),
    ("SELECT " + "(" * 9000 + "1" + ")" * 9000, "depth"),
    ("-" * 100_001, "at most 100,000 characters"),
], ids=lambda text: text[:30])
def test_what_it_must_not_do_is_a_sentence(attacked, sql, said):
    console, folder = attacked
    before, memory = sorted(folder.iterdir()), psutil.Process().memory_info().rss
    began = time.monotonic()
    with pytest.raises(StoreError, match=said) as refused:
        console.ask(sql.format(folder=folder))
    assert time.monotonic() - began < OPEN.seconds + 1
    assert "a secret" not in str(refused.value)
    assert not psutil.Process().children()
    assert psutil.Process().memory_info().rss < memory + 30e6
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("bounds, said, rows", [
    (replace(OPEN, rows=1000), "the first 1,000 rows; there are more", 1000),
    (replace(OPEN, bytes=7000), "the first 1,000 rows; more than 0 MB are not shown", 1000),
], ids=["rows", "bytes"])
def test_a_long_answer_is_cut_and_says_so(console, bounds, said, rows):
    answer = console.ask("SELECT 10000 FROM range(1000000000000)", bounds)   # a row is 7 bytes
    assert (len(answer.rows), answer.truncated) == (rows, said)


def test_as_many_rows_as_may_be_are_not_cut(console):
    answer = console.ask("SELECT * FROM range(100)", replace(OPEN, rows=100))
    assert (len(answer.rows), answer.truncated) == (100, "")


def test_no_more_than_two_run_at_a_time(console):
    def sleep():
        with pytest.raises(StoreError, match="stopped"):
            console.ask("SELECT sleep_ms(9999)", SHORT)

    slow = [threading.Thread(target=sleep) for _ in range(2)]
    for each in slow:
        each.start()
    while len(psutil.Process().children()) < 2:
        time.sleep(0.01)
    with pytest.raises(Busy, match="2 queries are running"):
        console.ask("SELECT 1", replace(OPEN, seconds=0.1))
    for each in slow:
        each.join()
    assert console.ask("SELECT 1").rows == ((1,),)


def test_its_process_knows_nothing_of_this_one(console, store, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "hidden")
    settings = json.dumps(console.ask("SELECT * FROM duckdb_settings()").rows)
    places = json.dumps(console.ask("SELECT * FROM duckdb_databases()").rows)
    for hidden in ("hidden", str(store.path.parent), os.path.expanduser("~/.")):
        assert hidden not in settings + places


def test_a_copy_opens_by_itself_and_has_everything(store, make_result, tmp_path):
    store.add_many([make_result() for _ in range(5)])
    store.copy(tmp_path / "copy.duckdb")
    with duckdb.connect(tmp_path / "copy.duckdb", read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM results").fetchone() == (5,)
    store.add(make_result())   # the history is still locked and open
    assert len(store.results()) == 6
