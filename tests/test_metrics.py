"""The table of metrics: complete, without duplicates, and DuckDB computes the derived from the stored."""

import duckdb
import pytest

from backend.metrics import DERIVED, LIMITS, METRICS, STORED

UNITS = {"s", "B", "FLOP", ""}


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_explains_itself(name):
    metric = METRICS[name]
    assert metric.name == name and name.isidentifier() and name == name.lower()
    assert metric.unit in UNITS
    assert metric.label and metric.meaning.endswith(".")


def test_every_metric_is_stored_or_derived():
    assert sorted((*STORED, *DERIVED)) == sorted(METRICS)
    assert all(METRICS[name].derive for name in DERIVED)


def test_labels_are_told_apart():
    labels = [metric.label for metric in METRICS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("low", [name for name in METRICS if name.endswith("_low")])
def test_an_interval_has_two_ends_and_a_middle_of_one_unit(low):
    middle, high = low.removesuffix("_low"), low.replace("_low", "_high")
    assert {METRICS[name].unit for name in (low, middle, high)} == {"s"}


def derived(name, **stored):
    """The value of a derived metric over a row of stored ones and limits; those not given are NULL."""
    columns = ", ".join(f"cast(? as double) as {column}" for column in (*STORED, *LIMITS))
    query = f"select {METRICS[name].derive} from (select {columns})"
    with duckdb.connect() as connection:
        return connection.execute(query, [stored.get(column) for column in (*STORED, *LIMITS)]).fetchone()[0]


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_metric_is_absent_where_nothing_is_measured(name):
    assert derived(name) is None


def test_time_per_path_and_per_degree_of_freedom_divide():
    row = {"throughput_time": 6e-3, "interactable": 19, "degrees_of_freedom": 12}
    assert derived("time_per_path", **row) == pytest.approx(6e-3 / 19, rel=1e-15)
    assert derived("time_per_degree_of_freedom", **row) == pytest.approx(6e-3 / 12, rel=1e-15)


@pytest.mark.parametrize("name", ["time_per_path", "time_per_degree_of_freedom"])
def test_nothing_is_divided_by_zero(name):
    assert derived(name, throughput_time=1.0, interactable=0, degrees_of_freedom=0) is None


LIMIT = {"limit_bandwidth": 1e10, "limit_rate": 1e11, "limit_launch": 1e-6, "limit_serial": 1}


@pytest.mark.parametrize(("bytes", "flops", "serial", "floor"), [
    (1e6, 1e6, 1, 1e-4 + 1e-6),       # moving takes longer
    (1e5, 1e8, 1, 1e-3 + 1e-6),       # computing does
    (1e6, 1e6, 0, 1e-4),              # launched while it computes
    (10, 10, 0, 1e-6),                # at least the launch
    (1e6, None, 1, 1e-4 + 1e-6),      # what is not counted takes no time
    (None, 1e8, 1, 1e-3 + 1e-6),
])
def test_the_floor_is_the_larger_and_the_launch(bytes, flops, serial, floor):
    row = LIMIT | {"bytes": bytes, "flops": flops, "limit_serial": serial}
    assert derived("time_floor", **row) == pytest.approx(floor, rel=1e-12)
    assert derived("distance", **row, throughput_time=3 * floor) == pytest.approx(3)
    assert derived("below_floor", **row, throughput_time_high=0.99 * floor) == 1
    assert derived("below_floor", **row, throughput_time_high=1.01 * floor) == 0


@pytest.mark.parametrize("missing", ["limit_bandwidth", "limit_rate", "limit_launch"])
def test_a_floor_stands_on_the_limits_that_are_known(missing):
    row = LIMIT | {"bytes": 1e6, "flops": 1e6, missing: None}
    known = {"limit_bandwidth": 1e-5 + 1e-6, "limit_rate": 1e-4 + 1e-6, "limit_launch": 1e-4}
    assert derived("time_floor", **row) == pytest.approx(known[missing])


def test_what_was_not_counted_has_no_floor():
    assert derived("time_floor", **LIMIT) is None and derived("below_floor", **LIMIT) is None
