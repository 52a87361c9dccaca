"""The order of measuring: products by turns, at random, so that a slow minute hits none of them alone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from backend.spec import Case


def interleaved(cases: Iterable[Case], seed: int | str) -> tuple[Case, ...]:
    """The cases in an order of this seed in which every part holds its share of each product: of n cases of a product
    the k-th comes at a random place in the k-th n-th of the whole."""
    order = random.Random(seed)
    products: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        products.setdefault((case.product, case.variant), []).append(case)
    placed = []
    for group in products.values():
        order.shuffle(group)
        placed += [((rank + order.random()) / len(group), case) for rank, case in enumerate(group)]
    return tuple(case for _, case in sorted(placed, key=lambda each: each[0]))


def passes(
    cases: Sequence[Case], processes: int, seed: int, measured: Mapping[str, int] | None = None
) -> list[tuple[Case, ...]]:
    """What each fresh process measures, in an order of its own: every case as often as is left of `processes` where
    `measured` (by key) have measured it."""
    known = measured or {}
    left = [[case for case in cases if known.get(case.key, 0) + number < processes] for number in range(processes)]
    return [interleaved(each, f"{seed} {number}") for number, each in enumerate(left) if each]
