"""The REST interface of a running server: every operation, its document, and who may do what."""

import io
import json
import threading
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from running_server import running_server
from sent_results import a_result, line

from backend.web.rest.operation import Asked
from backend.web.rest.table import OPERATIONS
from results_db.flat import CASE_COLUMNS
from results_db.sandbox import Busy

READS = ["results", "results/abcd", "results/abcd/notes", "export", "cases?product=matrix&l_max=1", "jobs", "jobs/none",
         "expressivity", "backup", "certificate?case={}", "openapi.json"]
CHANGES = ["results", "results/none/notes", "published", "jobs", "jobs/none/cancel", "certificate"]


def test_the_document_is_valid_and_of_the_table(documented):
    OpenAPIV31SpecValidator(documented).validate()
    described = {(method.upper(), path) for path, each in documented["paths"].items() for method in each}
    assert described == {(each.method, each.path) for each in OPERATIONS}
    names = [each["operationId"] for path in documented["paths"].values() for each in path.values()]
    assert len(names) == len(set(names))


def test_results_are_listed_by_pages_and_filters(ask, results):
    status, page = ask("results?limit=2&batch=1&batch=2&batch=3&product=matrix&status=ok")
    assert (status, page["total"], len(page["results"]), page["next_offset"]) == (200, 3, 2, 2)
    _, rest = ask("results?limit=2&offset=2&batch=1&batch=2&batch=3&product=matrix")
    assert rest["next_offset"] is None
    assert {row["id"] for row in page["results"] + rest["results"]} == {each.id for each in results[:3]}
    assert page["results"][0]["throughput_time"] == 1e-3 and "samples" not in page["results"][0]
    assert ask("results?product=gaunt_grid")[1] == {"total": 0, "results": [], "next_offset": None}


def test_all_results_come_as_arrow(rest, results):
    _, _, content = rest.ask("/api/v1/results?format=arrow&batch=4&batch=5")
    frame = pa.ipc.open_stream(io.BytesIO(content)).read_pandas()
    assert sorted(frame["batch"]) == [4, 5] and str(frame["measured_at"].dt.tz) == "UTC"


def test_results_go_in_and_come_out(rest, ask, known, results):
    good = results[0]
    status, said = ask("results", f"{line(good)}\n{line(a_result(9))[:80]}\n", **known)
    assert (status, said["added"], said["known"]) == (200, 0, 1)
    assert [each["line"] for each in said["rejected"]] == [2] and said["rejected"][0]["reason"]
    _, headers, text = rest.ask("/api/v1/export?batch=1")
    assert [json.loads(each) for each in text.splitlines()] == [good.to_json()]
    assert headers["Content-Disposition"] == 'attachment; filename="results.jsonl"'
    assert rest.ask("/api/v1/export?format=parquet")[2][:4] == b"PAR1"
    assert ask(f"results/{good.id[:12]}") == (200, good.to_json())
    assert ask("results/none")[0] == 404


def test_no_more_exports_are_written_at_a_time_than_pages_can_bear(monkeypatch):
    from backend.web.rest import results as exports

    monkeypatch.setattr(exports, "_places", threading.BoundedSemaphore(1))
    exports._places.acquire()
    values = dict.fromkeys(each.name for each in exports.FILTERS) | {"format": "csv", "what": "results"}
    with pytest.raises(Busy, match="exports are being written"):
        exports._export(Asked(values, b"", False, ""))


