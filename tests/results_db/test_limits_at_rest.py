"""Limits at rest, and the floor that they give results, old ones too."""

import io
import json
import random
import uuid

import pytest

from backend.spec import Limits, SpecError, levels
from results_db.exchange import read_lines
from results_db.importing import import_lines

SIZES = (1e4, 1e5, 1e6, 1e7)


@pytest.fixture
def make_limits(make_environment):
    """Limits of the machine of `make_environment`: 10 GB/s in the cache, 1 GB/s beyond, 10 GFLOP/s, 1 µs a call."""
    here = make_environment()

    def make(**changes):
        rates = (1e10, 1e10, 1e10, 1e9)
        fields = {
            "machine": here["machine"]["name"], "device": "cpu", "device_name": here["device"], "threads": 1,
            "framework": "jax", "bandwidth": tuple({"bytes": size, "copy": rate, "read": rate / 2}
                                                   for size, rate in zip(SIZES, rates, strict=True)),
            "rates": {"float32 highest": 1e10, "float64 highest": 5e9}, "launch": {"jit": 1e-6},
            "caches": {"L2": 1_000_000}, "measured_at": "2026-11-01T12:00:00+00:00", "id": uuid.uuid4().hex}
        return Limits(**fields | changes)

    return make


def counted(seconds=1.0, **metrics):
    return {"throughput_time": seconds, "throughput_time_low": 0.99 * seconds, "throughput_time_high": 1.01 * seconds,
            "bytes": 1e6, "flops": 1e6} | metrics


def test_limits_come_back_and_the_newest_counts(store, make_limits):
    first, before = make_limits(), store.data_version
    assert (store.add_limits(first), store.add_limits(first)) == (1, 0)
    assert store.data_version > before and store.limits() == [first]
    newer = make_limits(launch={"jit": 2e-6}, measured_at="2026-11-02T12:00:00+00:00")
    older = make_limits(launch={"jit": 9e-6}, measured_at="2026-10-02T12:00:00+00:00")
    other = make_limits(threads=4)
    for each in (newer, older, other):
        store.add_limits(each)
    assert store.limits(threads=1) == [newer] and store.limits(threads=[4]) == [other]
    assert store.query("SELECT count(*) AS n FROM limits")["n"][0] == 4


def test_roofs_are_the_best_of_every_framework(store, make_limits):
    slow = tuple({"bytes": size, "copy": 1.0, "read": 3e10 if size == 1e5 else 1.0} for size in SIZES)
    store.add_limits(make_limits(bandwidth=slow, framework="numpy", rates={"float32 highest": 2e10},
                                 launch={"eager": 3e-7}))
    store.add_limits(make_limits(framework="torch", launch={"eager": 2e-6, "compiled": 1e-6}))
    roofs, = store.roofs().to_dict("records")
    assert list(roofs["sizes"]) == list(SIZES)
    assert list(roofs["bandwidths"]) == [3e10, 3e10, 1e10, 1e9]   # a smaller set is at least as fast
    assert roofs["rates"]["float32 highest"] == roofs["rates"]["float32 high"] == 2e10   # looser is at least as fast
    assert roofs["launches"] == {"numpy": 3e-7, "numpy eager": 3e-7, "torch": 1e-6, "torch eager": 2e-6,
                                 "torch compiled": 1e-6}
    assert (roofs["caches"], list(roofs["frameworks"])) == ({"L2": 1_000_000}, ["numpy", "torch"])


def test_an_old_result_has_its_floor_as_soon_as_limits_are_known(store, make_result, make_limits):
    store.add(make_result(metrics=counted(1.0)))
    assert store.results()[["time_floor", "distance", "below_floor"]].isna().all(axis=None)
    store.add_limits(make_limits())
    row = store.results().iloc[0]
    assert row["bytes_floor"] == pytest.approx(1e-4)   # 1 MB still fits into the cache
    assert row["flops_floor"] == pytest.approx(1e-4)
    assert row["time_floor"] == pytest.approx(1e-4 + 1e-6)
    assert row["distance"] == pytest.approx(1 / (1e-4 + 1e-6)) and row["below_floor"] == 0
    in_view = store.query("SELECT time_floor, distance FROM results").iloc[0]
    assert list(in_view) == [row["time_floor"], row["distance"]]


@pytest.mark.parametrize(("changes", "known"), [
    ({"threads": 2}, False), ({"device": "cuda"}, False), ({}, True), ({"dtype": "float64"}, True),
    ({"precision": "high"}, True)])
def test_limits_are_of_one_device_and_number_of_threads(store, make_case, make_result, make_limits, changes, known):
    store.add_limits(make_limits())
    store.add(make_result(make_case(**changes), metrics=counted()))
    assert bool(store.results()["time_floor"].notna()[0]) == known


