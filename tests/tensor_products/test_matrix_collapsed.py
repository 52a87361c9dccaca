"""The collapsed matrix product: the fused one with its copies summed, and matrices that commute or do not."""

import numpy as np
import pytest

from backend.spec import Problem
from backend.tensor_products.matrices import unpacking

PROBLEMS = [Problem.of("mimo", 3, batch=3, channels=2), Problem.of("layer", 2, batch=2, parity="natural"),
            Problem("mimo", 3, 1, 5, batch=2), Problem.of("siso", 3, batch=2)]


@pytest.mark.parametrize("problem", PROBLEMS, ids=str)
def test_is_the_fused_product_with_copies_summed(problem, multiply, random_inputs):
    x, y = random_inputs(problem)
    output, product = multiply("matrix_collapsed", problem, x, y)
    fused, other = multiply("matrix_fused", problem, x, y)
    assert len(set(product.irreps_out)) == len(product.irreps_out)
    for irrep, part in zip(product.irreps_out, product.irreps_out.slices, strict=True):
        copies = [fused[..., each] for copy, each in zip(other.irreps_out, other.irreps_out.slices, strict=True)
                  if copy == irrep]
        np.testing.assert_allclose(output[..., part], sum(copies), atol=1e-14)


def test_natural_outputs_are_the_anticommutator_and_the_others_the_commutator(multiply, random_inputs):
    problem = Problem.of("mimo", 2, batch=1)   # matrices of degree 2
    x, y = random_inputs(problem)
    left, right = (np.tensordot(each[0, 0], unpacking(2, range(3)), (0, 1)).reshape(5, 5) for each in (x, y))
    output, product = multiply("matrix_collapsed", problem, x, y)
    for irrep, part in zip(product.irreps_out, product.irreps_out.slices, strict=True):
        natural = irrep.p == (-1) ** irrep.l
        both = left @ right + right @ left if natural else left @ right - right @ left
        np.testing.assert_allclose(output[0, 0, part], both.ravel() @ unpacking(2, [irrep.l]) / 2, atol=1e-14)
