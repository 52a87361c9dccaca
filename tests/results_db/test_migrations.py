"""The schema: made from nothing, kept when reopened, grown by later files and metrics, refused when it is newer."""

import json
from dataclasses import asdict, replace

import duckdb
import pytest

from backend import metrics
from backend.execution.jobs import Job
from backend.spec import SPREAD
from results_db import Store, StoreError, migrate, opening
from results_db.flat import SCHEMA, flatten
from results_db.migrate import FOLDER, migrations, schema_version


def shape(path):
    with duckdb.connect(path) as connection:
        return connection.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() "
                                  "WHERE NOT internal ORDER BY ALL").fetchall()


def test_a_new_file_gets_every_migration_and_metric(path):
    Store(path).close()
    with duckdb.connect(path) as connection:
        versions = [version for version, in connection.execute("SELECT version FROM schema_version").fetchall()]
        columns = {name for name, *_ in connection.execute("DESCRIBE measurements").fetchall()}
    assert versions == [each.version for each in migrations()]
    assert set(metrics.STORED) <= columns


def test_no_journal_is_left_after_opening_so_that_no_change_of_schema_is_replayed(path):
    store = Store(path)
    assert not opening.journal_of(path).exists() or opening.journal_of(path).stat().st_size == 0
    store.close()


def test_reopening_changes_nothing_and_loses_nothing(path, varied_results):
    with Store(path) as store:
        store.add_many(varied_results)
    before = shape(path)
    with Store(path) as store:
        assert list(store.each_result()) == varied_results
    assert shape(path) == before


def test_there_is_no_index_and_no_key_that_could_corrupt(path):
    Store(path).close()
    with duckdb.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_indexes()").fetchone() == (0,)
        kinds = connection.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
    assert kinds == [("NOT NULL",)]


@pytest.fixture
def folder(tmp_path):
    """The migrations as they are, in a folder where a test can add more."""
    copy = tmp_path / "migrations"
    copy.mkdir()
    for file in FOLDER.glob("*.sql"):
        (copy / file.name).write_text(file.read_text())
    return copy


def test_a_later_migration_is_applied_to_a_filled_file(path, folder, make_result):
    result = make_result()
    with Store(path) as store:
        store.add(result)
    last = len(migrations())
    (folder / f"{last + 1:03}_more.sql").write_text("ALTER TABLE measurements ADD COLUMN note VARCHAR;")
    with duckdb.connect(path) as connection:
        migrate.migrate(connection, folder)
        assert schema_version(connection) == last + 1
        assert connection.execute("SELECT note FROM measurements").fetchall() == [(None,)]


def test_a_migration_that_fails_is_undone_whole(path, folder):
    Store(path).close()
    last = len(migrations())
    (folder / f"{last + 1:03}_bad.sql").write_text("CREATE TABLE half (a INTEGER); SELECT * FROM missing;")
    with duckdb.connect(path) as connection:
        with pytest.raises(StoreError, match=r"_bad failed and was undone"):
            migrate.migrate(connection, folder)
        assert schema_version(connection) == last
        assert not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall()


def test_migrations_must_be_numbered_without_a_gap(folder):
    (folder / f"{len(migrations()) + 2:03}_far.sql").write_text("SELECT 1;")
    with pytest.raises(StoreError, match="must be numbered"):
        migrations(folder)


def test_a_newer_schema_is_refused_and_left_alone(path):
    Store(path).close()
    with duckdb.connect(path) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999, '999_future', now()::TIMESTAMP)")
    with pytest.raises(StoreError, match="got 999"):
        Store(path)
    assert path.exists()


def test_a_metric_that_becomes_known_moves_into_its_column(path, make_result, monkeypatch):
    result = make_result(metrics={"joules": 0.3, "odd": 1.0})
    with Store(path) as store:
        store.add(result)
    monkeypatch.setattr(migrate, "STORED", (*metrics.STORED, "joules"))
    with duckdb.connect(path) as connection:
        migrate.migrate(connection)
        kept = connection.execute("SELECT joules, other_metrics FROM measurements").fetchall()
    assert kept == [(0.3, {"odd": 1.0})]


def test_the_view_follows_the_table_of_metrics(path, monkeypatch):
    Store(path).close()
    monkeypatch.setattr(migrate, "VIEW_SQL", "SELECT 1 AS it's_me".replace("it's_me", '"it\'s"'))
    with duckdb.connect(path) as connection:
        migrate.migrate(connection)
        assert connection.execute("FROM results").fetchall() == [(1,)]
    monkeypatch.undo()
    with Store(path) as store:
        assert "product" in store.query("SELECT * FROM results").columns


@pytest.fixture
def of_version_4(path, folder, make_result, monkeypatch):
    """A file as version 4 left it, and the plain result and the expressivity line in it."""
    result = make_result()
    monkeypatch.setattr(migrate, "VIEW_SQL", "SELECT id, key, l_max FROM measurements")   # that version's was shorter
    monkeypatch.setattr(migrate, "ROOFS_SQL", "SELECT 1 AS nothing")   # and there was none of this
    for file in folder.glob("*.sql"):
        if int(file.stem[:3]) > 4:
            file.unlink()
    row = flatten(result)
    old = [name for name in SCHEMA.names if name not in SPREAD]
    line = {"product": "matrix", "variant": "dense", "setting": "mimo", "parity": "both", "l1": 1, "l2": 1,
            "l_out": 2, "channels": 1, "l_max": 1, "interactable": 4, "degrees_of_freedom": 3, "paths": []}
    with duckdb.connect(path) as connection:
        migrate.migrate(connection, folder)
        assert schema_version(connection) == 4
        values = row | {"measured_at": row["measured_at"].replace(tzinfo=None), "other_metrics": None}
        connection.execute(
            f"""INSERT INTO measurements ({', '.join(f'"{name}"' for name in old)})
                VALUES ({', '.join('MAP {}' if name == 'other_metrics' else '?' for name in old)})""",
            [values[name] for name in old if name != "other_metrics"])
        kept = {name: value for name, value in line.items() if name != "paths"}
        connection.execute(
            f"INSERT INTO expressivity (added_at, {', '.join(kept)}, line) VALUES (now()::TIMESTAMP, "
            f"{', '.join('?' * len(kept))}, ?)", [*kept.values(), json.dumps(line)])
    monkeypatch.undo()
    return result, line


