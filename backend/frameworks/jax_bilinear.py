"""A sparse bilinear map in JAX: few gathers for forward and both gradients, and no array of all terms."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

_UNROLLED = 8      # terms of an output that one turn of a loop adds
_STRAIGHT = 32     # terms of an output up to which there is no loop


def bilinear(i, j, k, weight, sizes, axis):
    """(x, y) -> z with z_k = sum of weight x_i y_j over the terms of k, along `axis`.

    A gradient of it has the same form, so it is computed likewise: autodiff would scatter, term by term.
    """
    forward, by_x, by_y = (_table(places, left, right, weight, size)
                           for places, left, right, size in zip((k, i, j), (i, k, k), (j, j, i), sizes, strict=True))
    terms = len(forward[0])
    unroll = terms if axis == 0 and terms <= _STRAIGHT else min(_UNROLLED, -(-terms // 2))

    @jax.custom_vjp
    def rows(x, y):
        return _summed(x, y, forward, unroll)

    def pull_back(given, cotangent):
        x, y = given
        gradients = _summed(cotangent, y, by_x, _UNROLLED), _summed(cotangent, x, by_y, _UNROLLED)
        return tuple(_as_wide(gradient, each) for gradient, each in zip(gradients, given, strict=True))

    rows.defvjp(lambda x, y: (rows(x, y), (x, y)), pull_back)
    return lambda x, y: jnp.moveaxis(rows(*(jnp.moveaxis(each, axis, 0) for each in (x, y))), 0, axis)


def _table(places, left, right, weight, size):
    """(left, right, weight), each of shape (most terms of a place, size): the terms of every place, then zeros."""
    order = np.argsort(places, kind="stable")
    count = np.bincount(places, minlength=size)
    first, turn = np.cumsum(count) - count, np.arange(count.max())[:, None]
    term = order[np.minimum(first + turn, len(order) - 1)]
    return left[term], right[term], np.where(turn < count, weight[term], 0).astype(weight.dtype)


def _summed(x, y, table, unroll):
    """The sum over the table's first axis of weight x_left y_right, along axis 0. As a loop where it is not wholly
    unrolled, and a loop's result lies in memory: what follows, a transposition say, does not compute it again."""
    def add(total, term):
        left, right, weight = term
        column = weight.reshape(-1, *(1,) * (x.ndim - 1))
        return total + _take(x, left) * (_take(y, right) * column), None

    rest = jnp.broadcast_shapes(x.shape[1:], y.shape[1:])
    start = jnp.zeros((table[0].shape[1], *rest), x.dtype)
    return jax.lax.scan(add, start, tuple(map(jnp.asarray, table)), unroll=unroll)[0]


def _take(rows, index):
    return jnp.take(rows, index, axis=0, mode="clip")


def _as_wide(gradient, array):
    """The gradient summed over the axes along which the array was repeated."""
    repeated = tuple(axis for axis, (many, few) in enumerate(zip(gradient.shape, array.shape, strict=True))
                     if many != few)
    return gradient.sum(repeated, keepdims=True) if repeated else gradient
