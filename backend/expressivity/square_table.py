"""The couplings of T(x, x), from those of T(x, y)."""

from __future__ import annotations

from collections.abc import Sequence

from backend.expressivity.coupling_table import TOLERANCE, Coupling


def square_couplings(couplings: Sequence[Coupling]) -> list[Coupling]:
    """Every nonzero coupling of the square, copy1 <= copy2: what x_1 x_2 and x_2 x_1 give together.

    w3j(l2, l1, l3) is (-1)^(l1 + l2 + l3) times w3j(l1, l2, l3) with its first two indices exchanged, so an exchanged
    coupling adds with that sign, and a copy's coupling with itself vanishes where the sign is negative.
    """
    sums: dict[tuple[int, ...], float] = {}
    for each in couplings:
        sign = (-1) ** (each.l1 + each.l2 + each.l3)
        if each.copy1 <= each.copy2:
            place, g = (each.l1, each.l2, each.l3, each.copy1, each.copy2, each.copy), each.g
        else:
            place, g = (each.l2, each.l1, each.l3, each.copy2, each.copy1, each.copy), sign * each.g
        if each.copy1 == each.copy2 and sign < 0:
            g = 0.0
        sums[place] = sums.get(place, 0.0) + g
    largest = max((abs(each.g) for each in couplings), default=0.0)
    return [Coupling(*place, g) for place, g in sorted(sums.items()) if abs(g) > TOLERANCE * largest]