def test_what_version_4_kept_is_of_the_plain_product(path, of_version_4, make_case, make_result):
    result, line = of_version_4
    spread = make_result(make_case(mixing="uvw", weights="shared"))
    with Store(path) as store:
        assert list(store.each_result()) == [result]
        assert store.results()[[*SPREAD]].to_dict("records") == [SPREAD]
        assert store.expressivity()[[*SPREAD]].to_dict("records") == [SPREAD]
        store.add(spread)
        assert list(store.each_result()) == [result, spread]
        assert list(store.results(mixing="uvw")["id"]) == [spread.id]
        store.add_expressivity(line | {"degrees_of_freedom": None})   # the same question: the newest counts
        assert store.expressivity()["degrees_of_freedom"].isna().tolist() == [True]


@pytest.fixture
def of_version_5(path, folder, monkeypatch):
    """A file as version 5 left it, and the certificate in it."""
    monkeypatch.setattr(migrate, "VIEW_SQL", "SELECT id, key, l_max FROM measurements")
    monkeypatch.setattr(migrate, "ROOFS_SQL", "SELECT 1 AS nothing")
    for file in folder.glob("*.sql"):
        if int(file.stem[:3]) > 5:
            file.unlink()
    found = {"product": "matrix", "variant": "sums", "framework": "jax", "device": "cpu", "dtype": "float32",
             "layout": "batch_last", "compilation": "jit", "setting": "mimo", "parity": "both", "l1": 1, "l2": 1,
             "l_out": 2, "inner": 1, "outer": 1, "source": "abc", "status": "holds"}
    with duckdb.connect(path) as connection:
        migrate.migrate(connection, folder)
        assert schema_version(connection) == 5
        connection.execute(
            f"""INSERT INTO certificates (added_at, {', '.join(f'"{name}"' for name in found)}, certificate)
                VALUES (now()::TIMESTAMP, {', '.join('?' * len(found))}, ?)""", [*found.values(), json.dumps(found)])
    monkeypatch.undo()
    return found


def test_what_version_5_certified_is_the_plain_product(path, of_version_5):
    plain = {"mixing": "uuu", "mixing_weights": "none"}
    with Store(path) as store:
        found = store.certificate(product="matrix", source="abc", **plain)
        assert {name: found[name] for name in (*of_version_5, *plain)} == of_version_5 | plain
        store.add_certificate(of_version_5 | {"mixing": "uvw", "mixing_weights": "shared"})
        assert store.certificate(product="matrix", **plain)["mixing"] == "uuu"
        assert store.certificate(product="matrix", mixing="uvw")["mixing_weights"] == "shared"


def test_a_job_of_version_6_is_as_urgent_as_the_rest(path, folder, make_case, monkeypatch):
    monkeypatch.setattr(migrate, "VIEW_SQL", "SELECT id, key, l_max FROM measurements")
    monkeypatch.setattr(migrate, "ROOFS_SQL", "SELECT 1 AS nothing")
    for file in folder.glob("*.sql"):
        if int(file.stem[:3]) > 6:
            file.unlink()
    job = Job.new([make_case()], options={"samples": 3}, requested_by="someone")
    row = asdict(job) | {"cases": json.dumps([case.to_json() for case in job.cases]), "options": '{"samples": 3}'}
    del row["priority"]
    with duckdb.connect(path) as connection:
        migrate.migrate(connection, folder)
        connection.execute(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    monkeypatch.undo()
    with Store(path) as store:
        assert store.job(job.id) == job
        assert job.priority == "normal"


def test_the_columns_of_the_spread_must_have_values(path):
    Store(path).close()
    with duckdb.connect(path) as connection:
        for table in ("measurements", "expressivity"):
            null = {name: null for name, _, null, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
            assert {null[name] for name in SPREAD} == {"NO"}


def test_what_disturbed_results_of_version_10_is_told_as_of_new_ones(path, make_result, make_environment):
    lives = [{}, {"process": "a", "conditions": {"findings": [], "remarks": []}},
             {"process": "b", "conditions": {"findings": ["others"], "remarks": ["busy"]}, "findings": ["drift"]},
             {"findings": ["two speeds"]}, {"conditions": {"remarks": ["load 3", "load 4"]}}]
    asked = "SELECT process, conditions, findings, remarks FROM measurements ORDER BY rowid"
    with Store(path) as store:
        store.add_many([replace(make_result(), environment=make_environment() | {"live": live}) for live in lives])
        with store.cursor() as cursor:
            new = cursor.execute(asked).fetchall()
    assert [each[1] for each in new] == [None, "quiet", "disturbed", "unsteady", "busy machine"]
    assert new[2] == ("b", "disturbed", "others; drift", "busy")
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE measurements SET process = '', conditions = '', findings = '', remarks = ''")
        sql = (FOLDER / "011_live.sql").read_text()
        connection.execute(sql[sql.index("UPDATE"):])
        assert connection.execute(asked).fetchall() == new
