"""Opening: what can go wrong with the file, each told apart; a broken one is set aside, a locked one never."""

import os
import subprocess
import sys

import duckdb
import pytest

from results_db import NotFound, Store, StoreError, StoreLocked, history_path, open_store
from results_db.opening import STORAGE_VERSION, Corrupt, explain, journal_of

HOLD = """
import sys
from results_db import Store
with Store(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_new_file_is_made_with_its_folders(tmp_path, make_result):
    path = tmp_path / "a" / "b" / "history.duckdb"
    opened = open_store(path)
    with opened.store as store:
        store.add(make_result())
    assert opened.warning == ""
    assert path.exists()


def test_the_file_has_the_shared_storage_version(store):
    tags = store.query("SELECT tags FROM duckdb_databases() WHERE database_name = 'history'")["tags"][0]
    assert dict(tags)["storage_version"].startswith(STORAGE_VERSION)


def test_a_name_with_a_quote_is_a_name(tmp_path):
    Store(tmp_path / "it's.duckdb").close()
    assert (tmp_path / "it's.duckdb").exists()


@pytest.fixture
def filled(path, varied_results):
    with Store(path) as store:
        store.add_many(varied_results)
    return path


def overwrite(path, at, content):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"this is no database" * 1000),
    lambda path: path.write_bytes(b""),
    lambda path: os.truncate(path, path.stat().st_size // 2),
    lambda path: overwrite(path, 4096, os.urandom(8192)),
], ids=["text", "empty", "cut in half", "headers"])
def test_a_corrupt_file_is_set_aside_and_said(filled, spoil, make_result):
    spoil(filled)
    broken = filled.read_bytes()
    opened = open_store(filled)
    with opened.store as store:
        assert len(store.results()) == 0
        store.add(make_result())
    aside = next(filled.parent.glob("*.unreadable-*"))
    assert aside.read_bytes() == broken
    assert aside.name in opened.warning
    assert "a new, empty history was made" in opened.warning
    again = open_store(filled)
    with again.store as store:
        assert (again.warning, len(store.results())) == ("", 1)


def test_what_is_no_file_is_refused_and_never_set_aside(tmp_path):
    for path, kind in ((tmp_path / "folder", "folder"), (tmp_path / "pipe", "device")):
        path.mkdir() if kind == "folder" else os.mkfifo(path)
        with pytest.raises(StoreError, match=f"must be a file, but .* is a {kind}"):
            open_store(path)
        assert path.exists() and len(list(tmp_path.glob(f"{path.name}*"))) == 1


def test_the_journal_goes_with_its_file(filled):
    filled.write_bytes(b"this is no database" * 1000)
    journal_of(filled).write_bytes(b"journal")
    open_store(filled).store.close()
    aside = next(filled.parent.glob("*.unreadable-*.wal"))
    assert aside.read_bytes() == b"journal"


def test_where_only_the_journal_is_broken_the_rest_is_kept(filled, varied_results, monkeypatch):
    journal_of(filled).write_bytes(b"journal")
    connect = duckdb.connect

    def refuse_the_journal(database, **rest):
        if journal_of(filled).exists():
            raise duckdb.InternalException("Failure while replaying WAL file")
        return connect(database, **rest)

    monkeypatch.setattr(duckdb, "connect", refuse_the_journal)
    opened = open_store(filled)
    with opened.store as store:
        assert list(store.each_result()) == varied_results
    assert "a copy up to its last checkpoint is open" in opened.warning
    assert len(list(filled.parent.glob("*.unreadable-*"))) == 2


def test_a_file_of_another_process_is_locked_and_never_set_aside(filled):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(filled)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=rf"process {holder.pid}"):
            open_store(filled)
        assert [each.name for each in filled.parent.iterdir() if "unreadable" in each.name] == []
    finally:
        holder.communicate()
    open_store(filled).store.close()


@pytest.mark.parametrize("text", [
    "IO Error: Could not write file: No space left on device",
    "IO Error: Cannot open file: Permission denied",
    "IO Error: Trying to read a database file with version number 99, but we can only read versions between 1 and 2",
    "Out of Memory Error: failed to allocate",
])
def test_trouble_that_is_no_corruption_sets_nothing_aside(path, text):
    error = explain(path, duckdb.IOException(text))
    assert isinstance(error, StoreError)
    assert not isinstance(error, Corrupt | StoreLocked)


def test_a_folder_is_no_history(tmp_path):
    with pytest.raises(StoreError, match="must be a file"):
        open_store(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        open_store(tmp_path / "file" / "history.duckdb")


def test_a_closed_store_says_so(path, make_result):
    store = Store(path)
    store.close()
    store.close()
    for use in (lambda: store.add(make_result()), store.results, lambda: store.query("SELECT 1")):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_history_names_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("HISTORY", str(tmp_path / "mine.duckdb"))
    assert history_path() == tmp_path / "mine.duckdb"
    monkeypatch.delenv("HISTORY")
    assert history_path().parts[-3:] == ("results_db", "data", "history.duckdb")


def test_an_error_of_the_store_is_a_sentence(store):
    with pytest.raises(NotFound) as caught:
        store.result("0" * 32)
    assert str(caught.value) == f"the history has no result {'0' * 32}"
