"""A function with its gradients, and with the gradients of those, by JAX's vector-Jacobian products."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from backend.frameworks.framework import Unsupported


def with_gradient(function):
    """(*arguments, cotangent) -> (z, a gradient by each argument that is not of integers)."""
    def both(*arguments):
        *given, cotangent = arguments
        of_floats, floats = _of_floats(function, given)
        z, pull_back = jax.vjp(of_floats, *floats)
        return z, *pull_back(cotangent)

    return both


def with_second_gradient(function):
    """(*arguments, cotangent, h_x, h_y) -> what `Framework.compile_double_backward` says. Raises Unsupported where a
    gradient cannot be differentiated again."""
    def all_of_them(*arguments):
        *given, cotangent, h_x, h_y = arguments
        of_floats, floats = _of_floats(function, given)

        def first(*floats):
            x, y, *rest, cotangent = floats
            z, pull_back = jax.vjp(lambda x, y: of_floats(x, y, *rest), x, y)
            return pull_back(cotangent), z

        try:
            gradients, pull_back, z = jax.vjp(first, *floats, cotangent, has_aux=True)
            return z, *gradients, *pull_back((h_x, h_y))
        except NotImplementedError as error:
            raise Unsupported(f"JAX cannot differentiate its gradient again: {error}") from None

    return all_of_them


def _of_floats(function, arguments):
    """(function of the arguments that are not of integers, these arguments)."""
    floating = [jnp.issubdtype(each.dtype, jnp.floating) for each in arguments]

    def of_floats(*floats):
        numbers = iter(floats)
        return function(*(next(numbers) if is_float else each
                          for each, is_float in zip(arguments, floating, strict=True)))

    return of_floats, [each for each, is_float in zip(arguments, floating, strict=True) if is_float]
