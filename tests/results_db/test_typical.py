"""What cases usually take, by SQL, is what a cost model makes of all their results."""

import random
from dataclasses import replace

import pandas as pd
import pytest

from backend.cost_model import NEEDED
from backend.cost_model.groups import ALIKE, SIZES, groups
from results_db.typical import expressivities, typical

TIME = "throughput_time"


@pytest.fixture
def results(make_case, make_environment, make_result):
    random.seed(1)
    made = []
    for number in range(120):
        case = make_case(random.choice((1, 2, 3)), product=random.choice(("gaunt_grid", "matrix")))
        device = random.choice(("CPU A", "CPU B"))
        environment = make_environment(device=device, machine=device, jax=f"0.10.{random.choice((1, 2))}")
        findings = ["others took time"] * random.choice((0, 0, 1))
        environment["live"] = {"conditions": {"findings": findings, "remarks": []}}
        values = {name: random.uniform(1, 2) for name in (TIME, *NEEDED, "degrees_of_freedom")}
        result = replace(make_result(), case=case, environment=environment, metrics=values)
        made.append(replace(result, status="failed") if number % 10 == 0 else result)
    return made


@pytest.mark.parametrize("devices", [None, {"cpu": "CPU A"}, {"cpu": "CPU B"}])
def test_a_model_of_medians_is_that_of_all_results(store, results, devices):
    store.add_many(results)
    named = devices and devices.values()
    few, every = typical(store, (TIME, *NEEDED), named, product=["matrix"]), store.results(product=["matrix"])
    assert len(few) == 3 * (1 if devices else 2) < len(every)   # of each case on each device
    found, expected = (groups(frame, TIME, devices) for frame in (few, every))
    assert found.keys() == expected.keys() and len(found) == 1
    for key in found:
        one, other = (each[key].sort_values(["l1", "channels"], ignore_index=True) for each in (found, expected))
        pd.testing.assert_frame_equal(one[[*ALIKE, *SIZES]], other[[*ALIKE, *SIZES]])
        pd.testing.assert_frame_equal(one, other)


def test_expressivity_is_that_of_the_newest_result_on_whatever_device(store, results):
    store.add_many(results)
    found = expressivities(store, ("product", "l1"), product=["matrix"]).set_index("l1")
    every = store.results(product=["matrix"], status="ok").sort_values("measured_at").groupby("l1").last()
    assert len(found) == 3
    for name in ("degrees_of_freedom", "interactable"):
        assert found[name].to_dict() == every[name].to_dict()


def test_nothing_is_typical_of_an_empty_history(store):
    assert typical(store, (TIME,)).empty and TIME in typical(store, (TIME,))
