"""Wigner 3j symbols: the scalar symbol, and the invariant tensor of three irreps in the real basis."""

from __future__ import annotations

from functools import cache
from itertools import product
from math import comb, factorial

import numpy as np

from backend.so3.checks import integer, read_only, triangle

_EXACT_IN_INT64 = 62    # the integer sum below is at most 2^J


def wigner_3j(l1: int, l2: int, l3: int) -> np.ndarray:
    """The tensor (2l1+1, 2l2+1, 2l3+1) that rotations leave alone: real basis, Frobenius norm 1, read only.

    Its sign is that of ∫ Y_l1 Y_l2 Y_l3 for even l1+l2+l3 and of ∫ Y_l3 r·(∇Y_l1 × ∇Y_l2) for odd, which is
    the phase of e3nn. Entries are zero, exactly, unless m3 = ±m1 ± m2 and the number of negative m has the
    parity of l1+l2+l3. Raises ValueError outside the triangle.
    """
    l1, l2, l3 = (integer(l, "l") for l in (l1, l2, l3))
    if not triangle(l1, l2, l3):
        raise ValueError(f"l3 must be from |l1 - l2| to l1 + l2, got ({l1}, {l2}, {l3})")
    return _real_3j(l1, l2, l3)


def wigner_3j_scalar(l1: int, l2: int, l3: int, m1: int, m2: int, m3: int) -> float:
    """The 3j symbol (l1 l2 l3; m1 m2 m3), zero where the triangle or the m forbid it."""
    l1, l2, l3 = (integer(l, "l") for l in (l1, l2, l3))
    m1, m2, m3 = (integer(m, "m", least=None) for m in (m1, m2, m3))
    if not triangle(l1, l2, l3) or m1 + m2 + m3 or abs(m1) > l1 or abs(m2) > l2 or abs(m3) > l3:
        return 0.0
    return float(_complex_3j(l1, l2, l3, np.array([m1]), np.array([m2]))[0, 0])


def _complex_3j(l1: int, l2: int, l3: int, m1: np.ndarray, m2: np.ndarray) -> np.ndarray:
    """3j symbols (len(m1), len(m2)) with m3 = −m1−m2; meaningless where |m3| > l3.

    Racah's formula (DLMF 34.2.4) with its factorials collected into binomials, a+b+c = J = l1+l2+l3:
    Σ_k (−1)^k C(a, k) C(b, l1−m1−k) C(c, l2+m2−k). The sum is a product of integer matrices, so its
    cancellations cost nothing; only the square root around it is rounded.
    """
    a, b, c, total = l1 + l2 - l3, l1 - l2 + l3, -l1 + l2 + l3, l1 + l2 + l3
    dtype = np.int64 if total <= _EXACT_IN_INT64 else object
    k = np.arange(a + 1)[:, None]
    first = (1 - 2 * (k % 2)) * _binomials(a, k, dtype) * _binomials(b, l1 - m1 - k, dtype)
    sums = first.T @ _binomials(c, l2 + m2 - k, dtype)
    m3 = -m1[:, None] - m2
    square = (factorial(2 * l1) * factorial(2 * l2) * factorial(2 * l3)
              / (factorial(a) * factorial(b) * factorial(c) * factorial(total + 1)))
    weights = [np.maximum(_binomials(2 * l, l + m, dtype).astype(np.float64), 1.0)
               for l, m in ((l1, m1[:, None]), (l2, m2[None, :]), (l3, m3))]
    sign = 1 - 2 * ((l1 - l2 - m3) % 2)
    return sign * sums.astype(np.float64) * np.sqrt(square / (weights[0] * weights[1] * weights[2]))


def _binomials(n: int, k: np.ndarray, dtype: type) -> np.ndarray:
    """C(n, k), zero outside 0 <= k <= n."""
    return np.where((k >= 0) & (k <= n), _row(n, dtype)[np.clip(k, 0, n)], 0)


@cache
def _row(n: int, dtype: type) -> np.ndarray:
    return read_only(np.array([comb(n, k) for k in range(n + 1)], dtype=dtype))


@cache
def _real_3j(l1: int, l2: int, l3: int) -> np.ndarray:
    """Change of basis of the complex symbol: each real m is a combination of ±|m|.

    cos m = (|m⟩ + |−m⟩)/√2 and sin m = (|m⟩ − |−m⟩)/(i√2), where |m⟩ carries the phase (−1)^m for m > 0.
    The terms (m1, m2, m3) and (−m1, −m2, −m3) are equal or cancel, so one of each pair gives an entry:
    with m1, m2, m3 all nonzero twice 2^(−3/2), with one zero twice 2^(−1), with all zero itself.
    """
    total = l1 + l2 + l3
    rows, columns = np.arange(l1 + 1), np.arange(-l2, l2 + 1)
    m3 = -rows[:, None] - columns
    chosen = np.nonzero((np.abs(m3) <= l3) & ((rows[:, None] > 0) | (columns >= 0)))
    ms = (rows[chosen[0]], columns[chosen[1]], m3[chosen])
    values = _complex_3j(l1, l2, l3, rows, columns)[chosen]
    values = values * np.prod([np.where((m > 0) & (m % 2 == 1), -1, 1) for m in ms], axis=0)
    values = np.where((ms[0] != 0) & (ms[1] != 0) & (ms[2] != 0), values / np.sqrt(2), values)

    tensor = np.zeros((2 * l1 + 1, 2 * l2 + 1, 2 * l3 + 1))
    for sines in product((False, True), repeat=3):
        if sum(sines) % 2 != total % 2:
            continue
        sign, index = np.full(values.shape, (-1) ** ((sum(sines) + total + 1) // 2)), []
        for l, m, sine in zip((l1, l2, l3), ms, sines, strict=True):
            sign *= np.sign(m) if sine else 1                         # sin 0 does not exist: its sign is 0
            index.append(l - np.abs(m) if sine else l + np.abs(m))
        kept = sign != 0
        tensor[tuple(i[kept] for i in index)] = (sign * values)[kept]
    return read_only(tensor)
