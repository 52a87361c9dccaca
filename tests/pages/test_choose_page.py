"""The page Choose: the answer, its reasons, a pasted model, the map and its button."""

from pathlib import Path

import pytest
from drawn import button, charts, words
from made_choices import DENSE, FREE, GAUNT, SPARSE, result
from made_results import made
from streamlit.testing.v1 import AppTest

from pages.components.question.selection import Question

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def app():
    """The page alone: other pages are not drawn before it."""
    def open_page(*, setting="mimo", **address):
        test = AppTest.from_file(APP, default_timeout=60)
        test.session_state["setting"] = setting
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
    assert button(page, "candidates that would lose something") is not None   # to know what they would save
    assert page.dataframe[0].value["loses"].tolist()[0] == "reaches every path"   # which is known without a time
    assert "has a time at any of these sizes" in words(page) and not charts(page)   # the map has nothing to show
    assert button(page, "the 4 nearest cells that are not known") is not None


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


def test_cells_that_are_not_known_are_measured_next_to_the_question_first(app, here, executor):
    pair = ("clebsch_gordan_sparse", "clebsch_gordan_dense")
    here.store.add_many([result(product, FREE[product]) for product in pair])
    page = app(map="channels and L")
    decide = page.button(key="choose_decide")
    assert decide.label.startswith("Measure the 4 nearest cells that are not known · about")
    decide.click().run()
    cases = here.queue.status().active[0].job.cases
    sizes = {(case.problem.channels, case.problem.l_max) for case in cases}
    assert sizes == {(8, 2), (8, 4), (1, 3), (32, 3)}
    assert {case.product for case in cases} == set(pair)   # fast where known
    executor.go.set()


def test_a_large_question_is_measured_at_a_small_batch_first_and_what_is_slow_there_left_out(app, here, executor):
    page = app(batch="100000")
    assert "At batch 5,000 all are measured in seconds each" in words(page)
    page.button(key="choose_first").click().run()
    job = here.queue.status().active[0].job
    assert {case.problem.batch for case in job.cases} == {5000} and job.options["case_timeout"] == 20.0
    executor.go.set()
    cannot = next(case for case in job.cases if (case.product, case.variant) == ("cuequivariance", "kernel"))
    here.store.add_many([result("clebsch_gordan_sparse", 1e-3, batch=5000), result("e3nn_jax", 1e-2, batch=5000),
                         made(cannot, status="unsupported", message="it needs a GPU")])
    page.run()
    said = words(page)
    assert "Not your question, but the nearest that has times" in said and "batch 5,000" in said
    assert "that may be fastest · about" in page.button(key="choose_measure").label
    assert "candidates that did worse at batch 5,000 · about" in page.button(key="choose_worse").label
    slower = page.dataframe[0].value.set_index("label")["slower"]
    assert slower["e3nn-jax"] == "10x at batch 5,000" and slower["cuEquivariance, kernel"] == "not at batch 5,000"


def test_a_pasted_model_becomes_the_question(app, here):
    page = app(setting="edge")   # which has no mixing to set
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


def test_a_square_of_its_own_degrees(app, here):
    page = app(setting="square", l1="3", l_out="1")
    assert not page.exception and not page.error
    assert "square · x to 3, y to 3, z to 1" in words(page)


def test_any_framework(app, here):
    page = app(setting="edge", any_framework="true")
    assert not page.exception and "CPU · any framework · float32" in words(page)
    assert set(page.dataframe[0].value["framework"]) == {"NumPy", "JAX", "PyTorch"}


@pytest.mark.parametrize("said", ["training on energies", "forward and backward", "forward_backward"])
def test_training_is_asked_for_by_what_it_is_for_or_as_the_other_pages_spell_it(app, here, said):
    page = app(direction=said)
    assert not page.exception and not page.warning
    assert page.sidebar.selectbox(key="direction").options == [
        "inference", "training on energies", "training on forces"]
    assert "forward and backward" in words(page)


def test_what_would_lose_something_is_measured_by_a_button_of_its_own(app, here):
    page = app()
    button(page, "that would lose something").click().run()
    (job,) = here.store.jobs()
    assert {"gaunt_grid", "matrix"} <= {case.product for case in job.cases}
    assert not {"clebsch_gordan_dense", "clebsch_gordan_sparse"} & {case.product for case in job.cases}


def test_where_nothing_has_a_time_the_nearest_that_has_is_said(app, known):
    said = words(app(direction="training on energies", batch="20000"))
    assert "none has a time here" in said
    near = said[said.index("Not your question, but the nearest that has times"):]
    assert " · forward; " in near
    assert SPARSE in near and "loses nothing" in near
    assert "nearest that has times" not in words(app())
