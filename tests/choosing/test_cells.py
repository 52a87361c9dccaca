"""Who wins at a size by planted rows, and which cases would decide it."""

import pytest
from planted import DENSE, GAUNT, HERE, OTHER, PROBLEM, SPARSE, row

from backend.choosing import Cell, Requirements, cell, deciding, likely, nearest_unknown


def _cell(*rows):
    return cell(rows, HERE, Requirements(), PROBLEM)


PREDICTED = row("clebsch_gordan_dense", 1.1e-3, state="predicted", width=0.3)


@pytest.mark.parametrize(("rows", "state", "cases"), [
    ((SPARSE, DENSE), "measured", 0),
    ((SPARSE, row("clebsch_gordan_dense", 9e-3, state="predicted", width=0.3)), "measured", 0),
    ((SPARSE, PREDICTED), "undecided", 1),
    ((row("clebsch_gordan_sparse", 1e-3, state="predicted", width=0.3), PREDICTED), "undecided", 2),
    ((row("clebsch_gordan_sparse", 1e-4, state="predicted", width=0.3), PREDICTED), "predicted", 0),
    ((SPARSE, row("clebsch_gordan_dense", 1.01e-3)), "tie", 0),
    ((GAUNT, row("clebsch_gordan_sparse", state="missing", place="")), "unknown", 0),
    ((row("clebsch_gordan_sparse", 1e-3, state="recorded", place=OTHER), GAUNT), "measured", 0),
], ids=["measured", "far", "near", "both", "predicted", "tie", "unknown", "recorded"])
def test_a_cell_says_who_wins_and_what_would_decide(rows, state, cases):
    found = _cell(*rows)
    assert found.state == state
    assert len(deciding([found])) == cases
    if found.contenders:
        assert found.contenders[0].time == min(each.time for each in (*found.contenders, *found.others))


def test_unknown_cells_are_taken_by_steps_from_the_question():
    cells = {(x, y): Cell(y, "unknown", (), (), 0) for x in (1, 10, 100_000) for y in (1, 2, 5)}
    cells[10, 1] = Cell(1, "tie", (), (), 0)
    assert nearest_unknown(cells, (1, 1), most=3, fits=lambda problem: True) == ((1, 1), (1, 2), (1, 5))
    assert nearest_unknown(cells, (1, 1), most=9, fits=lambda problem: problem == 2) == ((1, 2), (10, 2), (100_000, 2))


def test_what_is_fast_somewhere_is_likely_elsewhere():
    found = _cell(SPARSE, row("clebsch_gordan_dense", 2.9e-3), row("e3nn_jax", 3.1e-3))
    assert {product for product, _, _ in likely([found], within=3.0)} == {
        "clebsch_gordan_sparse", "clebsch_gordan_dense"}
    assert likely([], within=3.0) == frozenset()
