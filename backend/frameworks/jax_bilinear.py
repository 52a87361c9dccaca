"""A sparse bilinear map in JAX: few gathers, for its gradients of any order too, and no array of all terms."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

_UNROLLED = 8      # terms of an output that one turn of a loop adds
_STRAIGHT = 32     # terms of an output up to which there is no loop


def bilinear(i, j, k, weight, sizes, axis):
    """(x, y) -> z with z_k = sum of weight x_i y_j over the terms of k, along `axis`.

    A gradient of it has the same form, and so have that one's: z, x and y are the slots of one sum over terms, and
    the map into each is the gradient of the other two. Autodiff would scatter, term by term.
    """
    places, tables = (k, i, j), []
    for slot in range(3):
        left, right = _others(slot)
        tables.append(_table(places[slot], places[left], places[right], weight, sizes[slot]))
    terms = [len(table[0]) for table in tables]
    looped = [min(_UNROLLED, -(-count // 2)) for count in terms]
    again, maps = [], []
    for slot in range(3):   # unrolled wholly, maps would share what they gather, and XLA would keep all of it
        again.append(_into(slot, tables[slot], looped[slot], again))
        straight = terms[slot] if axis == 0 and terms[slot] <= _STRAIGHT else looped[slot]
        maps.append(_into(slot, tables[slot], _UNROLLED if slot else straight, again if slot else maps))
    return lambda x, y: jnp.moveaxis(maps[0](*(jnp.moveaxis(each, axis, 0) for each in (x, y))), 0, axis)


def _others(slot):
    return tuple(number for number in range(3) if number != slot)


def _into(slot, table, unroll, maps):
    """The map into a slot from the two others, in order; `maps` will hold those by which it is differentiated."""
    left, right = _others(slot)

    @jax.custom_vjp
    def into(a, b):
        return _summed(a, b, table, unroll)

    def pull_back(given, cotangent):
        known = {slot: cotangent, left: given[0], right: given[1]}
        gradients = (maps[asked](*(known[number] for number in _others(asked))) for asked in (left, right))
        return tuple(_as_wide(gradient, each) for gradient, each in zip(gradients, given, strict=True))

    into.defvjp(lambda a, b: (into(a, b), (a, b)), pull_back)
    return into


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
