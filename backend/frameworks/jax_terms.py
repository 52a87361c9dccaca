"""The terms of a sparse bilinear map in JAX: few tables to gather by, each as long as its fullest place needs."""

from __future__ import annotations

from functools import cache
from math import prod

import jax
import jax.numpy as jnp
import numpy as np

_UNROLLED = 8      # terms of a place that one turn of a loop adds
_FEW = 1000        # numbers of a row up to which a product of two is made once
_LITTLE = 50_000   # multiplications from which slices spare more than what it costs to start each
_INLINE = 450      # to which XLA calls it from the thread that asks, some 10 us sooner (1,000 FLOP by its count)
_MANY = 8000       # numbers of a row from which they do where the slices are loops


class Terms:
    """z[place] = sum over its terms of weight x[left] y[right], for x and y whose rows run along axis 0.

    Places have unlike numbers of terms, and a table has as many for each. So the places are cut into slices, one
    after the other, such that the tables together are smallest.
    """

    def __init__(self, weight, z, x, y):
        """weight: shape (terms,). z, x, y: for each the row of every term, shape (terms,), and the number of rows."""
        order = np.argsort(z[0], kind="stable")
        self._weight, self._left, self._right = weight[order], x[0][order], y[0][order]
        self._counts = np.bincount(z[0], minlength=z[1])
        self._pairs, self._width = x[1] * y[1], y[1]
        self.tables = cache(self.tables)

    def tables(self, most: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """(left, right, weight) of each of at most `most` slices, of shape (most terms of a place, places)."""
        return [self._table(*each) for each in fewest_places(self._counts, most)]

    def _table(self, begin, end):
        counts, start = self._counts[begin:end], self._counts[:begin].sum()
        first, turn = start + np.cumsum(counts) - counts, np.arange(counts.max())[:, None]
        term = np.minimum(first + turn, len(self._weight) - 1)
        weight = np.where(turn < counts, self._weight[term], 0).astype(self._weight.dtype)
        return self._left[term], self._right[term], weight

    def sum(self, x, y, straight: int):
        """z. Without a loop where a place has up to `straight` terms; the result of a loop lies in memory, so that
        what follows, a transposition say, does not compute it again."""
        numbers = prod(jnp.broadcast_shapes(x.shape[1:], y.shape[1:]))
        together = straight and numbers <= _FEW and self._pairs <= len(self._counts)
        factors = self._of_pairs if together else self._of_both
        slices = 4 if (self._is_much(numbers) if straight else numbers > _MANY) else 1
        parts = [_summed(factors, x, y, table, straight) for table in self.tables(slices)]
        return jnp.concatenate(parts) if len(parts) > 1 else parts[0]

    def _is_much(self, numbers):
        sliced, whole = (numbers * each for each in (self._counts.sum(), self._counts.size * self._counts.max()))
        return whole > _LITTLE or sliced <= _INLINE < whole

    def _of_pairs(self, x, y):
        pairs = x[:, None] * y[None]
        pairs = pairs.reshape(self._pairs, *pairs.shape[2:])   # not -1, which no rows leave open
        return lambda left, right, weight: _take(pairs, left * self._width + right) * weight

    def _of_both(self, x, y):
        return lambda left, right, weight: _take(x, left) * (_take(y, right) * weight)


def fewest_places(counts: np.ndarray, most: int) -> list[tuple[int, int]]:
    """Bounds of at most `most` neighbouring slices whose (length x largest count) add up to least."""
    least = np.append(0.0, np.full(len(counts), np.inf))
    chosen = []
    for _ in range(most):
        begins, after = np.zeros(len(counts) + 1, int), np.zeros(len(counts) + 1)
        for end in range(1, len(counts) + 1):
            largest = np.maximum.accumulate(counts[end - 1::-1])[::-1] if end else 0
            cost = least[:end] + largest * (end - np.arange(end))
            begins[end] = np.argmin(cost)
            after[end] = cost[begins[end]]
        least = after
        chosen.append(begins)
    bounds, end = [], len(counts)
    for begins in reversed(chosen):
        if end:
            bounds.append((int(begins[end]), end))
            end = int(begins[end])
    return bounds[::-1]


def _summed(factors, x, y, table, straight):
    product, count = factors(x, y), len(table[0])
    rest = jnp.broadcast_shapes(x.shape[1:], y.shape[1:])

    def term(left, right, weight):
        return product(left, right, weight.reshape(-1, *(1,) * len(rest)))

    if 0 < count <= straight:
        first, *others = (term(*each) for each in zip(*table, strict=True))
        return sum(others, start=first)
    start = jnp.zeros((table[0].shape[1], *rest), jnp.result_type(x, y))
    if count == 0:
        return start
    tables, turn = tuple(map(jnp.asarray, table)), min(_UNROLLED, -(-count // 2))
    return jax.lax.scan(lambda total, each: (total + term(*each), None), start, tables, unroll=turn)[0]


def _take(rows, index):
    return jnp.take(rows, index, axis=0, mode="clip")