def test_another_machine_has_no_floor_of_ours(store, make_result, make_environment, make_limits):
    store.add_limits(make_limits())
    store.add(make_result(environment=make_environment(machine="CPU B, 8 cores"), metrics=counted()))
    store.add(make_result(environment={}, metrics=counted()))
    assert store.results()["time_floor"].isna().all()


def test_a_gpu_has_the_same_limits_on_any_threads_and_hides_the_launch(store, make_case, make_result, make_limits,
                                                                       make_environment):
    store.add_limits(make_limits(device="cuda", device_name="H100", launch={"jit": 1e-5}))
    where = make_environment(device={"name": "H100", "driver": "580"})
    for bytes in (1e6, 1e3):
        store.add(make_result(make_case(device="cuda", threads=3), environment=where,
                              metrics=counted(bytes=bytes, flops=1.0)))
    assert sorted(store.results()["time_floor"]) == pytest.approx([1e-5, 1e-4])   # launched while it computes


def test_the_floor_grows_with_bytes_and_with_flop(store, make_case, make_result, make_limits):
    store.add_limits(make_limits())
    rng = random.Random(0)
    counts = [(10 ** rng.uniform(1, 10), 10 ** rng.uniform(1, 12)) for _ in range(60)]
    store.add_many([make_result(make_case(), metrics=counted(bytes=bytes * more_bytes, flops=flops * more_flops))
                    for bytes, flops in counts for more_bytes, more_flops in ((1, 1), (1.3, 1), (1, 1.3))])
    frame = store.results().iloc[::-1].reset_index(drop=True)
    floors = frame["time_floor"].to_numpy().reshape(-1, 3)
    assert (floors[:, 1] >= floors[:, 0]).all() and (floors[:, 2] >= floors[:, 0]).all()
    assert (floors[:, 0] > frame["bytes_floor"][::3].to_numpy()).all()


def test_an_honest_count_keeps_its_distance_and_a_planted_one_is_flagged(store, make_result, make_limits):
    """A call that moves and computes at the limits, one after the other, against one that claims 100 times the FLOP."""
    store.add_limits(make_limits())
    honest = 1e-6 + 1e-4 + 1e-4
    wrong = make_result(metrics=counted(honest, flops=1e8))
    store.add_many([make_result(metrics=counted(honest)), wrong])
    flagged = store.query("SELECT replace(CAST(id AS VARCHAR), '-', '') AS id FROM results WHERE below_floor = 1")
    assert list(flagged["id"]) == [wrong.id]
    assert sorted(store.results()["distance"] >= 1) == [False, True]


def test_a_result_within_its_interval_is_not_flagged(store, make_result, make_limits):
    store.add_limits(make_limits())
    floor = 1e-4 + 1e-6
    store.add(make_result(metrics=counted(0.995 * floor)))
    row = store.results().iloc[0]
    assert row["distance"] < 1 and row["below_floor"] == 0


def test_limits_travel_as_a_line_among_results(store, make_limits, make_result):
    limits, result = make_limits(), make_result()
    broken = limits.to_json() | {"launch": {"jit": -1}}
    lines = [json.dumps(each) for each in (limits.to_json(), result.to_json(), broken)]
    done = import_lines(read_lines(io.BytesIO("\n".join(lines).encode()), "jsonl"), store)
    assert (done.added, done.known, len(done.rejected)) == (2, 0, 1)
    assert "launch of limits must hold numbers above 0, got -1 for jit" in done.rejected[0].reason
    assert store.limits() == [limits] and list(store.results()["id"]) == [result.id]
    again = import_lines(read_lines(io.BytesIO("\n".join(lines[:2]).encode()), "jsonl"), store)
    assert (again.added, again.known) == (0, 2)


@pytest.mark.parametrize(("changes", "words"), [
    ({"device": "tpu"}, "device must be one of"), ({"threads": 0}, "threads must be"), ({"id": "x"}, "id of limits"),
    ({"bandwidth": [{"bytes": 1}]}, "a bandwidth must have bytes, copy, read"), ({"bandwidth": 3}, "must be a list"),
    ({"rates": [1]}, "rates of limits must be a JSON object"), ({"colour": "red"}, "no field colour"),
    ({"machine": 3}, "machine of limits must be text"), ({"caches": {"L1": float("nan")}}, "numbers above 0"),
])
def test_what_is_no_limits_is_refused(make_limits, changes, words):
    with pytest.raises(SpecError, match=words):
        Limits.from_json(make_limits().to_json() | changes)


def test_levels_are_told_by_the_sizes_of_caches():
    sizes, rates = [1, 2, 4, 8, 16, 32], [9, 8, 7, 6, 5, 2]
    assert levels(sizes, rates, {"L1": 2, "L2": 8}) == {"L1": 9, "L2": 7, "memory": 2}
    assert levels(sizes, rates, {}) == {"cache": 9, "memory": 2}
    assert levels([], [], {"L1": 2}) == {}
