"""The 6j symbol against sympy, at accidental zeros, and under its orthogonality."""

from itertools import product

import pytest
from sympy.physics.wigner import wigner_6j as sympy_6j

from backend.so3 import wigner_6j


@pytest.mark.parametrize("arguments", [
    (0, 0, 0, 0, 0, 0), (1, 1, 1, 1, 1, 1), (1, 2, 3, 2, 1, 2), (4, 3, 2, 5, 5, 5), (6, 5, 4, 3, 3, 3),
    (8, 8, 8, 8, 8, 8), (10, 12, 14, 10, 10, 10), (20, 20, 20, 10, 10, 10),
], ids=str)
def test_agrees_with_sympy(arguments):
    assert wigner_6j(*arguments) == pytest.approx(float(sympy_6j(*arguments).n(30)), rel=1e-14)


def accidental_zeros(l_max, l3_max, half):
    return {(l1, l2, l3) for l1, l2 in product(range(l_max + 1), repeat=2)
            for l3 in range(abs(l1 - l2), min(l1 + l2, l3_max) + 1)
            if wigner_6j(l1, l2, l3, half, half, half) == 0.0}


def test_accidental_zeros_are_exactly_zero():
    assert accidental_zeros(5, 5, half=3) == {(3, 5, 5), (5, 3, 5), (5, 5, 3)}
    assert sympy_6j(3, 5, 5, 3, 3, 3) == 0


@pytest.mark.parametrize("l_max", range(1, 6))
def test_no_accidental_zeros_up_to_degree_five_with_all_outputs(l_max):
    assert not accidental_zeros(l_max, 2 * l_max, half=l_max)


def test_first_accidental_zeros_with_all_outputs_are_at_degree_six():
    assert accidental_zeros(6, 12, half=6)


@pytest.mark.parametrize("arguments", [(1, 1, 3, 1, 1, 1), (1, 1, 1, 1, 1, 3), (2, 2, 2, 0, 1, 2)], ids=str)
def test_zero_where_a_triangle_fails(arguments):
    assert wigner_6j(*arguments) == 0.0


@pytest.mark.parametrize("l", [1, 3, 6])
def test_orthogonality(l):
    """Σ_x (2x+1)(2y+1) {l l x; l l y}² = 1."""
    for y in range(2 * l + 1):
        terms = ((2 * x + 1) * (2 * y + 1) * wigner_6j(l, l, x, l, l, y) ** 2 for x in range(2 * l + 1))
        assert sum(terms) == pytest.approx(1, rel=1e-13)


@pytest.mark.parametrize("bad", [-1, 0.5, "1"])
def test_bad_arguments_are_refused(bad):
    with pytest.raises(ValueError, match="j must be"):
        wigner_6j(1, 1, 1, 1, 1, bad)
