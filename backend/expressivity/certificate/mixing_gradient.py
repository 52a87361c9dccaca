"""Gradients of a product whose channels mix, by x, y and each array of weights."""

from __future__ import annotations

from math import sqrt

import numpy as np

from backend.expressivity.certificate.probes import Map, Probe
from backend.frameworks import Unsupported

_DIRECTIONS = 3   # random ones along which each gradient is taken


def mixing_gradient_error(probe: Probe, exact: Map) -> float | None:
    """The largest deviation along random directions, relative to the size that it has for random vectors. The map is
    linear in x and in y, so its derivative along v is the exact map at v; along other weights it is what the product
    itself, which is held to be linear in them, makes of those. None where the framework has no gradients.
    """
    product, asarray = probe.product, probe.framework.asarray
    cotangent = probe.draw(probe.z.shape[-1])
    arguments = [asarray(each) for each in (
        product.place_x(probe.x), product.place_y(probe.y), *probe.weights, product.place_z(cotangent))]
    try:
        both = probe.framework.compile_with_gradient(product, *arguments)
    except Unsupported:
        return None
    _, by_x, by_y, *by_weights = map(probe.framework.to_numpy, both.function(*arguments))
    found = []
    for _ in range(_DIRECTIONS):
        x, y = probe.draw(probe.x.shape[-1]), probe.draw_y()
        found.append(_deviation(by_x, product.place_x(x), exact(x, probe.y), cotangent))
        found.append(_deviation(by_y, product.place_y(y), exact(probe.x, y), cotangent))
    for number, (gradient, own) in enumerate(zip(by_weights, probe.weights, strict=True)):
        first, last = probe.weights[:number], probe.weights[number + 1 :]
        rest = probe(probe.x, probe.y, [*first, 0 * own, *last])   # of paths that other arrays act on
        for _ in range(_DIRECTIONS):
            other = probe.random.standard_normal(own.shape, dtype=np.float32).astype(np.float64)
            derivative = probe(probe.x, probe.y, [*first, other, *last]) - rest
            found.append(_deviation(gradient, other, derivative, cotangent))
    return float(np.max(found))   # not a number stays one


def _deviation(gradient: np.ndarray, direction: np.ndarray, derivative: np.ndarray, cotangent: np.ndarray) -> float:
    size = float(np.linalg.norm(cotangent) * np.linalg.norm(derivative)) / sqrt(cotangent.size)
    return abs(float(np.vdot(gradient, direction)) - float(np.vdot(cotangent, derivative))) / (size or 1.0)
