"""The history in a notebook: the same frames through a running server and from the file."""

import shutil
import signal

import numpy as np
import pandas as pd
import pytest
from running_server import running_server
from sent_results import a_result, line

from results_db import Store, StoreError, StoreLocked, history
from results_db.opening import journal_of


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A history of five results that a server wrote; what it gave while it ran; and the file that it left when it was
    killed, journal and all."""
    path = tmp_path_factory.mktemp("notebook") / "history.duckdb"
    with running_server(path) as server:
        lines = "\n".join(line(a_result(batch)) for batch in range(1, 6))
        server.ask("/api/v1/results", body=lines, Authorization=f"Bearer {server.token}")
        asked = {name: ask(history(path)) for name, ask in ASKED.items()}
        with pytest.raises(StoreError, match="missing"):
            history(path).query("SELECT missing FROM results")
        with pytest.raises(StoreLocked):   # who opens the file itself now is told so
            Store(path)
        server.stop(signal.SIGKILL)
    return path, asked


ASKED = {
    "all": lambda it: it.df(),
    "one": lambda it: it.df(batch=2),
    "several": lambda it: it.df(batch=np.array([2, 3]), product="matrix", status={"ok"}),
    "newest": lambda it: it.df(latest=True, limit=2),
    "none": lambda it: it.df(product="gaunt_grid"),
    "query": lambda it: it.query("SELECT product, batch FROM results ORDER BY batch"),
}


@pytest.mark.parametrize("name, rows", [*zip(ASKED, (5, 1, 2, 2, 0, 5), strict=True)])
def test_with_a_server_and_without_the_same(written, name, rows):
    path, asked = written
    alone = ASKED[name](history(path))
    assert len(alone) == rows
    if name == "newest":   # all were measured at one time: which two is not told
        alone, asked = alone.drop(columns=alone.columns), {name: asked[name].drop(columns=asked[name].columns)}
    pd.testing.assert_frame_equal(asked[name], alone)


def test_one_line_is_enough(written, monkeypatch):
    path, _ = written
    monkeypatch.setenv("HISTORY", str(path))
    frame = history().df()
    assert list(frame["throughput_time"]) == [1e-3] * 5
    assert history().result(frame["id"][0][:8]).samples == (1e-3, 2e-3)


def test_it_changes_nothing_and_keeps_nothing_open(written):
    path, before = written[0], written[0].read_bytes()
    for sql in ("DROP TABLE jobs", "CREATE TABLE more (a INTEGER)"):
        with pytest.raises(StoreError, match="must be a SELECT"):
            history(path).query(sql)
    assert path.read_bytes() == before and not journal_of(path).exists()
    with Store(path) as store:
        assert len(store.results()) == 5
        with pytest.raises(StoreError, match="history"):
            history(path).query("nothing")


def test_what_only_the_journal_holds_is_read_and_left_there(tmp_path):
    path, crashed = tmp_path / "history.duckdb", tmp_path / "crashed.duckdb"
    with Store(path) as store:
        store.add(a_result())
        shutil.copy(path, crashed)
        shutil.copy(journal_of(path), journal_of(crashed))
    before = journal_of(crashed).read_bytes()
    assert len(history(crashed).df()) == 1
    assert journal_of(crashed).read_bytes() == before


def test_the_file_of_an_older_version_is_read_and_left_as_it_is(tmp_path):
    import duckdb

    path = tmp_path / "history.duckdb"
    with Store(path) as store:
        store.add(a_result())
    with duckdb.connect(path) as older:
        older.execute("COMMENT ON VIEW results IS 'an older one'")
    before = path.read_bytes()
    assert len(history(path).df()) == 1
    assert path.read_bytes() == before


def test_what_cannot_be_is_a_sentence(written, tmp_path):
    with pytest.raises(StoreError, match=r"a filter must be one of key, product, .* got speed"):
        history(written[0]).df(speed=1)
    with pytest.raises(StoreError, match="must exist to be read"):
        history(tmp_path / "none.duckdb").df()
