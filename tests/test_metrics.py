"""The table of metrics: complete, without duplicates, and DuckDB computes the derived from the stored."""

import duckdb
import pytest

from backend.metrics import DERIVED, METRICS, STORED

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
    """The value of a derived metric over a row of stored ones; those not given are NULL."""
    columns = ", ".join(f"cast(? as double) as {column}" for column in STORED)
    query = f"select {METRICS[name].derive} from (select {columns})"
    with duckdb.connect() as connection:
        return connection.execute(query, [stored.get(column) for column in STORED]).fetchone()[0]


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
