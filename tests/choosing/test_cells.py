"""Who wins at a size by planted rows, and which cases would decide it."""

import pytest
from planted import DENSE, GAUNT, HERE, OTHER, PROBLEM, SPARSE, row

from backend.choosing import Requirements, cell, deciding


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
