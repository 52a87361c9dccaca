"""The real 3j tensor: its laws, e3nn and sympy as oracles, its zeros."""

from itertools import product

import e3nn.o3
import numpy as np
import pytest
import torch
from sympy.physics.wigner import wigner_3j as sympy_3j

from backend.so3 import random_rotation, wigner_3j, wigner_3j_scalar, wigner_d


def triples(l_max, l3_max):
    return [(l1, l2, l3) for l1, l2 in product(range(l_max + 1), repeat=2)
            for l3 in range(abs(l1 - l2), min(l1 + l2, l3_max) + 1)]


@pytest.mark.parametrize("l1", range(6))
def test_agrees_with_e3nn_sign_included(l1):
    for _, l2, l3 in (triple for triple in triples(5, 5) if triple[0] == l1):
        expected = e3nn.o3.wigner_3j(l1, l2, l3, dtype=torch.float64).numpy()
        np.testing.assert_allclose(wigner_3j(l1, l2, l3), expected, atol=1e-13, err_msg=f"{l1} {l2} {l3}")


@pytest.mark.parametrize(("l1", "l2"), [(0, 0), (1, 1), (2, 3), (5, 4), (8, 8), (12, 12), (12, 7)])
def test_columns_are_orthonormal_and_complete(l1, l2):
    """Σ w w' = δ_{m3 m3'} / (2l3+1), 0 between different l3; all l3 together fill the product space."""
    blocks = [np.sqrt(2 * l3 + 1) * wigner_3j(l1, l2, l3).reshape(-1, 2 * l3 + 1)
              for l3 in range(abs(l1 - l2), l1 + l2 + 1)]
    q = np.concatenate(blocks, axis=1)
    np.testing.assert_allclose(q.T @ q, np.eye((2 * l1 + 1) * (2 * l2 + 1)), atol=1e-13)


@pytest.mark.parametrize(("l1", "l2", "l3"), [
    (0, 2, 2), (1, 1, 1), (2, 1, 2), (3, 2, 5), (6, 5, 4), (12, 12, 24),
])
def test_is_invariant_under_rotations(l1, l2, l3, rng):
    rotation = random_rotation(rng)
    d1, d2, d3 = (wigner_d(l, rotation) for l in (l1, l2, l3))
    turned = np.einsum("ai,bj,ck,ijk->abc", d1, d2, d3, wigner_3j(l1, l2, l3), optimize=True)
    np.testing.assert_allclose(turned, wigner_3j(l1, l2, l3), atol=1e-13)


@pytest.mark.parametrize("triple", triples(4, 8), ids=str)
def test_zeros_are_exact(triple):
    """Nonzero only where m3 = ±m1 ± m2 and the number of sines (m < 0) has the parity of J."""
    tensor = wigner_3j(*triple)
    m1, m2, m3 = np.meshgrid(*(np.arange(-l, l + 1) for l in triple), indexing="ij")
    selected = (np.abs(m3) == np.abs(m1 + m2)) | (np.abs(m3) == np.abs(m1 - m2))
    sines = (m1 < 0).astype(int) + (m2 < 0) + (m3 < 0)
    allowed = selected & (sines % 2 == sum(triple) % 2)
    assert not np.any(tensor[~allowed])
    assert np.all((np.abs(tensor) > 1e-6) | (tensor == 0))


@pytest.mark.parametrize("l_max, nonzeros", [(1, 27), (2, 244), (3, 1132), (4, 3741), (5, 9691)])
def test_number_of_nonzeros(l_max, nonzeros):
    assert sum(np.count_nonzero(wigner_3j(*triple)) for triple in triples(l_max, 2 * l_max)) == nonzeros


@pytest.mark.parametrize("arguments", [
    (1, 1, 1, 1, -1, 0), (2, 3, 5, 0, 0, 0), (12, 12, 24, 3, -5, 2), (12, 12, 12, 7, -2, -5),
    (12, 11, 20, 12, -11, -1), (12, 12, 3, 0, 1, -1), (24, 24, 24, 3, 4, -7), (30, 29, 28, -30, 5, 25),
], ids=str)
def test_scalar_symbol_agrees_with_sympy(arguments):
    expected = float(sympy_3j(*arguments).n(30))
    assert wigner_3j_scalar(*arguments) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("arguments", [
    (1, 1, 3, 0, 0, 0), (1, 1, 1, 1, 1, 0), (1, 1, 2, 2, -2, 0), (0, 3, 3, 1, -1, 0), (3, 3, 3, 0, 0, 0),
], ids=str)
def test_scalar_symbol_is_exactly_zero_where_forbidden(arguments):
    assert wigner_3j_scalar(*arguments) == 0.0


@pytest.mark.parametrize(("l1", "l2", "l3"), [(12, 12, 24), (12, 12, 23), (12, 11, 12), (22, 21, 20)])
def test_entries_of_large_tensors_follow_the_scalar_symbol(l1, l2, l3):
    """All three m positive and m3 = m1 + m2: |w| = |3j| / √2."""
    tensor, sine = wigner_3j(l1, l2, l3), (l1 + l2 + l3) % 2
    for m1, m2 in [(1, 2), (3, 5), (8, 4)]:
        entry = tensor[l1 - m1 if sine else l1 + m1, l2 + m2, l3 + m1 + m2]
        expected = abs(wigner_3j_scalar(l1, l2, l3, m1, m2, -m1 - m2)) / 2**0.5
        assert abs(entry) == pytest.approx(expected, abs=1e-15)


def test_the_tensor_is_cached_and_read_only():
    assert wigner_3j(2, 2, 2) is wigner_3j(2, 2, 2)
    with pytest.raises(ValueError, match="read-only"):
        wigner_3j(2, 2, 2)[0, 0, 0] = 1


@pytest.mark.parametrize(("arguments", "message"), [
    ((1, 1, 3), r"l3 must be from .* got \(1, 1, 3\)"),
    ((1, -1, 0), "l must be at least 0, got -1"),
    ((1, 0.5, 0), "l must be an integer, got 0.5"),
])
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        wigner_3j(*arguments)


def test_bad_m_is_refused():
    with pytest.raises(ValueError, match="m must be an integer"):
        wigner_3j_scalar(1, 1, 1, 0.5, -0.5, 0)
