"""The page of roofs, the picture as a function of its frame, and the floor on a card."""

import json
import sys
import uuid
from dataclasses import replace

import pandas as pd
import pytest
from drawn import button, charts, words
from made_results import made
from streamlit.testing.v1 import AppTest

from backend.catalogue import make_case
from backend.environment import machine
from backend.execution.answers import Answers
from backend.execution.measuring_limits import Asked, limits_measurer, measured
from backend.spec import Limits, Problem
from pages.components.cards.floor_words import bound_by, floor_sentence
from pages.components.charts.roofline_chart import placed, roofline_chart, roofs_of
from pages.components.charts.roofline_chart import words as said
from pages.components.rows.replicates import with_replicates
from pages.components.services import provide


def limits(**changes):
    here = machine()["name"]
    rates = ((1e4, 2e11), (1e6, 1e11), (1e8, 2e10))
    return Limits(**{
        "machine": here, "device": "cpu", "device_name": here, "threads": 1, "framework": "jax",
        "bandwidth": tuple({"bytes": size, "copy": rate, "read": rate} for size, rate in rates),
        "rates": {"float32 highest": 1e11, "float64 highest": 5e10}, "launch": {"jit": 5e-6},
        "caches": {"L1": 32_768, "L2": 1_048_576}, "measured_at": "2026-11-20T12:00:00+00:00",
        "id": uuid.uuid4().hex} | changes)


def result(product="matrix", *, flops=1e6, bytes=1e6, **case):
    case = make_case(product, "", "jax", Problem.of("mimo", 2, channels=8, batch=1000), **case)
    return replace(made(case), metrics=made(case).metrics | {"flops": flops, "bytes": bytes})


@pytest.fixture
def known(here):
    """Limits, an honest result, and one that declares a hundred thousand times the FLOP."""
    here.store.add_limits(limits())
    here.store.add_many([result(), result("gaunt_grid", flops=1e11)])
    return here


def test_without_limits_the_page_says_what_to_do(app, here):
    here.store.add(result())
    page = app("hardware")
    assert not page.exception
    assert page.title[0].value == "How far from the hardware's limit?"
    assert "not measured yet" in words(page) and button(page, "Measure the limits") is not None
    assert not charts(page)


def test_the_picture_has_roofs_and_points(app, known):
    page = app("hardware")
    assert not page.exception and not page.error
    picture = charts(page)[0]
    assert {trace.get("name") for trace in picture["data"]} >= {"Matrix, sums", "Gaunt grid, dense"}
    labels = " ".join(each["text"] for each in picture["layout"]["annotations"])
    assert "L1 200 GB/s" in labels and "memory 20.0 GB/s" in labels and "float32 100 GFLOP/s" in labels
    table = page.dataframe[0].value
    assert list(table["below_floor"]) == [1, 0]
    assert table["distance"][0] < 1 < table["distance"][1]
    assert "1 result below the floor: Gaunt grid, dense" in words(page)
    assert "Measure the limits again" in button(page, "Measure").label


def test_filters_and_another_device(app, known):
    page = app("hardware", roof_product="Matrix")
    assert list(page.dataframe[0].value["label"]) == ["Matrix, sums"]
    assert "below the floor" not in words(page)
    page.sidebar.multiselect(key="roof_setting").select("edge").run()
    assert "No result of this device passes these filters" in words(page)
    known.store.add_limits(limits(machine="Other", device_name="Other"))
    page = app("hardware")
    page.sidebar.selectbox(key="roof_device").select("Other · 1 thread").run()
    assert button(page, "Measure the limits") is None   # it is not here
    assert "No result of this device" in words(page)


def test_the_button_measures_in_a_process_and_keeps_what_comes(app, here):
    line = limits()
    script = ("import json, sys; sys.stdout.write(json.dumps(json.loads(sys.argv[1]) | "
              "{'framework': sys.argv[3], 'id': sys.argv[3].encode().hex().ljust(32, '0')}) + '\\n')")
    services = replace(here, limits=limits_measurer((sys.executable, "-c", script, json.dumps(line.to_json()))))
    provide(services)
    page = app("hardware")
    button(page, "Measure the limits").click().run()
    for thread in services.limits._threads:
        thread.join(60)
    assert services.limits.failure(Asked.of("cpu", 1)) == ""
    assert {each.framework for each in here.store.limits()} == {"numpy", "jax", "torch"}
    assert charts(app("hardware"))
    services.limits.close()


