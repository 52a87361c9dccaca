"""Cases over time: what is one occasion, what is read of it, and which newest occasions lie apart from those before."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from results_db.browsing import Wanted
from results_db.occasions import cases_over_time, newest_changes, occasions
from results_db.steps import steps

START = datetime(2026, 11, 1, tzinfo=UTC)
CASES = 16


@pytest.fixture
def put(store, make_case, make_result, make_environment):
    """Adds a result of each case at an hour after the start; the seed of its 1 % of noise is that hour."""
    def add(hours, *, cases=range(CASES), factor=lambda case: 1.0, **where):
        rng, results = np.random.default_rng(int(60 * hours)), []
        for number in cases:
            time = 1e-4 * (number + 1) * np.exp(0.01 * rng.standard_normal()) * factor(number)
            results.append(make_result(
                make_case(1 + number % 7, channels=1 + number), environment=make_environment(**where),
                metrics={"throughput_time": time, "throughput_time_low": time * 0.998,
                         "throughput_time_high": time * 1.002}, at=START + timedelta(hours=hours)))
        store.add_many(results)
        return results

    return add


def test_results_within_an_hour_in_one_environment_are_one_occasion(store, put, make_case):
    for hours in (0, 0.5, 1.4, 5, 5.1):   # each within an hour of the one before, twice
        put(hours, cases=[0])
    put(5.2, cases=[0], jax="0.11.0")
    put(5.3, cases=[1])
    found = occasions(store, make_case(1, channels=1).key, Wanted())
    assert found["results"].tolist() == [3, 2, 1]
    assert found["measured_at"].is_monotonic_increasing
    times = [each.metrics["throughput_time"] for each in store.each_result()][:3]
    assert found["time"][0] == pytest.approx(np.median(times))
    assert found["low"][0] == pytest.approx(min(times) * 0.998)
    assert found["high"][0] == pytest.approx(max(times) * 1.002)
    assert found["id"].tolist() == [each.id for number, each in enumerate(store.each_result()) if number in (2, 4, 5)]


def test_the_cases_of_most_environments_come_first(store, put):
    put(0)
    put(24, cases=[4], jax="0.11.0")
    put(48, cases=[7])
    found = cases_over_time(store, Wanted())
    assert len(found) == CASES and found["channels"].tolist()[:2] == [5, 8]
    assert found["environments"].tolist()[:2] == [2, 1] and found["results"].tolist()[:3] == [2, 2, 1]
    assert len(cases_over_time(store, Wanted(l_max=(1,)))) == 3


def test_a_newest_occasion_that_lies_apart_is_found(store, put):
    for day in range(4):
        put(24 * day)
    last = put(24 * 5, jax="0.11.0", factor=lambda number: 1.3 if number in (3, 9) else 0.75 if number == 6 else 1.0)
    found = newest_changes(store, Wanted())
    rows = found.rows
    assert set(rows["channels"][found.changes.slower]) == {4, 10} and set(rows["channels"][found.changes.faster]) == {7}
    assert (rows["before"] == 4).all() and set(rows["id"]) == {each.id for each in last}
    assert found.changes.ratio == pytest.approx(rows["time"] / rows["before_time"])
    assert newest_changes(store, Wanted(machine=("elsewhere",))).rows.empty


def test_a_slow_spell_that_is_over_is_no_regression(store, put):
    for day in range(6):
        put(24 * day, factor=lambda number, day=day: 1.3 if number == 3 and day in (2, 3) else 1.0)
    assert not newest_changes(store, Wanted()).changes.slower.any()


def test_another_machine_is_no_change(store, put):
    for day in range(4):
        put(24 * day, machine="A", device="A")
    put(24 * 5, machine="B", device="B", factor=lambda number: 2.0)
    found = newest_changes(store, Wanted())
    assert set(found.rows["place"]) == {"A"} and not found.changes.slower.any()


def test_nothing_is_claimed_where_nothing_changed(store, put):
    """Of twelve newest days, each held against those before, none is called slower or faster."""
    claimed = 0
    for day in range(12):
        put(24 * day)
        found = newest_changes(store, Wanted()).changes
        claimed += int((found.slower | found.faster).sum())
    assert claimed == 0


def test_each_occasion_is_held_against_the_one_before(store, put):
    for day in range(5):
        put(24 * day, factor=lambda number, day=day: 1.5 if number == 3 and day >= 2 else 1.0)
    put(24 * 2, machine="B", device="B", factor=lambda number: 9.0)
    found = steps(store, "gaunt_grid", Wanted())
    assert len(found.rows) == 4 * CASES and set(found.rows["place"].str.startswith("B")) == {False}
    (slower,) = found.rows[found.changes.slower].to_dict("records")
    assert (slower["channels"], slower["measured_at"]) == (4, START + timedelta(days=2))   # once, where it happened
    assert not found.changes.faster.any() and found.changes.known_from == "cases"
    assert found.changes.ratio == pytest.approx(found.rows["time"] / found.rows["before_time"])
    assert steps(store, "none", Wanted()).rows.empty
