"""Recorded sets: whole, described, never changed unseen, and never an answer of the cache."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from backend.environment import identity
from backend.spec import Result, SpecError
from results_db import NotFound, Store
from results_db.__main__ import WRONG, main
from results_db.recorded import FOLDER, Recorded, newest_of_one_machine, shipped, write_set

SETS = sorted(FOLDER.glob("*.parquet"))


@pytest.fixture
def recorded_results(make_result, make_case):
    return [make_result(), make_result(make_case(3)), make_result(make_case(4), status="unsupported", message="why",
                                                                  samples=(), metrics={})]


def test_a_set_gives_back_its_results_and_says_what_it_is(tmp_path, recorded_results):
    said = write_set(recorded_results, tmp_path, "a-cpu", "Three cases")
    found = Recorded(tmp_path)
    assert found.sets == (said,) and not found.faults
    assert (said.machine, said.results, said.devices, said.title) == ("CPU A, 4 cores", 3, ("cpu",), "Three cases")
    assert said.date == "2026-11-01" and "MIT" in said.licence
    assert list(found.each_result()) == recorded_results
    first = recorded_results[0]
    assert found.result(first.id) == first and found.set_of(first.id) == said and first.id in found
    frame = found.results(key=first.case.key, status="ok")
    assert frame["recorded"].tolist() == ["a-cpu"] and frame["time_per_path"].tolist() == pytest.approx([1.5e-4])
    every = [result.case.key for result in recorded_results]
    assert found.timed(every).equals(found.results(key=every, status="ok"))
    assert found.timed([first.case.key]).equals(frame) and found.timed([]).empty
    with pytest.raises(NotFound):
        found.set_of("0" * 32)


def changed(table):
    times = pa.array([value and value / 2 for value in table["throughput_time"].to_pylist()], pa.float64())
    return table.set_column(table.schema.names.index("throughput_time"), "throughput_time", times)


@pytest.mark.parametrize(("spoil", "why"), [
    (lambda path: pq.write_table(changed(pq.read_table(path)), path), "must have the hash that it states"),
    (lambda path: path.rename(path.with_name("other.parquet")), "must be named a-cpu"),
    (lambda path: path.write_bytes(path.read_bytes()[:-9]), "must be Parquet"),
    (lambda path: pq.write_table(pq.read_table(path).replace_schema_metadata(None), path), "must describe itself"),
])
def test_a_set_that_is_not_whole_is_left_out_with_a_reason(tmp_path, recorded_results, spoil, why):
    write_set(recorded_results, tmp_path, "a-cpu", "")
    spoil(tmp_path / "a-cpu.parquet")
    found = Recorded(tmp_path)
    assert not found.sets and not len(found.results())
    assert [fault for fault in found.faults if why in fault and ".parquet is left out" in fault]


def test_the_newest_environment_of_each_case_and_every_process_of_it(make_result, make_environment, make_case):
    def of(process, jax="0.10.2"):
        environment = make_environment(jax=jax)
        return make_result(environment=environment | {"live": {"process": process}})

    old, first, again, second = of("p", "0.9"), of("p"), of("p"), of("q")
    failed = make_result(make_case(3), status="failed", samples=(), metrics={})
    assert newest_of_one_machine([second, failed, again, old, first]) == [again, second]


def test_a_set_is_of_one_machine(make_result, make_environment, tmp_path):
    mixed = [make_result(), make_result(environment=make_environment(machine="CPU B"))]
    with pytest.raises(SpecError, match="machine must be one of CPU A, 4 cores; CPU B, got none: say --machine"):
        newest_of_one_machine(mixed)
    assert newest_of_one_machine(mixed, "CPU B") == mixed[1:]
    with pytest.raises(SpecError, match="must be of one machine"):
        write_set(mixed, tmp_path, "mixed", "")
    with pytest.raises(SpecError, match="must be small letters"):
        write_set(mixed[:1], tmp_path, "../up", "")
    with pytest.raises(SpecError, match="got none"):
        newest_of_one_machine([])


@pytest.mark.parametrize("source", ["history", "export"])
def test_the_command_records_a_history_or_an_export(path, recorded_results, tmp_path, capsys, source):
    with Store(path) as store:
        store.add_many(recorded_results)
    given = path
    if source == "export":
        given = tmp_path / "export.jsonl"
        given.write_text("".join(json.dumps(result.to_json()) + "\n" for result in recorded_results))
    asked = ["record", "a-cpu", "--title", "Three cases", "--from", str(given), "--folder", str(tmp_path)]
    assert main(asked) == 0 and main(asked) == 0   # a set that is recorded again takes the place of the old one
    assert "3 results of CPU A, 4 cores, 2026-11-01" in capsys.readouterr().out
    assert sorted(Recorded(tmp_path).results()["id"]) == sorted(result.id for result in recorded_results)
    assert main([*asked, "--machine", "CPU Z"]) == WRONG
    assert "machine must be one of CPU A" in capsys.readouterr().err


def test_shipped_results_are_no_answer_of_the_cache_and_exported_only_when_asked(path, tmp_path, monkeypatch,
                                                                                 make_result, make_case):
    own, recorded = make_result(), make_result(make_case(3))
    write_set([recorded], tmp_path, "a-cpu", "")
    monkeypatch.setattr("results_db.exporting.shipped", lambda: Recorded(tmp_path))
    with Store(path) as store:
        store.add(own)
        assert store.lookup(recorded.case, identity(recorded.environment)).kind == "miss"
    history = ["--history", str(path)]
    for asked, ids in (((), [own.id]), (("--recorded",), [own.id, recorded.id])):
        assert main(["export", *asked, str(tmp_path / "out.jsonl"), *history]) == 0
        assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == ids


@pytest.mark.parametrize("file", SETS, ids=lambda path: path.stem)
def test_every_shipped_set_is_whole(file):
    (said,) = [each for each in shipped().sets if each.name == file.stem]   # read, so its hash is that of its content
    frame = shipped().results(status="ok")
    own = frame[frame["recorded"] == said.name]
    assert said.title and said.licence and own["throughput_time"].gt(0).all()
    assert own["machine"].eq(said.machine).all()
    for id in own["id"]:
        result = shipped().result(id)
        assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result
        assert result.samples and identity(result.environment)["machine"] == said.machine


def test_what_ships_is_small_and_readable():
    assert shipped().faults == ()
    assert [each.name for each in shipped().sets] == [file.stem for file in SETS]
    assert sum(Path(file).stat().st_size for file in SETS) < 2_000_000
