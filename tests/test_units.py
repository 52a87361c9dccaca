"""How numbers are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend import units


@pytest.mark.parametrize(("seconds", "written"), [
    (1.23e-5, "12.3 µs"), (1.05e-3, "1.05 ms"), (3.2, "3.20 s"), (9.996e-4, "1.00 ms"), (4e-9, "4.00 ns"),
    (4000.0, "4,000 s"), (0.0, "0 s"), (None, "–"), (float("nan"), "–"),
])
def test_times(seconds, written):
    assert units.time(seconds) == written


@pytest.mark.parametrize(("value", "unit", "written"), [
    (1.5e9, "B", "1.50 GB"), (12, "B", "12.0 B"), (2e12, "FLOP", "2.00 TFLOP"), (44, "", "44"),
    (1234567, "", "1,234,567"), (2e-7, "", "2.0e-07"), (0.25, "", "0.250"), (13.75, "", "13.8"),
])
def test_quantities(value, unit, written):
    assert units.quantity(value, unit) == written


@pytest.mark.parametrize(("low", "high", "written"), [
    (0.98e-3, 1.02e-3, "1.00 ms ± 2 %"), (0.998e-3, 1.002e-3, "1.00 ms ± 0.2 %"), (None, 1.0, "1.00 ms"),
])
def test_intervals(low, high, written):
    assert units.time_with_interval(1e-3, low, high) == written


@pytest.mark.parametrize(("ago", "written"), [
    (timedelta(seconds=-5), "just now"), (timedelta(seconds=59), "just now"), (timedelta(minutes=1), "1 min ago"),
    (timedelta(minutes=3), "3 min ago"), (timedelta(hours=30), "30 h ago"),
    (timedelta(days=9), "9 days ago"),
])
def test_ages(ago, written):
    now = datetime(2026, 1, 20, tzinfo=UTC)
    assert units.age(now - ago, now) == written
    assert units.age((now - ago).replace(tzinfo=None), now) == written


def test_a_moment_is_written_in_utc():
    when = datetime(2026, 1, 20, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert units.moment(when) == "2026-01-21 01:30 UTC"
    assert units.moment(when.replace(tzinfo=None)) == "2026-01-20 23:30 UTC"
    assert units.moment(None) == units.NOTHING


@pytest.mark.parametrize(("seconds", "written"), [
    (0.0, "0.1 s"), (0.24, "0.2 s"), (0.97, "1 s"), (12.4, "12 s"), (300, "5 min"),
    (7199, "2 h"), (7500, "2 h 5 min"), (None, "–"),
])
def test_durations(seconds, written):
    assert units.duration(seconds) == written


def test_an_axis_takes_the_prefix_of_its_middle():
    assert units.prefix_for([2e-6, 5e-3], "s") == (1e-6, "µ")
    assert units.prefix_for([2e-3, 5e-1], "s") == (1e-3, "m")
    assert units.prefix_for([], "s") == (1.0, "")
    assert units.prefix_for([5.0], "") == (1.0, "")


@pytest.mark.parametrize(("count", "noun", "written"), [
    (1, "case", "1 case"), (0, "case", "0 cases"), (1200, "case", "1,200 cases"), (2, "process", "2 processes")])
def test_counts(count, noun, written):
    assert units.plural(count, noun) == written
