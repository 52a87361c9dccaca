"""The page Choose: the answer, its reasons, a pasted model, the map and its button, and the picture by itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import button, charts, words
from made_results import made
from streamlit.testing.v1 import AppTest

from backend.catalogue import entry, label, make_case
from backend.choosing import Candidate, Cell, Requirements, ranking
from backend.needs import ALL
from backend.spec import Problem
from pages.components.cards.choice_words import answer_sentence
from pages.components.charts.crossover_chart import crossover_chart
from pages.components.charts.crossover_chart import words as said_of_map
from pages.components.question.choosing import Asked
from pages.components.question.selection import Question
from pages.components.rows.choice_rows import choice_rows, place_of
from results_db.recorded import Recorded, write_set

APP = Path(__file__).parents[2] / "app.py"
SPARSE, DENSE, GAUNT = "CG sparse, grouped", "CG dense", "Gaunt grid, dense"
FREE = {"clebsch_gordan_sparse": 2e-3, "clebsch_gordan_dense": 4e-3, "gaunt_grid": 1e-3, "matrix": 0.5e-3}


def result(product, seconds, *, l_max=3, batch=1000, channels=8, setting="mimo", **spread):
    """A result whose paths and degrees of freedom are those of the product."""
    problem = Problem.of(setting, l_max, channels=channels, batch=batch, **spread)
    whole = entry(product).coupling == "component"
    even = sum(sum(path) % 2 == 0 for path in problem.paths)
    paths = len(problem.paths) if whole or product == "matrix" else even
    found = made(make_case(product, "", "jax", problem))
    return replace(found, metrics=found.metrics | {
        "throughput_time": seconds, "throughput_time_low": 0.98 * seconds, "throughput_time_high": 1.02 * seconds,
        "interactable": float(paths), "degrees_of_freedom": float(paths * channels if whole else 13 * channels),
        "compile_time": 0.1, "equivariance_error_inversion": 1.6 if product == "matrix" else 1e-7})


@pytest.fixture
def app():
    """The page alone: other pages are not drawn before it."""
    def open_page(**address):
        test = AppTest.from_file(APP, default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        return test.switch_page("pages/choose.py").run()
    return open_page


@pytest.fixture
def known(here):
    """Four products at the default question, and two at other batches, so that others can be predicted."""
    here.store.add_many([result(product, seconds) for product, seconds in FREE.items()])
    here.store.add_many([result(product, FREE[product] * batch / 1000, batch=batch)
                         for product in ("clebsch_gordan_sparse", "clebsch_gordan_dense")
                         for batch in (10, 100, 10_000, 100_000)])
    return here


def test_an_empty_history_says_what_to_do(app, here):
    page = app()
    assert not page.exception and not page.error
    assert page.title[0].value == "Which tensor product should I use?"
    assert "none has a time here" in words(page)
    assert button(page, "candidates that would do") is not None
    assert "Where batches cross over" in words(page) and not charts(page)   # the map has nothing to show


def test_the_answer_is_one_sentence_with_what_is_lost(app, known):
    page = app()
    assert not page.exception and not page.error
    said = words(page)
    assert (f"**{SPARSE}**: 2.00 ms ± 2 %, loses nothing; Matrix, sums would be 4x as fast and loses 248 of 352 "
            "degrees of freedom and is not equivariant under inversion.") in said
    assert "equivariant under rotations, not under inversion" in said and "loses 14 paths" in said
    table = page.dataframe[0].value
    assert list(table["label"][:2]) == [SPARSE, DENSE] and list(table["rank"][:2]) == ["1", "2"]
    assert table["slower"][1].startswith("2x (1.9") and table["loses"][1] == "nothing"


def test_what_is_required_is_in_the_address_and_decides(app, known):
    page = app(needs="all paths of even parity")
    assert f"**{GAUNT}**: 1.00 ms" in words(page)
    page = app(needs="even", symmetry="SO3")   # by key, as a person may write it
    assert "**Matrix, sums**: 500 µs" in words(page)
    page.multiselect(key="needs").set_value(["cross"]).run()
    assert "lacks cross product" in words(page) and "**Matrix, sums**" in words(page)
    assert app(needs="cross product 1o x 1o -> 1e").multiselect(key="needs").value == ["cross"]


def test_what_no_control_can_hold_is_said(app, known):
    page = app(needs="telepathy", max_error="0.5", l1="99")
    said = words(page)
    assert not page.exception
    assert "needs must be of every path, each free" in said and "'telepathy'" in said
    assert "max_error must be one of any, 1e-2" in said and "l1 must be one of as set, 0" in said
    assert f"**{SPARSE}**" in said


def test_the_button_measures_what_would_do(app, known, executor):
    page = app()
    wanted = next(each for each in page.button if each.key == "choose_measure")
    wanted.click().run()
    job = known.queue.status().active[0].job
    assert {case.product for case in job.cases} >= {"e3nn_jax", "cuequivariance"}
    assert not {case.product for case in job.cases} & {"gaunt_grid", "matrix", "clebsch_gordan_dense"}
    assert all(case.problem == Question().problem(3) for case in job.cases)
    executor.go.set()


def test_the_map_and_the_cells_that_would_decide_it(app, known, executor):
    near = [result("clebsch_gordan_dense", 2.02e-3 * batch / 1000, batch=batch, l_max=2) for batch in (10, 1000)]
    known.store.add_many([result("clebsch_gordan_sparse", 2e-3, l_max=2), *near])
    page = app()
    texts = [each["text"] for each in charts(page)[0]["layout"]["annotations"]]
    assert len(texts) == 30 and any(text.startswith("CG sparse,<br>grouped<br><b>2.00 ms") for text in texts)
    decide = next(each for each in page.button if each.key == "choose_decide")
    cells = int(decide.label.split()[2])
    assert sum("?" in text for text in texts) == cells > 0 and "about" in decide.label
    decide.click().run()
    cases = known.queue.status().active[0].job.cases
    sizes = {(case.problem.batch, case.problem.l_max) for case in cases}
    assert len(sizes) <= cells and not sizes & {(1000, 3)}   # that one is measured
    assert {case.product for case in cases} <= {"clebsch_gordan_sparse", "clebsch_gordan_dense"}
    executor.go.set()


def test_a_pasted_model_becomes_the_question(app, here):
    page = app()
    page.sidebar.selectbox(key="setting").select("edge").run()   # which has no mixing to set
    page.sidebar.number_input(key="pasted_atoms").set_value(250)
    page.sidebar.number_input(key="pasted_neighbours").set_value(4)
    page.sidebar.text_area(key="pasted").input("hidden_irreps: 64x0e + 64x1o\nmax_ell: 3\ncorrelation: 2").run()
    assert "MACE, later messages" in words(page)
    later = next(each for each in page.button if each.label == "Ask this of MACE, later messages")
    later.click().run()
    assert not page.exception and not page.dataframe   # the setting first, which draws the others
    page.run()
    assert not page.exception
    assert "layer · x to 1, y to 3, z to 3 · 64 channels · uvu, weights per sample" in words(page)
    address = dict(page.query_params.items())   # the link is the question, but for what is as usual
    assert {name: address[name] for name in ("setting", "l1", "l2", "l_out", "channels")} == {
        "setting": "layer", "l1": "1", "l2": "3", "l_out": "3", "channels": "64"} and "batch" not in address
    page.sidebar.text_area(key="pasted").input("hidden_irreps: 64y\nmax_ell: 3").run()
    assert "Hidden_irreps must be irreps" in words(page)


def test_a_square_of_its_own_degrees_and_any_framework(app, here):
    page = app(l1="3", l_out="1", any_framework="true")
    page.sidebar.selectbox(key="setting").select("square").run()
    assert not page.exception and not page.error
    assert "square · x to 3, y to 3, z to 1" in words(page) and "any framework" in words(page)
    names = {case.framework for case in Asked(Question(setting="square"), Requirements(), any_framework=True).cases(
        Problem.of("square", 2))}
    assert names == {"numpy", "jax", "torch"}


def test_rows_say_where_each_time_is_from(here, tmp_path):
    elsewhere = {"name": "CPU Z", "memory_bytes": 1, "system": "Linux"}
    sparse, dense = (result(product, FREE[product]) for product in ("clebsch_gordan_sparse", "clebsch_gordan_dense"))
    old = replace(dense, environment=dense.environment | {"versions": {"jax": "0.1"}})
    moved = replace(sparse, environment=sparse.environment | {"machine": elsewhere, "device": "CPU Z"})
    (tmp_path / "sets").mkdir()
    write_set([moved], tmp_path / "sets", "cpu-z", "One")
    recorded = Recorded(tmp_path / "sets")
    here.store.add(old)
    asked = Asked(Question(), Requirements())
    rows = choice_rows(here.store, recorded, asked.cases(asked.problem()), {}, here.predictor)
    found = {row["product"]: row for row in rows if "throughput_time" in row}
    assert {name: (row["state"], row["place"]) for name, row in found.items()} == {
        "clebsch_gordan_sparse": ("recorded", "CPU Z"),
        "clebsch_gordan_dense": ("elsewhere", dense.environment["machine"]["name"])}
    here.store.add(sparse)
    again = choice_rows(here.store, recorded, asked.cases(asked.problem()), {}, here.predictor)
    assert {row["state"] for row in again if row["key"] == sparse.case.key} == {"measured", "recorded"}
    assert place_of({"machine": "A", "device": "H100"}) == "H100 in A"


def test_processes_of_a_case_are_one_row(here):
    one = result("clebsch_gordan_sparse", 2e-3)
    other = replace(result("clebsch_gordan_sparse", 3e-3), id="f" * 32)
    live = [replace(each, environment=each.environment | {"live": {"process": name}})
            for each, name in ((one, "a"), (other, "b"))]
    here.store.add_many(live)
    asked = Asked(Question(), Requirements())
    rows = choice_rows(here.store, here.recorded, asked.cases(asked.problem()), {}, here.predictor)
    row = next(row for row in rows if row["key"] == one.case.key)
    assert row["throughput_time"] == pytest.approx(2.5e-3)
    assert row["throughput_time_low"] == pytest.approx(0.98 * 2e-3)
    assert row["throughput_time_high"] == pytest.approx(1.02 * 3e-3)


def _candidate(product, seconds, state="measured", width=0.02):
    variant = entry(product).default_variant
    return Candidate(product, product, variant, label(product, variant), "jax", state, time=seconds,
                     low=seconds * (1 - width), high=seconds * (1 + width))


def test_each_state_of_a_cell_looks_different():
    sparse, dense = _candidate("clebsch_gordan_sparse", 1e-3), _candidate("clebsch_gordan_dense", 1.01e-3)
    foreseen = _candidate("clebsch_gordan_dense", 1.01e-3, "predicted", 0.3)
    problem = Problem.of("mimo", 1)
    cells = {(1, 1): Cell(problem, "measured", (sparse,), (), 0),
             (10, 1): Cell(problem, "predicted", (foreseen,), (), 0),
             (1, 2): Cell(problem, "tie", (sparse, dense), (), 0), (1, 3): Cell(problem, "unknown", (), (), 3),
             (10, 2): Cell(problem, "undecided", (sparse, foreseen), (dense,), 2)}
    picture = json.loads(crossover_chart(cells, ("batch", "l_max"), (1, 1), "dark", frameworks=False).to_json())
    lines = [(each["line"].get("dash", "solid"), "fillcolor" in each) for each in picture["layout"]["shapes"]]
    assert lines == [("solid", True), ("solid", False), ("6px,4px", False), ("solid", True), ("solid", True),
                     ("solid", False), ("2px,3px", False)]
    texts = [each["text"] for each in picture["layout"]["annotations"]]
    assert texts[1:] == ["CG dense<br><b>≈ 1.01 ms</b>", "CG sparse<br>or CG dense<br><b>1.00 ms</b>", "not known",
                         "CG sparse<br>or CG dense?<br><b>1.00 ms</b>"]
    hovers = [each[0] for each in picture["data"][-1]["customdata"]]
    assert "undecided: the predictions overlap" in hovers[4] and "CG dense: 1.01 ms ± 30 %, predicted" in hovers[4]
    assert "2 others would do and have no time" in hovers[4]
    assert "Batch 1, L_max 3: nothing, unknown" in said_of_map(cells, ("batch", "l_max"), frameworks=False)


def test_a_tie_and_nothing_at_all_as_sentences(here):
    here.store.add_many([result("clebsch_gordan_sparse", 2e-3), result("clebsch_gordan_dense", 2.01e-3)])
    asked = Asked(Question(), Requirements())
    rows = choice_rows(here.store, here.recorded, asked.cases(asked.problem()), {}, here.predictor)
    place = next(row["place"] for row in rows if row["state"] == "measured")
    tied = answer_sentence(ranking(rows, place, asked.requirements, asked.problem()), frameworks=True)
    assert tied == (f"**{SPARSE} in JAX** (2.00 ms ± 2 %) or {DENSE} in JAX (2.01 ms ± 2 %): not distinguishable, each "
                    "loses nothing.")
    nothing = ranking(rows, place, Requirements((ALL,), memory=1.0), asked.problem())
    assert answer_sentence(replace(nothing, untimed=()), frameworks=False).startswith("No product here does all")
