"""Small multiples: the question in each setting or on each device, on the same axes."""

from dataclasses import replace

import pandas as pd
import pytest
from drawn import charts, words
from made_results import made
from test_tradeoff_chart import row

from backend.catalogue import catalogue
from pages.components.charts.facets_chart import facets_chart
from pages.components.charts.room import DESK, PHONE
from pages.components.charts.tradeoff_chart import drawable
from pages.components.question.selection import BY_DEVICE, BY_SETTING, Question, View
from pages.components.rows.facets import Facet, questions
from pages.components.rows.fronts import with_fronts

FAST = pd.DataFrame([row("matrix", 1), row("gaunt_grid", 2, 5e-4)])
SLOW = pd.DataFrame([row("matrix", 1, 3e-2, id="slow")])


def drawn(*frames, room=DESK):
    view = View()
    facets = [Facet(f"part {number}", *with_fronts(drawable(frame, view), view, 2))
              for number, frame in enumerate(frames)]
    return facets_chart(facets, view, chosen=2, theme="light", room=room)


def test_every_picture_has_its_points_on_the_same_axes():
    figure = drawn(FAST, SLOW).figure.to_plotly_json()
    layout = figure["layout"]
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"] and layout["xaxis2"]["matches"] == "x"
    assert layout["yaxis"]["range"] == layout["yaxis2"]["range"] and layout["yaxis2"]["matches"] == "y"
    where = {point[0]: trace["xaxis"] for trace in figure["data"] for point in trace.get("customdata") or ()}
    assert where == {"matrix1": "x", "gaunt_grid2": "x", "slow": "x2"}
    assert [each["text"] for each in layout["annotations"]] == ["<b>part 0</b>", "<b>part 1</b>"]
    assert sorted(trace["name"] for trace in figure["data"] if trace.get("showlegend")) == ["gaunt_grid", "matrix"]
    assert "part 1: 1 products." in drawn(FAST, SLOW).words


@pytest.mark.parametrize(("number", "room", "across"), [(2, DESK, 2), (4, DESK, 2), (6, DESK, 3), (3, PHONE, 1)])
def test_pictures_do_not_overlap_and_as_many_stand_in_a_row_as_fit(number, room, across):
    layout = drawn(*[FAST] * number, room=room).figure.to_plotly_json()["layout"]
    names = ["", *map(str, range(2, number + 1))]
    places = [(*layout[f"xaxis{name}"]["domain"], *layout[f"yaxis{name}"]["domain"]) for name in names]
    assert len({(left, right) for left, right, *_ in places}) == across
    assert len(set(places)) == number
    for one in places:
        assert all(one == other or one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
                   for other in places)
    last = layout[f"xaxis{names[-1]}"]
    assert last["showticklabels"] and last["title"]["text"] == "Degrees of freedom"


def test_the_question_is_asked_in_every_setting_its_own_first():
    by_setting = questions(Question("simo"), View(facets=BY_SETTING))
    assert list(by_setting) == ["SIMO", "SISO", "MIMO", "layer", "edge", "square"]
    by_device = questions(Question(), View(facets=BY_DEVICE))
    assert [asked.device for asked in by_device.values()] == ["cpu", "cuda"]


def test_the_page_shows_what_is_known_and_says_what_is_not(app, filled):
    simo = replace(Question(), setting="simo")
    filled.store.add_many(made(case) for case in simo.cases()
                          if case.product == "matrix" and case.variant == catalogue()["matrix"].default_variant)
    page = app(facets="one a setting")
    (figure,) = charts(page)
    assert [each["text"] for each in figure["layout"]["annotations"]] == ["<b>MIMO</b>", "<b>SIMO</b>"]
    assert "Nothing is known of SISO, layer, edge, square." in words(page) and "Measure, is of MIMO" in words(page)
    assert set(page.dataframe[0].value["facet"]) == {"MIMO", "SIMO"}
    assert "function" not in page.dataframe[0].value
    assert "facets must be one of one, one a setting, one a device, got 'zzz'" in words(app(facets="zzz"))
