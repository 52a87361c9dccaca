"""The query guard: one statement that reads, within a time and a number of rows; everything else is refused."""

import json

import pytest

from results_db import StoreError
from results_db.console import read_only_query
from results_db.rows import json_rows


@pytest.fixture
def filled(store, make_result):
    store.add(make_result())
    return store


@pytest.mark.parametrize("sql, rows", [
    ("SELECT product, l_max FROM results", [["gaunt_grid", 2]]),
    ("WITH a AS (SELECT 1 AS one) SELECT one, one + 1 FROM a", [[1, 2]]),
    ("FROM results SELECT samples", [[[1e-3, 2e-3]]]),
    ("SELECT 1 AS a WHERE false", []),
    ("SELECT measured_at FROM results -- a comment; with a semicolon", [["2026-11-01T12:00:00"]]),
    ("SELECT NULL AS a, 'nan'::DOUBLE AS b, 1.5::DECIMAL(9, 2) AS c, DATE '2026-11-01' AS d",
     [[None, None, "1.50", "2026-11-01"]]),
])
def test_what_reads_is_answered(filled, sql, rows):
    answer = json_rows(filled.query(sql))
    assert answer == rows
    json.dumps(answer, allow_nan=False)


def test_every_table_can_be_described(filled):
    for table in ("results", "expressivity", "jobs", "schema_version"):
        assert len(filled.query(f"DESCRIBE {table}"))
    assert len(filled.query("EXPLAIN SELECT 1"))


def test_values_are_bound(filled):
    assert len(filled.query("SELECT 1 FROM results WHERE product = ?", ["gaunt_grid"])) == 1
    assert len(filled.query("SELECT 1 FROM results WHERE product = ?", ["' OR true --"])) == 0


@pytest.mark.parametrize("sql", [
    "DROP TABLE measurements",
    "DELETE FROM measurements",
    "UPDATE jobs SET state = 'done'",
    "INSERT INTO measurements SELECT * FROM measurements",
    "WITH gone AS (DELETE FROM measurements RETURNING *) SELECT * FROM gone",
    "WITH more AS (INSERT INTO measurements SELECT * FROM measurements RETURNING *) SELECT * FROM more",
    "EXPLAIN ANALYZE DELETE FROM measurements",
    "SELECT 1; DROP TABLE measurements",
    "SELECT 1; SELECT 2",
    "COPY measurements TO '{folder}/stolen.csv'",
    "COPY (SELECT 1) TO '{folder}/stolen.csv'",
    "EXPORT DATABASE '{folder}/stolen'",
    "ATTACH '{folder}/other.duckdb'",
    "SELECT * FROM read_text('{folder}/secret.txt')",
    "SELECT * FROM '{folder}/secret.csv'",
    "SELECT * FROM glob('{folder}/*')",
    "SET memory_limit = '10GB'",
    "SET enable_external_access = true",
    "INSTALL httpfs",
    "PRAGMA database_list",
    "CALL checkpoint()",
    "CREATE TEMP TABLE a AS SELECT 1",
    "CREATE VIEW a AS SELECT 1",
    "BEGIN",
    "ROLLBACK",
    "PREPARE a AS SELECT 1",
    "SELEC 1",
    "SELECT missing FROM results",
    "SELECT * FROM secret",
    "SELECT ?",
    "",
    "-- nothing",
])
def test_what_does_not_read_is_refused_and_changes_nothing(filled, tmp_path, sql):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(StoreError, match=r"query (must|failed)|the query"):
        filled.query(sql.format(folder=tmp_path))
    assert sorted(each.name for each in tmp_path.iterdir()) == before
    assert len(filled.results()) == 1


@pytest.mark.parametrize("name, value", [
    ("enable_external_access", "false"),
    ("python_enable_replacements", "false"),   # a variable of the process is no table
    ("autoload_known_extensions", "false"),
    ("lock_configuration", "true"),
])
def test_the_connection_reaches_nothing_outside(store, name, value):
    frame = store.query("SELECT value FROM duckdb_settings() WHERE name = ?", [name])
    assert list(frame["value"]) == [value]


def test_a_query_that_never_ends_is_stopped(filled):
    with pytest.raises(StoreError, match=r"stopped after 0\.2 s"):
        filled.query("SELECT count(*) FROM range(1e12::BIGINT) a, range(1e12::BIGINT) b", seconds=0.2)
    assert len(filled.query("SELECT 1")) == 1


def test_ctrl_c_in_a_query_is_a_sentence():
    class Cursor:
        def interrupt(self):
            pass

        def execute(self, sql):
            pass

        def sql(self, sql, params):
            raise RuntimeError("Query interrupted")   # DuckDB's answer to SIGINT

    with pytest.raises(StoreError, match="Query interrupted"):
        read_only_query(Cursor(), "SELECT 1")


def test_a_query_with_too_many_rows_is_stopped(filled):
    with filled.cursor() as cursor, pytest.raises(StoreError, match="at most 1,000 rows"):
        read_only_query(cursor, "SELECT * FROM range(1e12::BIGINT)", rows=1000)
