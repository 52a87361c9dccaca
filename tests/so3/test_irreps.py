"""Irreps and their direct sums."""

import pytest

from backend.so3 import Irrep, Irreps


@pytest.mark.parametrize(("l", "p", "text", "dim"), [(0, 1, "0e", 1), (1, -1, "1o", 3), (12, 1, "12e", 25)])
def test_irrep(l, p, text, dim):
    assert str(Irrep(l, p)) == text
    assert Irrep(l, p).dim == dim


def test_irreps_are_a_tuple_of_copies_in_order():
    irreps = Irreps((Irrep(1, -1), Irrep(0, 1), Irrep(1, -1)))
    assert str(irreps) == "1x1o+1x0e+1x1o"
    assert irreps.dim == 7
    assert irreps.slices == (slice(0, 3), slice(3, 4), slice(4, 7))
    assert list(irreps) == list(irreps.copies)
    assert len(irreps) == 3
    assert irreps[1] == Irrep(0, 1)
    assert hash(irreps) == hash(Irreps(irreps.copies))


def test_natural_parity_alternates():
    assert str(Irreps.natural(range(4))) == "1x0e+1x1o+1x2e+1x3o"
    assert Irreps.natural([]).dim == 0


@pytest.mark.parametrize(("l", "p", "message"), [
    (-1, 1, "l must be at least 0, got -1"),
    (1.5, 1, "l must be an integer, got 1.5"),
    (1, 0, "parity must be 1 or -1, got 0"),
])
def test_bad_irrep_is_refused(l, p, message):
    with pytest.raises(ValueError, match=message):
        Irrep(l, p)


def test_irreps_hold_only_irreps():
    with pytest.raises(ValueError, match="copies must hold Irrep only"):
        Irreps((1, 2))
