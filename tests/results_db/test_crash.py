"""What must hold when things go wrong together: a killed owner loses nothing it acknowledged, threads agree."""

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.execution.jobs import Job
from backend.spec import Result
from results_db import Store, StoreError, open_store

# Adds results one by one and in tens, prints each id once it is acknowledged, moves a job along, until it is killed.
OWNER = """
import json, sys, uuid
from dataclasses import replace
from backend.execution.jobs import Job
from backend.spec import Result
from results_db import Store
result = Result.from_json(json.loads(sys.argv[2]))
store = Store(sys.argv[1])
job = Job.new([result.case], options={}, requested_by="test")
store.add_job(job)
store.update_job(job.id, state="running")
print("job", job.id, flush=True)
while True:
    one = replace(result, id=uuid.uuid4().hex)
    store.add(one)
    print("added", one.id, flush=True)
    ten = [replace(result, id=uuid.uuid4().hex) for _ in range(10)]
    store.add_many(ten)
    print("added", *(each.id for each in ten), flush=True)
    store.update_job(job.id, log_tail=one.id)
"""


def killed_after(path, result: Result, lines: int) -> list[str]:
    """What an owner had printed when it was killed in the middle of writing."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(path), json.dumps(result.to_json())],
                             stdout=subprocess.PIPE, text=True)
    seen = [owner.stdout.readline().split() for _ in range(lines)]
    os.kill(owner.pid, signal.SIGKILL)
    rest, _ = owner.communicate()
    assert owner.returncode == -signal.SIGKILL
    whole = [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return [word for line in (*seen, *whole) for word in line if word not in ("job", "added")]


def test_a_killed_owner_loses_nothing_that_it_acknowledged(path, make_result):
    for lines in (2, 15):
        job_id, *acknowledged = killed_after(path, make_result(), lines)
        opened = open_store(path)
        assert opened.warning == ""
        with opened.store as store:
            kept = set(store.results()["id"])
            assert set(acknowledged) <= kept
            assert len(kept) % 11 in (0, 1), "ten are written together or not at all"
            assert [job.id for job in store.interrupt_running("2026-11-01T00:00:00+00:00", "killed")] == [job_id]
            assert store.query("SELECT count(DISTINCT id) = count(*) AS once FROM results")["once"][0]
        path.unlink()


def test_readers_and_writers_in_threads_agree(store, make_result, make_case):
    writers, each = 4, 8
    batches = [[make_result(make_case(1 + writer)) for _ in range(each)] for writer in range(writers)]
    shared = make_result(make_case(8))
    writing = threading.Event()
    writing.set()

    def write(results):
        versions = []
        for result in results:
            store.add(result)
            assert store.result(result.id) == result, "a write is visible when it returns"
            store.add(shared)
            versions.append(store.data_version)
        assert versions == sorted(set(versions))

    def read(l_max):
        seen = [0]
        while writing.is_set():
            frame = store.results(l_max=l_max)
            assert set(frame["l_max"]) <= {l_max}
            assert store.query("SELECT ? AS echo", [l_max])["echo"][0] == l_max
            seen.append(len(frame))
        assert seen == sorted(seen)

    with ThreadPoolExecutor(writers + 3) as pool:
        readers = [pool.submit(read, l_max) for l_max in range(1, 4)]
        try:
            for done in [pool.submit(write, batch) for batch in batches]:
                done.result()
        finally:
            writing.clear()
        for done in readers:
            done.result()
    assert len(store.results()) == writers * each + 1


def test_threads_change_the_same_job_without_a_conflict(store, make_case):
    job = Job.new([make_case()], options={}, requested_by="test")
    store.add_job(job)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(store.update_job, job.id, done=number) for number in range(40)]:
            done.result()
    assert 0 <= store.job(job.id).done < 40


def test_a_write_that_fails_is_undone_and_the_next_one_works(store, make_result):
    def half(cursor):
        cursor.execute("INSERT INTO schema_version VALUES (50, 'half', now()::TIMESTAMP)")
        cursor.execute("SELECT * FROM missing")

    with pytest.raises(StoreError, match="could not be written"):
        store._database.write(half)
    store.add(make_result())
    assert store.query("SELECT max(version) AS last FROM schema_version")["last"][0] < 50


def test_closing_finishes_what_is_queued(path, make_result):
    store = Store(path)
    results = [make_result() for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(store.add, result) for result in results]
        next(each for each in done if each.result() is None)
        store.close()
        outcomes = [each.exception() for each in done]
    acknowledged = {result.id for result, error in zip(results, outcomes, strict=True) if error is None}
    with Store(path) as again:
        assert set(again.results()["id"]) == acknowledged
    assert all(error is None or "closed" in str(error) for error in outcomes)
