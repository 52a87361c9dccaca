"""Axes show what is drawn; labels stand clear of one another."""

import itertools

import pytest

from pages.components.charts.axes import axis
from pages.components.charts.label_places import Point, places


@pytest.mark.parametrize("logarithmic", [False, True])
def test_an_axis_holds_its_values_with_room(logarithmic):
    made = axis([2e-6, 5e-3, float("nan")], logarithmic=logarithmic, scale=1e-6, room=0.2)
    assert 0 <= made.position(2e-6) < made.position(5e-3) <= 0.81


@pytest.mark.parametrize("logarithmic", [False, True])
def test_an_axis_never_shrinks_below_what_was_kept(logarithmic):
    before = axis([1.0, 100.0], logarithmic=logarithmic)
    after = axis([10.0], logarithmic=logarithmic, kept=before)
    assert after.low <= before.low and after.high >= before.high
    assert axis([10.0], logarithmic=not logarithmic, kept=before).logarithmic is not logarithmic


def test_ticks_are_scaled_values_inside_the_axis():
    made = axis([2e-6, 5e-4], logarithmic=True, scale=1e-6)
    low, high = (10**end for end in made.plotly_range)
    assert {5, 10, 20, 50, 100} <= set(made.ticks())
    assert all(low <= tick <= high for tick in made.ticks())
    assert axis([1.0, 2.0], logarithmic=False).ticks() is None
    assert axis([], logarithmic=True).low > 0


def test_labels_of_points_in_one_place_do_not_cover_one_another():
    points = [Point(500, 200 + 5 * each, "Gaunt grid, dense") for each in range(5)]
    found = places(points, width=980)
    boxes = []
    for point, place in zip(points, found, strict=True):
        x, y = point.x + place.x_shift, point.y + place.y_shift
        boxes.append(((x, x + 115) if place.anchor == "left" else (x - 115, x), y))
    for (one, y), (other, z) in itertools.combinations(boxes, 2):
        assert abs(y - z) >= 12 or one[1] <= other[0] or other[1] <= one[0]


def test_a_label_at_the_right_edge_turns_to_the_left():
    assert places([Point(960, 100, "Matrix product")], width=980)[0].anchor == "right"
    assert places([Point(100, 100, "Matrix product")], width=980)[0].anchor == "left"
