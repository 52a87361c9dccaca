"""Declared FLOP where y is shared by all channels, or is x: its way to where they meet is done and counted once."""

import pytest

from backend.bench import inputs
from backend.catalogue import make_case
from backend.frameworks import framework_class
from backend.spec import Problem
from backend.tensor_products import build

TRANSFORMED = [("gaunt_grid", "dense"), ("gaunt_grid", "separable"), ("gaunt_poisson", "dense"), ("poisson", "dense"),
               ("vector_gaunt", "dense"), ("matrix", "matmul"), ("matrix_fused", "matmul"), ("cp", "exact")]


def both(product, variant, problem):
    """(declared, counted by XLA) FLOP of one call."""
    framework = framework_class("jax")(device="cpu", dtype="float32", precision="highest", compilation="jit")
    case = make_case(product, variant, "jax", problem)
    operation = build(case, framework)
    given = inputs.draw(case, operation)
    placed = [framework.asarray(each) for each in (operation.place_x(given.x), operation.place_y(given.y), *given.rest)]
    return operation.flops("forward"), framework.compile(operation, *placed).flops


@pytest.mark.parametrize(("product", "variant"), TRANSFORMED)
@pytest.mark.parametrize(("setting", "spread"), [("square", {}), ("layer", {"mixing": "uvu", "weights": "shared"})])
def test_what_is_done_once_is_counted_once(product, variant, setting, spread):
    declared, counted = both(product, variant, Problem.of(setting, 2, channels=8, batch=100, **spread))
    assert declared == pytest.approx(counted, rel=0.04)


@pytest.mark.parametrize(("product", "variant"), TRANSFORMED)
def test_each_pass_counts_y_as_often_as_it_is_passed(product, variant):
    """Of uvu with one channel nothing is shared, so it is the plain product; with eight, seven ways of y are spared."""
    framework = framework_class("numpy")(device="cpu", dtype="float32", precision="highest", compilation="eager")

    def flops(channels, direction, **spread):
        problem = Problem.of("mimo", 2, channels=channels, batch=10, **spread)
        return build(make_case(product, variant, "numpy", problem), framework).flops(direction)

    forward = flops(8, "forward") - flops(8, "forward", mixing="uvu")
    assert forward > 0 and flops(1, "forward") == flops(1, "forward", mixing="uvu")
    for direction, times in (("forward_backward", 2), ("double_backward", 4)):
        assert flops(8, direction) - flops(8, direction, mixing="uvu") == times * forward