def test_the_backup_is_the_whole_history(rest, results, tmp_path):
    (tmp_path / "copy.duckdb").write_bytes(rest.ask("/api/v1/backup")[2])
    with duckdb.connect(tmp_path / "copy.duckdb", read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM results").fetchone() == (5,)


def test_a_query_is_open_and_limited(ask, known, results):
    def query(sql, **headers):
        return ask("query", json.dumps({"sql": sql}), **headers)

    status, said = query("SELECT product, throughput_time FROM results WHERE batch = 1")
    assert (status, said["columns"], said["rows"]) == (200, ["product", "throughput_time"], [["matrix", 1e-3]])
    assert len(query("SELECT * FROM range(20000)")[1]["rows"]) == 10_000
    said = query("SELECT * FROM range(20000)", **known)[1]
    assert (len(said["rows"]), said["truncated"]) == (20_000, "")
    for bad in ("DROP TABLE measurements", "SELECT 1; SELECT 2"):
        status, said = query(bad)
        assert status == 400 and "must be" in said["error"]


@pytest.mark.parametrize("broken", ["{", "[1]", "[" * 100_000, b"\xff", '{"sql": 7}', "{}"])
def test_a_body_that_is_none_is_a_sentence(ask, broken):
    status, said = ask("query", broken)
    assert status == 400 and said["error"].startswith('the body must be {"sql"')


def test_expressivity_is_there_to_be_read(ask):
    assert ask("expressivity?setting=mimo&l_max=2") == (200, {"lines": []})


@pytest.mark.parametrize("path, body, said", [
    ("results?speed=1", None, "must be one of key, product"),
    ("results?l_max=many", None, "l_max must be an integer"),
    ("results?limit=5000", None, "limit must be an integer from 1 to 1,000"),
    ("results?limit=1&limit=2", None, "limit must be given once"),
    ("results?latest=1", None, "latest must be true or false"),
    ("results?status=fast", None, "status must be one of ok"),
    ("results?id=zzz", None, "zzz"),
    ("export?format=xml", None, "format must be one of jsonl"),
    ("export?what=published&l_max=1", None, "filters must be of results alone"),
    ("cases?product=nothing", None, "product must be one of"),
    ("cases?l_max=99", None, "l_max must be an integer from 0"),
    ("cases?" + "&".join(f"batch={each}" for each in range(1, 500)), None, "at most 2,000 cases"),
    ("certificate", None, "case must be given"),
    ("certificate?case=7", None, "a case must be a JSON object"),
    ("jobs", "{}", "cases"),
    ("jobs", '{"cases": []}', "1 to 10,000 cases"),
    ("jobs", '{"cases": [{"product": "matrix"}]}', "a case must have"),
    ("jobs", '{"cases": [], "options": {}}', "got options"),
    ("certificate", '{"case": {}, "inner": "many"}', "inner must be an integer"),
    ("published", "{}", "a published point must have"),
])
def test_what_cannot_be_is_a_sentence(ask, known, path, body, said):
    status, answer = ask(path, body, **(known if body else {}))
    assert (status, said in answer["error"]) == (400, True), answer


def test_what_is_not_there_says_what_is(rest):
    for path, body, status, said in (("nothing", None, 404, "POST /api/v1/query"), ("export", "{}", 405, "must be GET"),
                                     ("query", None, 405, "must be POST"), ("jobs/none", None, 404, "no job none")):
        code, headers, text = rest.ask(f"/api/v1/{path}", body=body)
        assert (code, said in json.loads(text)["error"]) == (status, True)
        assert ("Allow" in headers) == (code == 405)


@pytest.mark.parametrize("path", READS)
def test_reading_is_open_but_not_to_other_sites(rest, known, path):
    path = f"/api/v1/{quote(path, safe='/?&={}')}"
    assert rest.ask(path)[0] in (200, 400, 404)
    assert rest.ask(path, Sec_Fetch_Site="same-origin", Origin=rest.url)[0] in (200, 400, 404)
    assert rest.ask(path, Authorization="Bearer guessed")[0] == 401
    assert rest.ask(path, Origin="http://elsewhere.example", **known)[0] == 403
    assert rest.ask(path, Sec_Fetch_Site="cross-site", **known)[0] == 403


@pytest.mark.parametrize("path", CHANGES)
def test_who_changes_something_needs_the_token(rest, known, path):
    path = f"/api/v1/{path}"
    status, headers, _ = rest.ask(path, body="{}")
    assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert rest.ask(path, body="{}", Authorization="Bearer guessed")[0] == 401
    assert rest.ask(path, body="{}", Origin="http://elsewhere.example", **known)[0] == 403
    assert rest.ask(path, body="{}", Sec_Fetch_Site="cross-site", **known)[0] == 403
    assert rest.ask(path, body="{}", Origin=rest.url, **known)[0] in (200, 400, 404)


def test_every_operation_that_changes_something_is_tried(documented):
    protected = {path for path, each in documented["paths"].items() if "security" in each.get("post", {})}
    assert protected == {f"/{path.replace('none', '{id}')}" for path in CHANGES}
    assert {each.name for each in OPERATIONS[1].parameters} > set(CASE_COLUMNS)


def test_a_token_of_your_own_is_the_one_that_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "of my own")
    with running_server(tmp_path / "history.duckdb") as server:
        assert server.token == "of my own"
        assert server.ask("/api/v1/results", body=line(a_result()), Authorization="Bearer of my own")[0] == 200
