"""A sparse bilinear map in PyTorch, and its gradients to any order: sums of weighed rows, one kernel each."""

from __future__ import annotations

import torch


def bilinear(i, j, k, weight, sizes, axis):
    """(x, y) -> z with z_k = sum of weight x_i y_j over the terms of k, along `axis`."""
    size, size1, size2 = sizes
    pair = i * size2 + j
    by_pair = torch.argsort(pair, stable=True)
    forward = pair, _starts(k, size), weight
    backward = k[by_pair].contiguous(), _starts(pair, size1 * size2), weight[by_pair].contiguous()

    def multiply(x, y):
        x, y = (each.movedim(axis, 0).contiguous() for each in (x, y))
        outer = x[:, None] * y[None]
        rows = outer.reshape(size1 * size2, -1)
        z = _weighed_sum(rows, forward, backward)
        return z.reshape(size, *outer.shape[2:]).movedim(0, axis).contiguous()

    return multiply


def _weighed_sum(rows, table, back):
    """The sums by `table`; where a gradient is asked for, so that it can be taken, which costs microseconds."""
    if rows.requires_grad and torch.is_grad_enabled():
        return _WeighedSum.apply(rows, table, back)
    return _sums(rows, *table)


class _WeighedSum(torch.autograd.Function):
    """Sums of weighed rows, linear in them: the gradient is one by the table the other way round, and so on. PyTorch's
    own gradient of a bag cannot be differentiated again."""

    @staticmethod
    def forward(ctx, rows, table, back):
        ctx.tables = back, table
        return _sums(rows, *table)

    @staticmethod
    def backward(ctx, cotangent):
        return _weighed_sum(cotangent.contiguous(), *ctx.tables), None, None


def _sums(rows, place, first, weight):
    """Sum number n of weight rows[place] over the terms from first[n] to the next; a bag is one sum."""
    return torch.nn.functional.embedding_bag(place, rows, first, mode="sum", per_sample_weights=weight)


def _starts(numbers, size):
    """Where the terms of each number begin once they are sorted."""
    count = torch.bincount(numbers, minlength=size)
    return torch.cumsum(count, 0) - count
