"""Which products compute the same function, by the results that ship, and the filter for one of them."""

import pandas as pd
import pytest
from drawn import charts, words

from backend.catalogue import label
from pages.components.cards.same_function import only_same
from pages.components.question.selection import Question, View
from pages.components.rows.functions import functions, same_function
from pages.components.rows.overlays import recorded_rows
from pages.components.rows.ratios import with_ratios
from results_db.recorded import shipped

QUESTION = Question(framework="torch")
FULL = {label("clebsch_gordan_dense", ""), label("clebsch_gordan_sparse", "grouped"), label("e3nn", "module"),
        label("cuequivariance", "naive")}
GAUNT = {label("gaunt_grid", "dense"), label("gaunt_fourier", "fft"), label("e3nn_grid", "")}


@pytest.fixture(scope="module")
def rows():
    return with_ratios(recorded_rows(shipped(), QUESTION.cases()), QUESTION)


def found(rows, l_max=3, tables=None):
    return functions(rows, QUESTION.problem(l_max), tables or {})


def test_libraries_compute_what_our_products_do(rows):
    of = found(rows)
    assert same_function(label("e3nn", "module"), of) == FULL   # a copy for each path
    assert same_function(label("gaunt_grid", "dense"), of) == GAUNT
    assert label("matrix", "sums") not in FULL | GAUNT   # all paths summed into one copy for each l
    assert of[label("clebsch_gordan_dense", "")] == "A: 44 paths, 256 numbers"
    assert of[label("gaunt_grid", "dense")].endswith(": 30 paths, 49 numbers")   # (L+1)(L+2)(2L+3)/6 and (2L+1)²


def test_the_same_paths_into_other_copies_are_another_function(rows):
    of = found(rows)
    full, collapsed = of[label("clebsch_gordan_dense", "")], of[label("clebsch_gordan_collapsed", "matrix")]
    assert "44 paths" in full and "44 paths" in collapsed and full != collapsed


def test_it_is_asked_at_the_chosen_degree(rows):
    assert found(rows, 2)[label("clebsch_gordan_dense", "")] == "A: 19 paths, 81 numbers"
    assert found(rows, 5) == {} and found(rows.head(0)) == {}


def test_a_measured_table_decides_before_the_law(rows):
    product = rows[(rows["product"] == "matrix") & (rows["l_max"] == 3)].iloc[0]
    table = {("matrix", product["variant"]): QUESTION.problem(3).paths[:30]}
    assert ": 30 paths" in found(rows, tables=table)[product["label"]]


def test_what_is_approximate_computes_what_no_other_does(rows):
    cp = rows[(rows["product"] == "cp") & (rows["l_max"] == 3)].iloc[0]
    of = found(rows, tables={("cp", cp["variant"]): QUESTION.problem(3).paths})
    assert same_function(cp["label"], of) == {cp["label"]}


def test_the_filter_says_what_it_leaves_and_of_what_it_does_not_know(rows):
    of = found(rows)
    asked, approximate = View(same="e3nn:module"), label("cp", "7L2")
    labels, said = only_same(asked, [*of, "Mystery", "Vector", approximate], of, {"Vector", approximate})
    assert set(labels) == FULL and "A: 44 paths" in said and "measurement at this L: Mystery." in said
    assert "coupling table is computed, which the page Interactions does: Vector." in said
    assert f"Approximate, so of no other's function: {approximate}." in said
    assert only_same(View(), ["Mystery"], of, ()) == (["Mystery"], "")
    labels, said = only_same(asked, ["Mystery"], {}, ())
    assert labels == ["Mystery"] and "not known before it has been measured" in said


def test_the_page_shows_one_function(app, here, rows):
    found_here = [shipped().result(id) for id in rows["id"]]
    here.store.add_many(found_here)
    page = app(framework="PyTorch", same="clebsch_gordan_dense:sum")
    assert "same must be one of any, " in words(page)
    page = app(framework="PyTorch", same=label("clebsch_gordan_dense", ""))
    assert not page.exception
    names = {trace["name"] for trace in charts(page)[0]["data"]} - {"Pareto front"}
    assert names == FULL
    functions_shown = page.dataframe[0].value["function"]
    assert set(functions_shown) == {"A: 44 paths, 256 numbers"} and isinstance(functions_shown, pd.Series)
