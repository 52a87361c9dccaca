"""`python -m results_db`: files in and out, queries, sentences and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from results_db import Store
from results_db.__main__ import DONE, FAILED, WRONG, main
from results_db.recorded import shipped

ROOT = Path(__file__).parents[2]


def run(*arguments, history, input=""):
    """The command in a process of its own, as a user runs it."""
    return subprocess.run([sys.executable, "-W", "error", "-m", "results_db", *map(str, arguments)], cwd=ROOT,
                          env={"HISTORY": str(history)}, input=input, capture_output=True, text=True)


@pytest.fixture
def filled(path, varied_results):
    with Store(path) as store:
        store.add_many(varied_results)
    return path


def ids(path):
    with Store(path) as store:
        return [result.id for result in store.each_result()]


def test_a_pipe_from_one_history_to_another(filled, tmp_path):
    other = tmp_path / "other.duckdb"
    exported = run("export", "-", history=filled)
    assert (exported.returncode, exported.stderr) == (DONE, "")
    cut = exported.stdout[: len(exported.stdout) - 100]
    imported = run("import", "-", "--history", other, history=filled, input=cut)
    assert imported.returncode == FAILED
    assert imported.stdout == "-: 5 added, 0 there already, 1 rejected\n"
    assert imported.stderr.startswith("error: -, line 6: the line must be valid JSON")
    assert ids(other) == ids(filled)[:5]


@pytest.mark.parametrize("command, words", [
    ((), ("import", "export", "query", "HISTORY", "Exit codes")),
    (("import",), (".parquet", "--history", "twice")),
    (("export",), (".parquet", "--history", "raw samples")),
    (("diff",), ("--json", "--history", "first digits", "backend compare")),
    (("query",), ("--json", "--history", "SELECT product", "DESCRIBE results")),
])
def test_help_is_enough_to_work_with(command, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == DONE
    text = capsys.readouterr().out
    assert [word for word in words if word not in text] == []


def test_help_as_a_user_asks_for_it(path):
    asked = run("--help", history=path)
    assert (asked.returncode, asked.stderr) == (DONE, "")
    assert "python -m results_db" in asked.stdout
    assert not path.exists()


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "parquet"])
def test_export_and_import(filled, tmp_path, suffix, capsys):
    file, other = tmp_path / f"all.{suffix}", tmp_path / "other.duckdb"
    assert main(["export", str(file), "--history", str(filled)]) == DONE
    assert main(["import", str(file), "--history", str(other)]) == DONE
    assert main(["import", str(file), str(file), "--history", str(other)]) == DONE
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: 6 added, 0 there already, 0 rejected"] + [f"{file}: 0 added, 6 there already, 0 rejected"] * 2
    assert ids(other) == ids(filled)
    assert [each.name for each in tmp_path.glob("*.partial")] == []


def test_a_bad_file_does_not_stop_the_next(filled, tmp_path, capsys):
    good, bad, other = tmp_path / "good.jsonl", tmp_path / "bad.parquet", tmp_path / "other.duckdb"
    assert main(["export", str(good), "--history", str(filled)]) == DONE
    bad.write_bytes(b"no table")
    assert main(["import", str(bad), str(good), "--history", str(other)]) == FAILED
    assert "bad.parquet: the file must be Parquet" in capsys.readouterr().err
    assert len(ids(other)) == 6


def test_a_failed_export_leaves_the_old_file(filled, tmp_path, monkeypatch, capsys):
    file = tmp_path / "all.csv"
    file.write_text("old")

    def fail(self, stream, format, what):
        stream.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(Store, "export", fail)
    assert main(["export", str(file), "--history", str(filled)]) == FAILED
    assert "the disk is full" in capsys.readouterr().err
    assert [(each.name, each.read_text()) for each in tmp_path.glob("all*")] == [("all.csv", "old")]


def test_query_prints_a_table_or_json(filled, capsys):
    sql = "SELECT l_max, status, measured_at FROM results ORDER BY l_max LIMIT 2"
    assert main(["query", sql, "--history", str(filled)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["l_max", "status", "measured_at"]
    assert lines[1].split()[:2] == ["1", "failed"]
    assert main(["query", "--json", sql, "--history", str(filled)]) == DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[1] == {"l_max": 2, "status": "ok", "measured_at": "2026-11-01T12:00:00"}
    assert main(["query", "SELECT 1 WHERE false", "--history", str(filled)]) == DONE
    assert capsys.readouterr().out == "no rows\n"


@pytest.mark.parametrize("arguments, sentence", [
    (["query", "DROP TABLE measurements"], "must be a SELECT, got DROP"),
    (["query", "SELECT 1; SELECT 2"], "must be one statement, got 2"),
    (["query", "SELEC 1"], "syntax error"),
    (["import", "a.xlsx"], "suffix of a.xlsx must be one of"),
    (["import", "missing.jsonl"], "must exist, got missing.jsonl"),
    (["export", "a"], "suffix of a must be one of"),
])
def test_wrong_arguments_are_said(filled, arguments, sentence, capsys):
    assert main([*arguments, "--history", str(filled)]) == WRONG
    assert sentence in capsys.readouterr().err
    assert len(ids(filled)) == 6


@pytest.mark.parametrize("arguments", [[], ["import"], ["export"], ["query"], ["erase"], ["query", "a", "--fast"]])
def test_arguments_that_the_parser_refuses(arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == WRONG


@pytest.mark.parametrize("arguments", [["query", "SELECT 1"], ["export", "all.csv"]])
def test_reading_makes_no_history(path, arguments, capsys):
    assert main([*arguments, "--history", str(path)]) == WRONG
    assert f"got {path}" in capsys.readouterr().err
    assert not path.exists()


def test_a_corrupt_history_is_set_aside_and_said(filled, tmp_path, varied_results, capsys):
    file = tmp_path / "all.jsonl"
    assert main(["export", str(file), "--history", str(filled)]) == DONE
    filled.write_bytes(b"this is no database")
    assert main(["import", str(file), "--history", str(filled)]) == DONE
    assert "It was set aside as" in capsys.readouterr().err
    assert len(ids(filled)) == 6


def test_diff_says_what_differs_between_two_results(path, make_result, make_environment, capsys):
    times = {"throughput_time": 1.0, "throughput_time_low": 0.9, "throughput_time_high": 1.1}
    first = make_result(metrics=times)
    second = make_result(metrics={name: 2 * value for name, value in times.items()},
                         environment=make_environment(jax="0.11.0"))
    with Store(path) as store:
        store.add_many([first, second])
    assert main(["diff", first.id[:12], second.id[:12], "--history", str(path)]) == DONE
    text = capsys.readouterr().out
    assert "time per call: the first is 2.00 times as fast (1.74–2.31): faster" in text
    assert text.splitlines()[-1].split() == ["versions:", "jax", "0.10.2", "->", "0.11.0"]
    assert main(["diff", first.id, first.id, "--history", str(path), "--json"]) == DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["differences"], found["ratios"]["throughput_time"]["verdict"]) == ([], "not distinguishable")
    recorded = next(shipped().each_result())
    assert main(["diff", first.id, recorded.id[:12], "--history", str(path)]) == DONE
    assert f"second: {recorded.id}, " in capsys.readouterr().out
    assert main(["diff", first.id, "0" * 32, "--history", str(path)]) == FAILED
    assert capsys.readouterr().err == f"error: the history has no result {'0' * 32}\n"
