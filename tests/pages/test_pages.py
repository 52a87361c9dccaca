"""Every page, drawn on an empty and on a filled history."""

import json
from dataclasses import replace

import pytest

from backend.catalogue import catalogue, label
from pages.components.services import Services, provide

PAGES = ("", "runs", "history", "hardware", "method")
TITLES = {"": "What does expressivity cost?", "runs": "What is being measured?",
          "history": "What has been measured?", "hardware": "How far from the hardware's limit?",
          "method": "What do these numbers mean?"}


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    return "\n".join(element.value for element in shown)


def charts(page):
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def button(page, text):
    return next((each for each in page.button if text in each.label), None)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_an_empty_history(app, here, name):
    page = app(name)
    assert not page.exception and not page.error
    assert page.title[0].value == TITLES[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_filled_history(app, filled, name):
    page = app(name)
    assert not page.exception and not page.error
    assert page.title[0].value == TITLES[name]


def test_the_empty_pages_say_what_to_do(app, here):
    assert "Press Measure" in words(app())
    assert "Press Measure" in words(app("runs"))
    assert "Press Measure" in words(app("history"))


def test_the_picture_shows_what_is_measured(app, filled):
    page = app()
    names = {trace["name"] for trace in charts(page)[0]["data"]}
    drawn = {label(key, catalogue()[key].default_variant) for key in ("matrix", "e3nn_jax", "clebsch_gordan_dense")}
    assert names == drawn
    said = words(page)
    assert "not measured:" in said and "CG sparse" in said
    assert "Faint with a ring" in said and "0.0.1" in said
    assert "Cannot" in said and "odd L has no even path" in said
    assert "Failed" in said and "it broke" in said
    assert page.dataframe[0].value["throughput_time"].notna().sum() == 9


def test_the_summary_states_what_is_shown(app, filled):
    assert "MIMO · L 3 · 8 channels · batch 1,000 samples · parity both · CPU · JAX · float32 · forward" in words(app())


def test_choices_change_the_question(app, here):
    page = app()
    page.sidebar.selectbox(key="batch").set_value("10000").run()
    page.sidebar.slider(key="l_max").set_value(5).run()
    page.sidebar.selectbox(key="framework").select("torch").run()
    assert not page.exception
    assert "L 5 · 8 channels · batch 10,000" in words(page) and "PyTorch" in words(page)
    assert "e3nn" in words(page) and "e3nn-jax" not in words(page)


@pytest.mark.parametrize(("address", "sentence"), [
    ({"batch": "0"}, "Batch must be an integer from 1"),
    ({"batch": "many"}, "Batch must be a whole number, got 'many'"),
    ({"channels": "100000"}, "Channels must be an integer from 1"),
    ({"neighbours": "many"}, "Neighbours must be a whole number, got 'many'"),
    ({"neighbours": "9999"}, "Neighbours must be an integer from 0"),
    ({"scope": "layer", "inner_channels": "99999"}, "Inner must be an integer from 0"),
    ({"channels": "--5"}, "Channels must be a whole number, got '--5'"),
    ({"batch": "9" * 5000}, "Batch must be a whole number, got '999"),
])
def test_a_bad_number_gives_a_sentence(app, here, address, sentence):
    page = app(**address)
    assert not page.exception
    assert sentence in words(page)


@pytest.mark.parametrize(("address", "sentence"), [
    ({"l_max": "99"}, "l_max must be a whole number from 1 to 12, got '99'"),
    ({"setting": "tensor"}, "setting must be one of SISO, SIMO, MIMO, layer, edge, square, got 'tensor'"),
    ({"framework": "tf"}, "framework must be one of NumPy, JAX, PyTorch, got 'tf'"),
    ({"l_max": "9" * 5000}, "l_max must be a whole number from 1 to 12, got '999"),
    ({"mixing": "vvv"}, "mixing must be one of uuu: channel by channel, uvu"),
    ({"weights": "some"}, "weights must be one of none, shared by all rows, per sample, got 'some'"),
    ({"scope": "net"}, "scope must be one of op, layer, got 'net'"),
    ({"compilation": "zzz"}, "compilation must be one of preferred, eager, compiled, graph, got 'zzz'"),
    ({"show_jax": "zzz"}, "show_jax must name products"),
    ({"log_y": "perhaps"}, "log_y must be one of true, false, got 'perhaps'"),
])
def test_a_bad_address_falls_back_with_a_word(app, here, address, sentence):
    page = app(**address)
    assert not page.exception and not page.error
    assert sentence in words(page)
    assert "MIMO · L 3" in words(page)


def test_the_address_chooses(app, here):
    page = app(setting="SIMO", l_max="2", batch="77", channels="64", per="degrees of freedom", x="Interactable paths")
    assert "SIMO · L 2 · 64 channels · batch 77" in words(page)
    assert page.sidebar.selectbox(key="x").value == "interactable"


def test_the_address_names_products_as_the_command_line_does(app, filled):
    first, second = catalogue()["matrix"], catalogue()["gaunt_grid"]
    page = app(show_jax=["matrix", f"gaunt_grid:{second.default_variant}"])
    chosen = [label("matrix", first.default_variant), label("gaunt_grid", second.default_variant)]
    assert sorted(page.pills(key="show_jax").value) == sorted(chosen)


def test_axes_follow_the_choices(app, filled):
    page = app()
    page.sidebar.selectbox(key="y").select("latency").run()
    page.sidebar.selectbox(key="per").select("interactable").run()
    page.sidebar.toggle(key="log_y").set_value(False).run()
    layout = charts(page)[0]["layout"]
    assert layout["yaxis"]["title"]["text"].startswith("Latency / interactable paths")
    assert layout["yaxis"]["type"] == "linear"


def test_a_product_switched_off_is_neither_drawn_nor_measured(app, filled):
    page = app()
    matrix = label("matrix", catalogue()["matrix"].default_variant)
    page.pills(key="show_jax").set_value([matrix]).run()
    assert [trace["name"] for trace in charts(page)[0]["data"]] == [matrix]
    assert button(page, "Measure these") is None
    page.pills(key="show_jax").set_value([]).run()
    assert "No product is switched on" in words(page)


def test_a_product_without_its_library_is_there_and_switched_off(app, here, monkeypatch):
    monkeypatch.setattr("backend.catalogue.choosing._installed", lambda name: name != "e3j")
    pills = app().pills(key="show_jax")
    assert "e3j" in pills.options and "e3j" not in pills.value
    assert label("e3nn_jax", "") in pills.value
    assert "e3j is not installed here" in words(app("method"))


def test_without_a_gpu_it_says_so(app, here, monkeypatch):
    monkeypatch.setattr("pages.components.services.devices", lambda: {"cpu": "a CPU"})
    page = app()
    assert "This machine has no CUDA device" in words(page)
    page.sidebar.selectbox(key="device").select("cuda").run()
    assert "nothing can be measured on it here" in words(page)
    assert button(page, "Measure these").disabled


def test_measuring_shows_progress_and_then_the_points(app, here, executor):
    page = app()
    button(page, "Measure these").click().run()
    executor.started.wait(5)
    page.run()
    assert not page.exception
    assert button(page, "Cancel") and button(page, "Measure these") is None
    (active,) = here.queue.status().active
    assert len(active.job.cases) == 3 * len(page.pills(key="show_jax").value)
    other = app("runs")   # somebody else's tab
    assert button(other, "Cancel") and "1 running" in words(other)
    finish(here, executor)
    page.run()
    assert len(charts(page)) == 1 and button(page, "Cancel") is None
    assert "about" in button(page, "Measure").label


def test_cancel_ends_the_run(app, here, executor):
    page = app()
    button(page, "Measure these").click().run()
    executor.started.wait(5)
    page.run()
    button(page, "Cancel").click().run()
    wait_until_idle(here)
    assert here.store.jobs()[0].state == "cancelled"
    page = app("runs")
    assert "0 running" in words(page) and "cancelled" in set(page.dataframe[-1].value["State"])


def test_selecting_a_row_opens_the_card(app, filled):
    page = app("history")
    found = filled.store.results()
    page.session_state["history_picked"] = [found["id"].iloc[0]]
    page.run()
    assert not page.exception
    result = filled.store.result(found["id"].iloc[0])
    assert f"case {result.case.key}" in words(page)
    assert page.code[0].value.startswith("python -m backend run --product matrix:")
    assert "--l1 3 --l2 1 --l-out 3" in page.code[0].value
    assert any("sample" in json.dumps(chart["layout"]).lower() for chart in charts(page))
    assert {"Time per call", "Peak memory"} <= set(page.dataframe[1].value["Metric"])


def test_the_card_says_what_a_library_really_ran(app, filled):
    newest = filled.store.result(filled.store.results()["id"].iloc[0])
    live = {"live": {"effective": {"method": "naive"}}}
    filled.store.add(replace(newest, id="e" * 32, environment=newest.environment | live))
    page = app("history")
    page.session_state["history_picked"] = ["e" * 32]
    page.run()
    assert "method naive" in words(page)


def test_what_disturbed_a_measurement_is_said_under_the_picture_and_on_its_card(app, filled):
    newest = filled.store.result(filled.store.results(product="matrix", channels=8)["id"].iloc[0])
    told = {"cores": [2], "findings": ["another process used 40% of this core"], "remarks": ["others were at work"]}
    again = replace(newest, id="d" * 32, measured_at="2026-11-22T12:00:00+00:00",
                    environment=newest.environment | {"live": {"conditions": told}})
    filled.store.add(again)
    page = app()
    assert "Not quiet while it was measured** (1)" in words(page)
    assert "another process used part of this core" in words(page)
    assert "disturbed" in set(page.dataframe[0].value["conditions"])
    card = app("history")
    card.session_state["history_picked"] = ["d" * 32]
    card.run()
    assert "Another process used 40% of this core." in words(card) and "Others were at work." in words(card)
    quiet = told | {"findings": [], "remarks": [], "not_told": ["frequency", "governor"]}
    filled.store.add(replace(again, id="f" * 32, environment=newest.environment | {"live": {"conditions": quiet}}))
    card.session_state["history_picked"] = ["f" * 32]
    card.run()
    assert "Quiet while it was measured, on core 2." in words(card)
    assert "Not told by this machine: frequency, governor of its cores." in words(card)


def test_selecting_two_rows_says_what_differs(app, filled):
    page = app("history")
    here, other = (filled.store.results(product=name, channels=8)["id"].iloc[0]
                   for name in ("matrix", "clebsch_gordan_dense"))
    page.session_state["history_picked"] = [here, other]
    page.run()
    assert not page.exception
    times, values = (each.value for each in page.dataframe[1:3])
    assert "times as fast" in times["The first is"].iloc[0]
    assert ("Version", "jax", "0.0.1") in set(zip(values["What"], values["Name"], values["First"], strict=True)) | set(
        zip(values["What"], values["Name"], values["Second"], strict=True))
    assert "product" in set(values["Name"])
    page.session_state["history_picked"] = [here, other, filled.store.results()["id"].iloc[-1]]
    page.run()
    assert "3 are selected" in words(page) and len(page.dataframe) == 1


def test_what_is_selected_but_filtered_away_can_be_let_go(app, filled):
    page = app("history")
    page.session_state["history_picked"] = [filled.store.results(product="matrix", channels=8)["id"].iloc[0]]
    page.multiselect(key="only_product").select("e3nn_jax").run()
    assert "1 of 1 selected result not on this page of the table" in words(page)
    button(page, "Select none").click().run()
    assert "selected result" not in words(page) and not page.session_state["history_picked"]


def test_a_row_stays_picked_when_another_comes_before_it(app, filled):
    page = app("history")
    newest = filled.store.result(filled.store.results()["id"].iloc[0])
    page.session_state["history_picked"] = [newest.id]
    page.run()
    filled.store.add(replace(newest, id="f" * 32, measured_at="2100-01-01T00:00:00+00:00"))
    page.run()
    assert not page.exception
    assert f"result {newest.id}" in words(page)
    page.multiselect(key="only_status").select("failed").run()
    assert f"result {newest.id}" not in words(page)   # it is not in the table


def test_filters_of_the_history(app, filled):
    page = app("history")
    everything = len(page.dataframe[0].value)
    page.multiselect(key="only_status").select("unsupported").run()
    assert set(page.dataframe[0].value["status"]) == {"unsupported"}
    page.multiselect(key="only_product").select("matrix").run()
    assert "No result passes" in words(page)
    page.multiselect(key="only_status").set_value([]).run()
    assert 0 < len(page.dataframe[0].value) < everything


def test_the_method_lists_every_product(app, here):
    page = app("method")
    for entry in catalogue().values():
        assert entry.label in words(page) and entry.source in words(page)
        assert entry.unmeasured is None or f"*Not measured:* {entry.unmeasured.algorithm}" in words(page)
    assert len(page.latex) >= len(catalogue())


def test_the_frame_says_that_a_history_was_set_aside(app, here):
    provide(Services(here.store, here.queue, "history.duckdb could not be read and was set aside."))
    assert "was set aside" in words(app())


def finish(here, executor):
    executor.go.set()
    wait_until_idle(here)


def wait_until_idle(here):
    version = -1
    while here.queue.status().active:
        version = here.queue.wait(version, timeout=20)
