"""Degrees of freedom of a product that is spread over channels: weights that mix, and linear layers around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from backend.expressivity.coupling_table import Coupling
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.jacobian import jacobian_rank
from backend.spec import Problem

_FAR = 1000            # between the degrees of two channels that stand as degrees of one
_ENTRIES = 2_000_000   # of a Jacobian that is decomposed


def spread_degrees_of_freedom(couplings: Sequence[Coupling], problem: Problem) -> int | None:
    """The dimension of the family of maps of a problem whose channels are spread; None where it is not known: the
    Jacobian would be too large, and no argument replaces it.

    Of an operation: its weights, and a scalar for each copy and channel of x, y and z. Of a layer: its own weights.
    `couplings` are those of the plain product on single channels.
    """
    if not couplings:
        return 0
    channels, inside = problem.channels, problem.inner
    match problem.mixing, problem.scope:
        case "uuu", "op":
            return degrees_of_freedom(couplings, channels)
        case "uvu", "op":
            return _one_y(couplings, channels)
        case "uuu", "layer":
            return layer_rank(couplings, inner=inside, outer=channels)
        case "uvu", "layer":
            return _layer_with_one_y(couplings, inside, channels)
        case "uvw", "op":
            return _all_pairs(couplings, channels)
    # every map of a path's own copies is reached where the inner channels can hold the outer ones
    own = len({each.copy for each in couplings}) == len(couplings) == len(set(map(_path, couplings)))
    return channels**3 * len(couplings) if own and inside >= channels else None


def layer_rank(couplings: Sequence[Coupling], *, inner: int, outer: int) -> int | None:
    """The generic rank with `inner` channels between linear layers of `outer` channels.

    It is at most inner t(outer), t(C) being the rank for one inner channel, which grows by the number of copies with
    each C; and it is that much if a special choice of weights reaches it, since the rank is lower semicontinuous: let
    each inner channel use two outer ones alone, m of them the same two. Derivatives of different pairs of channels do
    not meet; those of one pair are independent if inner = m, outer = 2 has rank m t(2), and (as the m share two
    channels) m is at most 2. None where neither this nor a Jacobian of moderate size decides.
    """
    copies = len({("x", each.copy1) for each in couplings} | {("y", each.copy2) for each in couplings}
                 | {("z", each.copy) for each in couplings})
    paths = len(set(map(_path, couplings)))
    if paths * outer**3 * copies * inner * outer <= _ENTRIES:
        found = jacobian_rank(couplings, inner=inner, outer=outer)
        return None if found is None else found.rank
    together = -(-inner // (outer // 2)) if outer > 1 else inner
    if outer < 2 or together > 2 or paths * 8 * copies * together * 2 > _ENTRIES:
        return None
    one, pair = (jacobian_rank(couplings, inner=each, outer=2).rank for each in (1, together))
    return inner * (one + (outer - 2) * copies) if pair == together * one else None


def _one_y(couplings: Sequence[Coupling], channels: int) -> int:
    """Channels of x and z with scalars of their own and one y: the rank is linear in the channels."""
    one = degrees_of_freedom(couplings)
    if channels == 1:
        return one
    two = degrees_of_freedom([_in_channel(each, channel) for channel in range(2) for each in couplings])
    return one + (channels - 1) * (two - one)


def _in_channel(coupling: Coupling, channel: int) -> Coupling:
    """The coupling in another channel of x and z, as if that were another degree."""
    shift = _FAR * channel
    return replace(coupling, l1=coupling.l1 + shift, copy1=coupling.copy1 + shift, copy=coupling.copy + shift)


def _all_pairs(couplings: Sequence[Coupling], channels: int) -> int | None:
    """Weights c[copy, u, v, w] and scalars a[l1, u], b[l2, v]: the logarithms of a path's coefficients are sums.

    The paths of a copy may differ by (a, b) alone: D1 and D2 hold these differences. In u and v they span
    im(D1) x R^C x 1 and im(D2) x 1 x R^C, which meet in (im D1 and im D2) x 1 x 1.
    """
    if len(set(map(_path, couplings))) != len(couplings):
        return None
    groups: dict[int, list[Coupling]] = {}
    for each in couplings:
        groups.setdefault(each.copy, []).append(each)
    pairs = [(first, each) for first, *others in groups.values() for each in others]
    left, right = (_differences(pairs, copy) for copy in (lambda each: each.copy1, lambda each: each.copy2))
    one, two, both = (_rank(each) for each in (left, right, np.concatenate([left, right], axis=1)))
    return channels**3 * len(groups) + channels * (one + two) - (one + two - both)


def _differences(pairs: Iterable[tuple[Coupling, Coupling]], copy: Callable[[Coupling], int]) -> np.ndarray:
    """A row per pair of paths, a column per input copy: +1 for the second, -1 for the first."""
    pairs = list(pairs)
    matrix = np.zeros((len(pairs), 1 + max((copy(each) for pair in pairs for each in pair), default=0)))
    for row, (first, second) in enumerate(pairs):
        matrix[row, copy(second)] += 1
        matrix[row, copy(first)] -= 1
    return matrix


def _layer_with_one_y(couplings: Sequence[Coupling], inner: int, outer: int) -> int | None:
    """The rank of sum over k of A[k, copy1, u] C[k, copy, w] G by A and C."""
    paths = {path: row for row, path in enumerate(sorted(set(map(_path, couplings))))}
    x, z = ({copy: place for place, copy in enumerate(sorted({get(each) for each in couplings}))}
            for get in (lambda each: each.copy1, lambda each: each.copy))
    if len(paths) * outer**2 * (len(x) + len(z)) * inner * outer > _ENTRIES:
        return None
    random, unit = np.random.default_rng(0), np.eye(outer)
    a, c = (random.standard_normal((len(places), inner, outer)) for places in (x, z))
    by_a, by_c = (np.zeros((len(paths), outer, outer, len(places), inner, outer)) for places in (x, z))
    for each in couplings:
        row, left, right = paths[_path(each)], x[each.copy1], z[each.copy]
        by_a[row, :, :, left] += each.g * np.einsum("ua,kw->uwka", unit, c[right])
        by_c[row, :, :, right] += each.g * np.einsum("ku,wa->uwka", a[left], unit)
    rows = len(paths) * outer**2
    return _rank(np.concatenate([by_a.reshape(rows, -1), by_c.reshape(rows, -1)], axis=1))


def _path(coupling: Coupling) -> tuple[int, int, int]:
    return coupling.l1, coupling.l2, coupling.l3


def _rank(matrix: np.ndarray) -> int:
    if not matrix.size:
        return 0
    values = np.linalg.svd(matrix, compute_uv=False)
    return int((values > 1e-9 * values[0]).sum())
