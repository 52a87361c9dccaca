"""Files: what is written is read back equal in each format, and a bad line is said without losing the others."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from backend.spec import SPREAD, SpecError
from results_db import Store, StoreError
from results_db.exchange import format_of, read_lines, write_results
from results_db.importing import Imported, import_lines

FORMATS = ("jsonl", "csv", "parquet")


def written(results, format):
    file = io.BytesIO()
    write_results(results, file, format)
    return file.getvalue()


def read(content, format):
    return list(read_lines(io.BytesIO(content), format))


@pytest.mark.parametrize("format", FORMATS)
def test_a_round_trip_loses_nothing(tmp_path, varied_results, format):
    with Store(tmp_path / "one.duckdb") as one, Store(tmp_path / "two.duckdb") as two:
        one.add_many(varied_results)
        file = io.BytesIO()
        one.export(file, format)
        lines = read(file.getvalue(), format)
        assert import_lines(lines, two) == Imported(len(varied_results), 0, ())
        assert import_lines(lines, two) == Imported(0, len(varied_results), ())
        assert list(two.each_result()) == varied_results
        pd.testing.assert_frame_equal(two.results(), one.results())


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_history_is_an_empty_file_that_can_be_read(format):
    assert read(written([], format), format) == []


@pytest.mark.parametrize("format", FORMATS)
def test_more_rows_than_are_written_at_once(make_result, make_case, monkeypatch, format):
    monkeypatch.setattr("results_db.exchange._ROWS_AT_ONCE", 3)
    monkeypatch.setattr("results_db.importing._LINES_AT_ONCE", 3)
    results = [make_result(make_case(l_max)) for l_max in range(1, 9)]
    assert [line.result for line in read(written(results, format), format)] == results


def test_json_lines_are_what_the_command_line_prints(make_result):
    result = make_result()
    assert json.loads(written([result], "jsonl")) == result.to_json()


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_tables_can_be_read_by_pandas(varied_results, format):
    content = io.BytesIO(written(varied_results, format))
    frame = pd.read_csv(content) if format == "csv" else pd.read_parquet(content)
    assert list(frame["product"]) == ["gaunt_grid"] * len(varied_results)
    assert frame["throughput_time"][0] == 0.1 + 0.2


def test_a_line_cut_in_half_is_said_and_the_others_are_read(store, varied_results):
    whole = written(varied_results, "jsonl").splitlines(keepends=True)
    content = b"".join([whole[0], whole[1][: len(whole[1]) // 2] + b"\n", b"\n", *whole[2:]])
    imported = import_lines(read(content, "jsonl"), store)
    assert imported.added == len(varied_results) - 1
    assert [line.number for line in imported.rejected] == [2]
    assert imported.rejected[0].reason.startswith("the line must be valid JSON")


def change(**changes):
    return lambda data: data | changes


def change_case(**changes):
    return lambda data: data | {"case": {name: value for name, value in data["case"].items() if name != "key"}
                                | changes}


@pytest.mark.parametrize("spoil, reason", [
    (lambda data: [data], "must be a JSON object"),
    (lambda data: 7, "must be a JSON object"),
    (lambda data: {"status": "ok"}, "with case and status"),
    (change(speed=1), "no field speed"),
    (change(status="fast"), "status must be one of ok"),
    (change(id=7), "id must be 32 hexadecimal digits"),
    (change(measured_at=7), "measured_at must be an ISO 8601 time"),
    (change(message=7), "message must be text"),
    (change(samples=["fast"]), "samples must hold numbers"),
    (change(samples=7), "must have the fields"),
    (change(samples=[10**400]), "must have the fields"),
    (change(metrics=[1]), "metrics must be a JSON object"),
    (change(environment="here"), "environment must be a JSON object"),
    (change(environment={"live": {"load": float("nan")}}), "environment must be valid JSON"),
    (change(case={}), "a case must have"),
    (change_case(key="0" * 16), "key must be"),
    (change_case(l1=99), "l1 must be an integer from 0"),
    (change_case(batch=0), "batch must be an integer from 1"),
    (change_case(product=7), "product must be text"),
])
def test_a_line_that_is_no_result_says_why(make_result, spoil, reason):
    data = json.loads(written([make_result()], "jsonl"))
    line, = read(json.dumps(spoil(data)).encode(), "jsonl")
    assert line.result is None
    assert reason in line.reason


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(make_result, text):
    content = written([make_result(samples=(0.123456,))], "jsonl").replace(b"0.123456", text.encode())
    line, = read(content, "jsonl")
    assert line.result is None
    assert "must be finite numbers" in line.reason


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 100, b"[" * 100_000, "ψ".encode()[:1]])
def test_noise_is_a_reason_and_no_crash(content):
    lines = read(content, "jsonl")
    assert [line.result for line in lines] == [None]


@pytest.mark.parametrize("column, text, reason", [
    ("batch", "many", "invalid literal"),
    ("samples", "[1, 2", "samples must be valid JSON"),
    ("throughput_time", "fast", "could not convert"),
    ("throughput_time", "nan", "must be finite"),
    ("key", "0" * 16, "key must be"),
    ("status", "", "status must be one of"),
    ("environment", "[]", "environment must be a JSON object"),
])
def test_a_cell_that_is_wrong_is_said_with_its_line(make_result, column, text, reason):
    rows = list(csv.DictReader(io.StringIO(written([make_result(), make_result()], "csv").decode())))
    rows[1][column] = text
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    good, bad = read(file.getvalue().encode(), "csv")
    assert good.result is not None
    assert (bad.number, bad.result) == (3, None)
    assert reason in bad.reason


def test_a_csv_cut_in_half_keeps_the_rows_before(make_result):
    content = written([make_result(), make_result()], "csv")
    *good, bad = read(content[:-10], "csv")
    assert [line.result is not None for line in good] == [True]
    assert "valid CSV" in bad.reason


def test_a_csv_of_something_else_is_refused_row_by_row():
    lines = read(b"a,b\n1,2\n3,4,5\n", "csv")
    assert [line.number for line in lines] == [2, 3]
    assert "must have id, measured_at, status" in lines[0].reason
    assert "as many cells as the header" in lines[1].reason


def test_a_cut_parquet_file_is_one_sentence(varied_results):
    content = written(varied_results, "parquet")
    for broken in (content[: len(content) // 2], b"", b"text"):
        with pytest.raises(StoreError, match="must be Parquet"):
            read(broken, "parquet")


def test_a_metric_that_only_another_version_knows_is_kept(make_result):
    result = make_result(metrics={"throughput_time": 1.0, "joules": 2.5})
    frame = pd.read_parquet(io.BytesIO(written([result], "parquet")))
    frame["joules"] = 2.5
    frame["time_per_path"] = 99.0
    file = io.BytesIO()
    frame.drop(columns="other_metrics").to_parquet(file)
    line, = read(file.getvalue(), "parquet")
    assert line.result == result


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_table_of_an_older_version_is_of_the_plain_product(make_result, make_case, format, empty):
    spread = make_case(mixing="uvw", weights="per_sample", scope="layer", inner=4, neighbours=16)
    results = [make_result(), *[make_result(spread)] * empty]   # its rows beside new ones have empty cells
    content = io.BytesIO(written(results, format))
    frame = pd.read_csv(content, dtype=str) if format == "csv" else pd.read_parquet(content)
    if empty:
        frame = frame.astype({name: "object" for name in SPREAD})
        frame.loc[0, [*SPREAD]] = None
    else:
        frame = frame.drop(columns=[*SPREAD])
    file = io.BytesIO()
    if format == "csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    assert [line.result for line in read(file.getvalue(), format)] == results


def test_json_lines_of_an_older_version_are_of_the_plain_product(make_result):
    result = make_result()
    data = result.to_json()
    old = data | {"case": {name: value for name, value in data["case"].items() if name not in SPREAD}}
    line, = read(json.dumps(old).encode(), "jsonl")
    assert line.result == result


def test_the_suffix_names_the_format():
    assert [format_of(Path(name)) for name in ("a.jsonl", "a.json", "a.csv", "a.parquet")] == [
        "jsonl", "jsonl", "csv", "parquet"]
    with pytest.raises(SpecError, match=r"must be one of \.jsonl, \.json, \.csv, \.parquet, got '\.xlsx'"):
        format_of(Path("a.xlsx"))
