"""A sparse bilinear map in JAX: few gathers, for its gradients of any order too, and no array of all terms."""

from __future__ import annotations

from math import prod

import jax
import jax.numpy as jnp

from backend.frameworks.jax_terms import Terms

_STRAIGHT = 32            # terms of an output up to which there is no loop
_STRAIGHT_GRADIENT = 8    # and of a gradient: unrolled further they share what they gather, and XLA keeps all of it
_WIDE = 16                # numbers behind the axis from which the compiler leaves it where it is


def bilinear(i, j, k, weight, sizes, axis):
    """(x, y) -> z with z_k = sum of weight x_i y_j over the terms of k, along `axis`.

    A gradient of it has the same form, and so have that one's: z, x and y are the slots of one sum over terms, and
    the map into each is the gradient of the other two. Autodiff would scatter, term by term.
    """
    places, again = (k, i, j), []
    terms = [Terms(weight, *((places[at], sizes[at]) for at in (slot, *_others(slot)))) for slot in range(3)]
    for slot in range(3):
        again.append(_into(slot, terms[slot], 0, again))
    gradients = [None, *(_into(slot, terms[slot], _STRAIGHT_GRADIENT, again) for slot in (1, 2))]
    at_front, behind = (_into(0, terms[0], straight, gradients) for straight in (_STRAIGHT, 0))

    def multiply(x, y):
        front = prod(x.shape[:axis]) == prod(y.shape[:axis]) == 1 or prod(x.shape[axis + 1:]) >= _WIDE
        z = (at_front if front else behind)(*(jnp.moveaxis(each, axis, 0) for each in (x, y)))
        return jnp.moveaxis(z, 0, axis)

    return multiply


def _others(slot):
    return tuple(number for number in range(3) if number != slot)


def _into(slot, terms, straight, maps):
    """The map into a slot from the two others, in order; `maps` will hold those by which it is differentiated."""
    left, right = _others(slot)

    @jax.custom_vjp
    def into(a, b):
        return terms.sum(a, b, straight)

    def pull_back(given, cotangent):
        known = {slot: cotangent, left: given[0], right: given[1]}
        gradients = (maps[asked](*(known[number] for number in _others(asked))) for asked in (left, right))
        return tuple(_as_wide(gradient, each) for gradient, each in zip(gradients, given, strict=True))

    into.defvjp(lambda a, b: (into(a, b), (a, b)), pull_back)
    return into


def _as_wide(gradient, array):
    """The gradient summed over the axes along which the array was repeated."""
    repeated = tuple(axis for axis, (many, few) in enumerate(zip(gradient.shape, array.shape, strict=True))
                     if many != few)
    return gradient.sum(repeated, keepdims=True) if repeated else gradient
