"""Adding and reading results: what goes in comes out, once, filtered, newest first, with derived metrics."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from backend.metrics import LIMITS, METRICS
from backend.spec import Result
from results_db import NotFound, Refused, StoreError
from results_db.flat import CASE_COLUMNS, flatten


def test_a_result_comes_back_equal(store, varied_results):
    for result in varied_results:
        store.add(result)
    assert [store.result(result.id) for result in varied_results] == varied_results
    assert list(store.each_result()) == varied_results


def test_the_order_of_samples_and_the_whole_environment_are_kept(store, make_result):
    result = make_result(samples=(3.0, 1.0, 2.0))
    store.add(result)
    kept = store.result(result.id)
    assert kept.samples == (3.0, 1.0, 2.0)
    assert kept.environment == result.environment


def test_the_same_result_twice_is_kept_once(store, make_result):
    first, second = make_result(), make_result()
    store.add(first)
    version = store.data_version
    store.add(first)
    assert store.data_version == version
    assert store.add_many([first, second, second]) == 1
    assert store.add_many([first, second]) == 0
    assert store.add_many([]) == 0
    assert len(store.results()) == 2


def test_a_new_result_of_the_same_case_never_replaces_an_old_one(store, make_result):
    results = [make_result() for _ in range(3)]
    store.add_many(results)
    assert list(store.results()["id"]) == [result.id for result in reversed(results)]


def test_the_frame_has_every_column_of_the_contract(store, make_result):
    empty = store.results()
    store.add(make_result())
    frame = store.results()
    wanted = {*CASE_COLUMNS, "status", "message", "measured_at", "id", "machine", "identity", "n_samples", "process",
              "conditions", "findings", "remarks", *LIMITS, *METRICS}
    assert set(frame.columns) == wanted == set(empty.columns)
    assert str(frame["measured_at"].dtype) == str(empty["measured_at"].dtype) == "datetime64[us, UTC]"
    assert frame["measured_at"][0] == pd.Timestamp("2026-11-01T12:00:00Z")
    assert all(frame[name].dtype == float for name in METRICS)


def test_case_columns_are_the_fields_of_a_case(make_case):
    assert set(CASE_COLUMNS) == set(make_case().to_json())


def test_derived_metrics_hold_for_every_result(store, make_result):
    store.add(make_result(metrics={"throughput_time": 2.0, "interactable": 8.0, "degrees_of_freedom": 4.0}))
    store.add(make_result(metrics={"throughput_time": 2.0, "interactable": 0.0}))
    frame = store.results()
    assert frame["time_per_path"][1] == 0.25
    assert frame["time_per_degree_of_freedom"][1] == 0.5
    assert math.isnan(frame["time_per_path"][0])
    assert math.isnan(frame["time_per_degree_of_freedom"][0])


@pytest.mark.parametrize("filters, l_max", [
    ({}, [3, 2, 1]),
    ({"l_max": 2}, [2]),
    ({"l_max": [1, 3]}, [3, 1]),
    ({"l_max": (1, 3), "status": "ok"}, [3]),
    ({"l_max": []}, []),
    ({"product": "none"}, []),
    ({"machine": "CPU A, 4 cores", "batch": 1000}, [3, 2, 1]),
    ({"throughput_time": 1.5e-3}, [3, 2, 1]),
    ({"l_max": np.int64(2)}, [2]),
    ({"l_max": list(np.arange(2, 4))}, [3, 2]),
    ({"l_max": pd.Series([1, 3])}, [3, 1]),
    ({"status": {"failed"}}, [1]),
    ({"limit": 2}, [3, 2]),
    ({"limit": 0}, []),
])
def test_filters(store, make_result, make_case, filters, l_max):
    store.add_many([make_result(make_case(1), status="failed"), make_result(make_case(2)), make_result(make_case(3))])
    assert list(store.results(**filters)["l_max"]) == l_max


def test_filter_by_ids(store, make_result):
    results = [make_result() for _ in range(3)]
    store.add_many(results)
    assert set(store.results(id=[results[0].id, results[2].id])["id"]) == {results[0].id, results[2].id}


def test_an_unknown_filter_lists_the_known_ones(store):
    with pytest.raises(StoreError, match=r"must be one of key, product.*got lmax"):
        store.results(lmax=3)


def test_latest_is_the_newest_of_each_case_and_environment(store, make_result, make_case, make_environment):
    old, new = make_result(), make_result()
    elsewhere = make_result(environment=make_environment(jax="0.10.1"))
    loaded = make_result(environment=make_environment(load=9.0))
    other = make_result(make_case(3))
    late_import = make_result(at=new_time(old) - timedelta(days=1))
    store.add_many([old, new, elsewhere, loaded, other, late_import])
    assert set(store.results(latest=True)["id"]) == {loaded.id, elsewhere.id, other.id}


def test_latest_looks_among_those_that_pass_the_filters(store, make_result):
    good, failed = make_result(), make_result(status="failed", metrics={})
    store.add_many([good, failed])
    assert list(store.results(latest=True)["id"]) == [failed.id]
    assert list(store.results(latest=True, status="ok")["id"]) == [good.id]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["samples", "latency_samples", "metrics", "environment"])
def test_what_json_cannot_write_is_refused_with_its_name(store, make_result, place, value):
    wrong = {"metrics": {"throughput_time": value}, "environment": {"live": {"load": value}}}.get(place, (1.0, value))
    with pytest.raises(Refused, match=r"throughput_time|environment|samples"):
        store.add(replace(make_result(), **{place: wrong}))
    assert len(store.results()) == 0


@pytest.mark.parametrize("changes, sentence", [
    ({"id": ""}, "id must be 32 hexadecimal digits"),
    ({"id": "x" * 32}, "id must be 32 hexadecimal digits"),
    ({"measured_at": ""}, "measured_at must be an ISO 8601 time"),
    ({"measured_at": "yesterday"}, "measured_at must be an ISO 8601 time"),
    ({"message": "\ud800"}, "message must be text"),
    ({"environment": {"machine": "a name"}}, "environment must describe machine"),
    ({"metrics": {"flops": "many"}}, "metric flops must be finite"),
])
def test_a_result_that_is_none_is_refused(store, make_result, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        store.add_many([make_result(), replace(make_result(), **changes)])
    assert len(store.results()) == 0, "all or none"


def test_a_time_in_another_zone_is_the_same_instant(store, make_result):
    result = replace(make_result(), measured_at="2026-11-01T14:00:00.5+02:00")
    store.add(result)
    assert store.result(result.id).measured_at == "2026-11-01T12:00:00.500000+00:00"


@pytest.mark.parametrize("id", ["0" * 32, "no id", "", "'; DROP TABLE measurements; --"])
def test_an_unknown_id_is_not_found(store, id):
    with pytest.raises(NotFound, match="no result"):
        store.result(id)


def test_data_version_grows_with_every_write(store, make_result):
    versions = [store.data_version]
    for _ in range(3):
        store.add(make_result())
        versions.append(store.data_version)
    assert versions == sorted(set(versions))


def test_machine_is_promoted_from_the_identity(make_result):
    row = flatten(make_result())
    assert row["machine"] == "CPU A, 4 cores"
    assert "load" not in row["identity"]


def new_time(result: Result):
    return pd.Timestamp(result.measured_at).to_pydatetime()


@pytest.mark.parametrize(("live", "word", "findings", "remarks"), [
    ({}, None, "", ""),
    ({"findings": [], "process": "a"}, None, "", ""),   # as older versions wrote it
    ({"findings": ["it has two speeds"]}, "unsteady", "it has two speeds", ""),
    ({"findings": [], "conditions": {"findings": [], "remarks": []}}, "quiet", "", ""),
    ({"conditions": {"findings": [], "remarks": ["others"]}}, "busy machine", "", "others"),
    ({"findings": ["a drift"], "conditions": {"findings": ["b", "c"], "remarks": ["others"]}},
     "disturbed", "b; c; a drift", "others"),
])
def test_the_frame_says_how_quiet_it_was(store, make_result, live, word, findings, remarks):
    result = make_result()
    store.add(replace(result, environment=dict(result.environment) | {"live": live}))
    (row,) = store.results().to_dict("records")
    assert (row["conditions"], row["findings"], row["remarks"]) == (word, findings, remarks)


def test_the_first_digits_of_an_id_will_do(store, make_result):
    first, second = (replace(make_result(), id=f"abcd{digit}" + "0" * 27) for digit in "12")
    store.add_many([first, second])
    assert store.result("abcd1") == store.result("ABCD1") == store.result(first.id) == first
    with pytest.raises(StoreError, match=f"got abcd, with which {first.id} and {second.id} begin"):
        store.result("abcd")
    for wrong, sentence in (("abce", "has no result abce"), ("abc", "no result 'abc': an id has 32 hexadecimal"),
                            ("abc%", "no result 'abc%'")):
        with pytest.raises(NotFound, match=sentence):
            store.result(wrong)
