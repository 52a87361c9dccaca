"""A function with its gradients, and with the gradients of those, as PyTorch's autograd takes them."""

from __future__ import annotations

import torch

from backend.frameworks.framework import Unsupported


def with_gradient(function):
    """(*arguments, cotangent) -> (z, a gradient by each argument that is not of integers)."""
    def both(*arguments):
        *given, cotangent = (each.detach() for each in arguments)
        floats = [each.requires_grad_() for each in given if each.is_floating_point()]
        z = function(*given)
        return z, *torch.autograd.grad(z, floats, cotangent, materialize_grads=True)

    return both


def with_second_gradient(function):
    """(*arguments, cotangent, h_x, h_y) -> what `Framework.compile_double_backward` says. Raises Unsupported where a
    gradient cannot be differentiated again."""
    def all_of_them(*arguments):
        *given, cotangent, h_x, h_y = (each.detach() for each in arguments)
        floats = [each.requires_grad_() for each in (*given, cotangent) if each.is_floating_point()]
        z = function(*given)
        first = torch.autograd.grad(z, given[:2], cotangent, create_graph=True, materialize_grads=True)
        reached = [(gradient, h) for gradient, h in zip(first, (h_x, h_y), strict=True) if gradient.requires_grad]
        second = _again(reached, floats) if reached else (None,)
        if second[-1] is None:   # S is linear in the cotangent
            raise Unsupported("its kernels give gradients that cannot be differentiated again")
        zeros = (torch.zeros_like(each) if found is None else found for found, each in zip(second, floats, strict=True))
        return z.detach(), *(each.detach() for each in first), *zeros

    return all_of_them


def _again(reached, floats):
    gradients, tangents = zip(*reached, strict=True)
    try:
        return torch.autograd.grad(gradients, floats, tangents, allow_unused=True)
    except NotImplementedError as error:
        raise Unsupported(f"PyTorch cannot differentiate its gradient again: {error}") from None
