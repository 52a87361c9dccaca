"""What is put to work over REST, and what is said of its results: cases, jobs, certificates, notes."""

import json
import time
from urllib.parse import urlencode

import pytest

from backend.spec import Case


def test_a_job_is_put_in_read_and_cancelled(ask, known):
    cases = [each["case"] for each in ask("cases?product=matrix&framework=numpy&l_max=1&l_max=2&l_max=3")[1]["cases"]]
    status, said = ask("jobs", json.dumps({"cases": cases, "priority": "low", "requested_by": "a test"}), **known)
    assert (status, said["job"]["total"], said["job"]["priority"]) == (201, 3, "low")
    assert said["job"]["cases"] == cases
    id = said["job"]["id"]
    assert ask("jobs?state=queued&state=running")[1]["jobs"][0]["requested_by"] == "a test"
    status, said = ask(f"jobs/{id}/cancel", "", **known)
    assert (status, said["cancelled"]) == (200, True)
    until = time.monotonic() + 20
    while (job := ask(f"jobs/{id}")[1])["state"] != "cancelled":
        assert time.monotonic() < until, job
        time.sleep(0.05)   # until the process that measures is gone
    assert ask(f"jobs/{id}/cancel", "", **known)[1]["cancelled"] is False


def test_a_certificate_is_made_and_read(ask, known):
    case = ask("cases?product=matrix&framework=numpy&l_max=1&channels=1")[1]["cases"][0]["case"]
    address = f"certificate?{urlencode({'case': json.dumps(case)})}"
    assert ask(address)[0] == 404
    assert ask("certificate", json.dumps({"case": case}), **known) == (202, {"state": "certifying"})
    until = time.monotonic() + 60
    while (answer := ask(address))[0] == 202:
        assert time.monotonic() < until
        time.sleep(0.05)   # until its process has it
    assert answer[0] == 200 and answer[1]["product"] == "matrix" and answer[1]["status"] == "holds"


def test_a_case_that_cannot_be_measured_here_is_refused(ask, known, results):
    case = results[0].case.to_json()
    for wrong, said in (({"device": "cuda"}, "device must be one that this machine has"),
                        ({"variant": "x"}, "variant of matrix must be one of")):
        changed = {name: value for name, value in (case | wrong).items() if name != "key"}
        status, answer = ask("jobs", json.dumps({"cases": [changed]}), **known)
        assert status == 400 and said in answer["error"]


def test_cases_say_what_the_history_knows(ask, results):
    status, said = ask("cases?product=matrix&framework=numpy&l_max=1&channels=1&batch=1&batch=77&compilation=eager")
    first, second = said["cases"]
    assert (status, first["known"], first["result"]) == (200, "hit", results[0].id)
    assert (second["known"], second["result"]) == ("miss", None)
    assert Case.from_json(first["case"]) == results[0].case


def test_a_note_is_added_and_read(ask, known, results):
    id = results[0].id
    assert ask(f"results/{id}/notes") == (200, {"notes": []})
    status, note = ask(f"results/{id[:12]}/notes", json.dumps({"text": "on battery", "author": "Ada"}), **known)
    assert status == 201 and (note["result"], note["text"], note["author"]) == (id, "on battery", "Ada")
    assert ask(f"results/{id}/notes") == (200, {"notes": [note]})


@pytest.mark.parametrize(("body", "status", "said"), [
    ('{"text": ""}', 400, "a note must say something"), ('{"text": 7}', 400, "text of a note must be text"),
    ('{"text": "x", "at": "now"}', 400, "got at"), ("{}", 400, "an object with text"),
    (json.dumps({"text": "x" * 3000}), 400, "at most 2,000 characters")])
def test_what_is_no_note_is_a_sentence(ask, known, results, body, status, said):
    answer = ask(f"results/{results[0].id}/notes", body, **known)
    assert answer[0] == status and said in answer[1]["error"]
    assert ask(f"results/{'0' * 32}/notes", '{"text": "x"}', **known)[0] == 404
