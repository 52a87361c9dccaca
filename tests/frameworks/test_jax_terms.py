"""Terms of a sparse map in slices: as few places as can be, and the same sum however they are cut."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from backend.frameworks.jax_bilinear import bilinear
from backend.frameworks.jax_terms import Terms, fewest_places

COUNTS = [(3, 1, 1, 7, 7, 2), (5,), (0, 0, 4, 0), (1, 2, 3, 4, 5, 6, 7), (2, 2, 2)]


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("most", [1, 2, 4])
def test_slices_have_the_fewest_places_of_all_cuts(counts, most):
    def places(bounds):
        return sum((end - begin) * max(counts[begin:end]) for begin, end in bounds)

    found = fewest_places(np.array(counts), most)
    cuts = [(0, *inner, len(counts)) for many in range(most) for inner in combinations(range(1, len(counts)), many)]
    assert [begin for begin, _ in found] == [0, *(end for _, end in found)][:-1] and found[-1][1] == len(counts)
    assert len(found) <= most
    assert places(found) == min(places(pairwise(cut)) for cut in cuts)


def test_a_table_has_every_term_of_a_place_once_and_zeros_behind():
    place, first, second = np.array([2, 0, 2, 3, 2]), np.arange(5), np.arange(5) + 10
    terms = Terms(np.ones(5), (place, 4), (first, 5), (second, 15))
    for most in (1, 3):
        tables = terms.tables(most)
        found = [set(left[weight > 0].tolist()) for table in tables
                 for left, _, weight in zip(*(each.T for each in table), strict=True)]
        assert found == [{1}, set(), {0, 2, 4}, {3}]


@pytest.mark.parametrize(("shape", "pairs", "axis"), [
    ((), (2, 3), 0), ((), (6, 9), 0), ((0,), (2, 3), 0), ((7,), (2, 3), 0), ((2000,), (2, 3), 0), ((2000,), (6, 9), -1),
    ((3, 40), (2, 3), 1), ((9000,), (2, 3), -1)])
def test_the_sum_and_its_gradients_are_those_of_the_dense_tensor(shape, pairs, axis):
    jax = pytest.importorskip("jax")
    random = np.random.default_rng(0)
    places = 12   # more than pairs of the first, fewer than those of the second; one has no term
    tensor = random.standard_normal((places, *pairs)) * (random.random((places, *pairs)) < 0.4)
    tensor[5] = 0
    k, i, j = np.nonzero(tensor)
    multiply = bilinear(i, j, k, tensor[k, i, j].astype(np.float32), (places, *pairs), axis % (len(shape) + 1))
    x, y = (np.moveaxis(random.standard_normal((size, *shape)).astype(np.float32), 0, axis) for size in pairs)
    z, pull_back = jax.vjp(multiply, x, y)
    behind = random.standard_normal(z.shape).astype(np.float32)
    a, b, c = (np.moveaxis(each, axis, 0) for each in (x, y, behind))
    wanted = (np.einsum("kij,i...,j...->k...", tensor, a, b), np.einsum("kij,k...,j...->i...", tensor, c, b),
              np.einsum("kij,i...,k...->j...", tensor, a, c))
    for found, expected in zip((z, *pull_back(behind)), wanted, strict=True):
        np.testing.assert_allclose(np.moveaxis(found, axis, 0), expected, atol=2e-5, rtol=0)