def test_the_floor_in_words(known):
    rows = {row["product"]: row for row in known.store.results().to_dict("records")}
    for words_of in ("10.0 µs to move 1.00 MB at 100 GB/s", "10.0 µs to compute 1.00 MFLOP", "5.00 µs to launch"):
        assert words_of in floor_sentence(rows["matrix"])
    assert bound_by(rows["gaunt_grid"]) == "arithmetic"


def _card(id):
    from pages.components.cards.result_card import result_card
    from pages.components.services import services

    result_card(services().store, id)


@pytest.mark.parametrize(("product", "flagged"), [("matrix", False), ("gaunt_grid", True)])
def test_the_card_tells_the_floor(known, product, flagged):
    id, = known.store.results(product=product)["id"]
    page = AppTest.from_function(_card, args=(id,)).run()
    assert not page.exception and "its floor" in words(page)
    assert ("Even the upper end of the interval is below the floor" in words(page)) == flagged


def test_a_floor_that_is_not_known_is_said():
    row = dict.fromkeys(("time_floor", "bytes_floor", "flops_floor", "launch_floor"), float("nan"))
    assert "not measured" in floor_sentence(row) and bound_by(row) == ""


def test_points_stand_at_flop_per_byte_and_per_second(known):
    row, = known.store.roofs().to_dict("records")
    rows = placed(known.store.results().assign(label="x"))
    assert rows.set_index("product")["x"].to_dict() == pytest.approx({"matrix": 1.0, "gaunt_grid": 1e5})
    assert (rows["y"] * rows["throughput_time"]).tolist() == pytest.approx(rows["flops"].tolist())
    roofs = roofs_of(row, ["float32", "float64"])
    figure = roofline_chart(rows, roofs, "light")
    slopes = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(slopes) == len(roofs.bandwidths) + len(roofs.rates) == 5
    for trace, bandwidth in zip(slopes, roofs.bandwidths.values(), strict=False):
        assert trace.y[1] / trace.x[1] == pytest.approx(bandwidth)
    assert "Nearest to their floor" in said(rows, roofs) and "L2 100 GB/s" in said(rows, roofs)


def test_a_looser_precision_that_is_faster_has_a_roof_of_its_own():
    row = {"sizes": [1.0], "bandwidths": [1.0], "caches": {}, "rates": {"float32 highest": 1.0, "float32 high": 8.0}}
    assert roofs_of(row, ["float32"]).rates == {"float32": 1.0, "float32, precision high": 8.0}


def test_several_processes_are_flagged_by_their_common_interval(known):
    case = make_case("clebsch_gordan_dense", "", "jax", Problem.of("mimo", 1))
    for seconds, name in ((1e-6, "a"), (1e-3, "b")):
        metrics = {"throughput_time": seconds, "throughput_time_low": seconds, "throughput_time_high": seconds,
                   "flops": 1e6, "bytes": 1e5}
        one = made(case, minutes=int(seconds * 1e4))
        known.store.add(replace(one, metrics=one.metrics | metrics,
                                environment=one.environment | {"live": {"process": name}}))
    frame = known.store.results(product="clebsch_gordan_dense")
    assert sorted(frame["below_floor"]) == [0, 1]
    together = with_replicates(frame, frame)
    assert [row["below_floor"] for row in together] == [0, 0]   # the interval of both reaches above


def test_what_one_framework_cannot_is_said_and_the_rest_is_kept(tmp_path):
    script = ("import json, sys; sys.argv[3] == 'torch' and sys.exit('no such device'); "
              "print(json.dumps(json.loads(sys.argv[1]) | {'framework': sys.argv[3]}), flush=True)")
    kept, answers = [], Answers(lambda asked, cancelled: measured(
        asked, cancelled=cancelled, lock_folder=tmp_path,
        command=(sys.executable, "-c", script, json.dumps(limits().to_json()))))
    asked = Asked("cpu", 1, ("torch", "jax"))
    answers.start(asked, kept.extend)
    for thread in answers._threads:
        thread.join(60)
    assert [each.framework for each in kept] == ["jax"]
    assert answers.failure(asked) == "torch: no such device"


def test_a_frame_without_limits_has_no_flags(here):
    here.store.add(result())
    frame = here.store.results()
    row, = with_replicates(frame, frame)
    assert pd.isna(row["below_floor"])
