"""Expressivity lines: the newest of each problem is read, the same line twice is kept once."""

import pytest

from backend.spec import SPREAD
from results_db import Refused, StoreError


@pytest.fixture
def line():
    return {
        "product": "gaunt_grid", "variant": "separable", "group": "O3", "setting": "mimo", "parity": "both",
        "l_max": 1, "l1": 1, "l2": 1, "l_out": 2, "channels": 1, "interactable": 4, "degrees_of_freedom": 3,
        "paths": [[0, 0, 0, 1.0], [1, 1, 2, 0.1 + 0.2]], "source": "abc",
    }


def test_a_line_comes_back(store, line):
    store.add_expressivity(line)
    row = store.expressivity().iloc[0]
    assert {name: row[name] for name in line} == line


def test_the_newest_wins_and_the_same_is_kept_once(store, line):
    newer = line | {"degrees_of_freedom": 4, "source": "def"}
    for each in (line, line, newer, newer):
        store.add_expressivity(each)
    assert list(store.expressivity()["degrees_of_freedom"]) == [4]
    assert store.query("SELECT count(*) AS n FROM expressivity")["n"][0] == 2


@pytest.mark.parametrize("name, other", [
    ("product", "matrix"), ("variant", "dense"), ("setting", "layer"), ("parity", "natural"), ("l1", 2), ("l2", 2),
    ("l_out", 1), ("channels", 8), ("mixing", "uvu"), ("weights", "shared"), ("scope", "layer"), ("inner", 8),
    ("neighbours", 16),
])
def test_another_problem_is_another_line(store, line, name, other):
    line = SPREAD | line
    store.add_expressivity(line)
    store.add_expressivity(line | {name: other})
    assert len(store.expressivity()) == 2
    assert list(store.expressivity(**{name: other})[name]) == [other]
    assert len(store.expressivity(**{name: [line[name], other]})) == 2


def test_a_line_of_an_older_version_is_of_the_plain_product(store, line):
    store.add_expressivity(line)
    store.add_expressivity(SPREAD | line)
    assert store.expressivity(**SPREAD)[[*SPREAD]].to_dict("records") == [SPREAD]
    assert store.query("SELECT count(*) AS n FROM expressivity")["n"][0] == 1


def test_degrees_of_freedom_may_be_too_many_to_compute(store, line):
    store.add_expressivity(line | {"channels": 4096, "degrees_of_freedom": None})
    store.add_expressivity(line)
    found = store.expressivity().set_index("channels")["degrees_of_freedom"]
    assert found[1] == 3 and found.isna()[4096]
    with pytest.raises(StoreError, match="must have degrees_of_freedom"):   # left out is not the same as not known
        store.add_expressivity({name: value for name, value in line.items() if name != "degrees_of_freedom"})


def test_an_empty_store_has_an_empty_frame(store):
    frame = store.expressivity(product="matrix")
    assert len(frame) == 0
    assert {"product", "paths", "group", "source"} <= set(frame.columns)


def test_what_is_no_line_is_refused(store, line):
    with pytest.raises(StoreError, match="must have interactable"):
        store.add_expressivity({name: value for name, value in line.items() if name != "interactable"})
    with pytest.raises(Refused, match="valid JSON"):
        store.add_expressivity(line | {"paths": [[0, 0, 0, float("nan")]]})
    with pytest.raises(StoreError, match="filter must be one of"):
        store.expressivity(lmax=1)


def test_a_new_line_changes_the_data_version(store, line):
    before = store.data_version
    store.add_expressivity(line)
    assert store.data_version > before


def test_what_is_lost_comes_back_and_an_older_line_says_nothing_of_it(store, line):
    store.add_expressivity(line)
    assert store.expressivity()["lost"].isna().all() and store.expressivity()["message"].isna().all()
    store.add_expressivity(line | {"lost": [[1, 1, 1, "antisymmetric"]], "message": "odd"})
    found = store.expressivity().iloc[0]
    assert (found["lost"], found["message"]) == ([[1, 1, 1, "antisymmetric"]], "odd")
