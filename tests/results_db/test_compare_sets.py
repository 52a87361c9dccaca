"""Sets of results beside one another: which results make a pair, what is found of what was planted."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from backend.spec import SpecError
from results_db.browsing import Wanted
from results_db.compare_sets import Split, compare_sets, differences, parts

START = datetime(2026, 11, 1, tzinfo=UTC)
CASES, PROCESSES = 14, 4


@pytest.fixture
def put(store, make_case, make_result, make_environment):
    """Adds results of cases in a version, from processes that differ by 1 %, an hour apart from case to case."""
    def add(jax, *, day, cases=range(CASES), processes=range(PROCESSES), factor=lambda case: 1.0, **where):
        rng, results = np.random.default_rng(day), []
        for number in cases:
            for process in processes:
                time = 1e-4 * (number + 1) * np.exp(0.01 * rng.standard_normal()) * factor(number)
                here = make_environment(jax=jax, **where)
                here["live"]["process"] = f"{jax} {day} {process}"
                results.append(make_result(
                    make_case(1 + number % 7, channels=1 + number), environment=here,
                    metrics={"throughput_time": time, "throughput_time_low": time * 0.995,
                             "throughput_time_high": time * 1.005},
                    at=START + timedelta(days=day, hours=number, minutes=len(results) % 7)))
        store.add_many(results)
        return results

    return add


def test_what_was_planted_between_two_versions_is_found(store, put):
    put("0.10.0", day=0)
    put("0.11.0", day=3, factor=lambda number: 1.2 if number in (2, 5) else 1.0)
    found = compare_sets(store, Split("jax", ("0.10.0", "0.11.0")))
    rows = found.rows
    assert len(rows) == CASES and set(rows["set"]) == {"0.11.0"}
    assert set(rows["channels"][found.changes.slower]) == {3, 6} and not found.changes.faster.any()
    assert (rows["first_units"] == PROCESSES).all() and found.changes.known_from == "replicates"
    assert found.changes.ratio == pytest.approx(rows["second_time"] / rows["first_time"])
    assert [(each.name, each.first, each.second, each.pairs) for each in found.differences] == [
        ("jax", "0.10.0", "0.11.0", CASES)]
    back = compare_sets(store, Split("jax", ("0.11.0", "0.10.0")))
    assert set(back.rows["channels"][back.changes.faster]) == {3, 6}
    assert np.sort(back.changes.ratio) == pytest.approx(np.sort(1 / found.changes.ratio))


def test_days_part_the_history(store, put):
    put("0.10.0", day=0)
    put("0.10.0", day=3, factor=lambda number: 0.7, source="other")
    found = compare_sets(store, Split("date", ("2026-11-03",)))
    assert found.changes.faster.all() and set(found.rows["set"]) == {"from 2026-11-03"}
    assert [(each.name, each.first, each.second) for each in found.differences] == [("source", "abc", "other")]


def test_cases_are_compared_on_the_same_machine_unless_machines_are(store, put):
    put("0.10.0", day=0, machine="A")
    put("0.11.0", day=1, machine="B")
    assert compare_sets(store, Split("jax", ("0.10.0", "0.11.0"))).rows.empty
    assert len(compare_sets(store, Split("machine", ("A", "B"))).rows) == CASES


def test_the_newest_environment_of_a_set_counts_and_a_process_once(store, put):
    put("0.10.0", day=0, source="old", factor=lambda number: 3.0)
    put("0.10.0", day=1)
    again = put("0.10.0", day=1, processes=[0])
    put("0.11.0", day=2)
    found = compare_sets(store, Split("jax", ("0.10.0", "0.11.0")))
    assert (found.rows["first_units"] == PROCESSES).all() and (found.changes.ratio < 1.1).all()
    assert {each.id for each in again} & {*found.rows["first_id"]}


def test_several_sets_are_each_compared_with_the_first(store, put):
    for day, jax in enumerate(("0.9.0", "0.10.0", "0.11.0")):
        put(jax, day=day, factor=lambda number, day=day: (1.0, 1.0, 1.3)[day])
    found = compare_sets(store, Split("jax", ("0.9.0", "0.10.0", "0.11.0")))
    slower = found.rows[found.changes.slower]
    assert len(found.rows) == 2 * CASES and set(slower["set"]) == {"0.11.0"} and len(slower) == CASES


def test_only_what_a_reader_wants_is_compared(store, put):
    put("0.10.0", day=0)
    put("0.11.0", day=1)
    found = compare_sets(store, Split("jax", ("0.10.0", "0.11.0")), wanted=Wanted(l_max=(1,)))
    assert set(found.rows["l_max"]) == {1} and len(found.rows) == 2


def test_parts_are_those_with_several_values(store, put):
    put("0.10.0", day=0)
    put("0.11.0", day=1, source="other")
    assert parts(store) == {"jax": ["0.11.0", "0.10.0"], "source": ["other", "abc"]}


@pytest.mark.parametrize(("split", "reason"), [
    (Split("jax", ("0.10.0",)), "sets must be at least two, got 0.10.0 of jax"),
    (Split("jax", ("0.10.0", "0.10.0")), "sets must be at least two"),
    (Split("date", ()), "sets must be at least two, got none of date"),
    (Split("date", ("yesterday",)), "a day must be written as 2026-11-23, got 'yesterday'"),
])
def test_sets_that_are_none_are_refused(store, split, reason):
    with pytest.raises(SpecError, match=reason):
        compare_sets(store, split)


def test_a_part_that_only_one_has_is_a_difference():
    one, other = '{"machine": "A", "jax": "1"}', '{"machine": "A", "torch": "2"}'
    assert {(each.name, each.first, each.second) for each in differences([(one, other)])} == {
        ("jax", "1", "none"), ("torch", "none", "2")}
