"""The page Tradeoff on an empty and on a filled history: its picture, its choices, and measuring from it."""

from dataclasses import replace

import pytest
from drawn import button, charts, finish, wait_until_idle, words

from backend.catalogue import catalogue, label


def test_the_picture_shows_what_is_measured(app, filled):
    page = app()
    names = {trace["name"] for trace in charts(page)[0]["data"]}
    drawn = {label(key, catalogue()[key].default_variant) for key in ("matrix", "e3nn_jax", "clebsch_gordan_dense")}
    assert names == drawn | {"Pareto front"}
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


def test_what_is_wrong_in_the_address_is_said_until_the_reader_changes_it(app, here):
    page = app(y="zzz", l_max="2")
    said = "y must be one of Time per call"
    assert said in words(page)
    page.run()   # by itself, as when something was measured
    assert said in words(page)
    page.query_params["channels"] = "32"
    assert said not in words(page.run())
