"""What is asked of a product with weights: linear in each array of them, and its gradients by x, y and weights."""

from __future__ import annotations

from math import sqrt

import numpy as np

from backend.expressivity.certificate.deviation import relative, sum_error, worst
from backend.expressivity.certificate.probes import FACTORS, SCALES, Map, Probe
from backend.expressivity.certificate.square_reference import SquareReference
from backend.frameworks import Unsupported

_DIRECTIONS = 3   # random ones along which each gradient is taken


def weights_error(probe: Probe) -> float:
    """How far the map is from affine in each array of weights, some of which may act on some paths alone, and from
    zero without weights, relative to the largest term."""
    (a, b), found = FACTORS, []
    for number, own in enumerate(probe.weights):
        def at(values: np.ndarray, number: int = number) -> np.ndarray:
            return probe(probe.x, probe.y, [*probe.weights[:number], values, *probe.weights[number + 1 :]])

        other = own * probe.random.standard_normal(own.shape)
        rest, turned = at(0 * own), at(other)
        found.append(sum_error(at(a * own + b * other), a * probe.z + (1 - a - b) * rest, b * turned))
        found += [relative(at(scale * own), scale * (probe.z - rest) + rest) for scale in SCALES]
    nothing = probe(probe.x, probe.y, [0 * each for each in probe.weights])
    return worst([*found, np.abs(nothing).max() / (np.abs(probe.z).max() or 1.0)])


def mixing_gradient_error(probe: Probe, exact: Map) -> float | None:
    """The largest deviation along random directions, relative to the size that it has for random vectors. The map is
    linear in x and in y, so its derivative along v is the exact map at v; along other weights it is what the product
    itself, which is held to be linear in them, makes of those. None where the framework has no gradients.
    """
    product, cotangent = probe.product, probe.draw(probe.z.shape[-1])
    if (gradients := _gradients(probe, cotangent)) is None:
        return None
    by_x, by_y, *by_weights = gradients
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
    return worst(found)


def square_gradient_error(probe: Probe, reference: SquareReference) -> float | None:
    """The largest deviation of the gradient by x of a random cotangent, and, since the map is linear in each array
    of weights, of the gradient by weights along themselves from cotangent times output; relative. None where the
    framework has no gradients."""
    cotangent, product = probe.draw(probe.z.shape[-1]), probe.product
    if (gradients := _gradients(probe, cotangent)) is None:
        return None
    by_x, _, *by_weights = gradients
    found = [relative(by_x, product.place_x(reference.gradient(probe.x, cotangent)))]
    along = float(np.vdot(cotangent, reference(probe.x)))
    size = float(np.linalg.norm(cotangent) * np.linalg.norm(probe.z)) or 1.0
    return worst([*found, *(abs(float(np.vdot(each, own)) - along) / size
                            for each, own in zip(by_weights, probe.weights, strict=True))])


def _gradients(probe: Probe, cotangent: np.ndarray) -> list[np.ndarray] | None:
    """By x, y and each array of weights, as the product has them."""
    product, asarray = probe.product, probe.framework.asarray
    arguments = [asarray(each) for each in (
        product.place_x(probe.x), product.place_y(probe.y), *probe.weights, product.place_z(cotangent))]
    try:
        both = probe.framework.compile_with_gradient(product, *arguments)
    except Unsupported:
        return None
    return [probe.framework.to_numpy(each) for each in both.function(*arguments)[1:]]


def _deviation(gradient: np.ndarray, direction: np.ndarray, derivative: np.ndarray, cotangent: np.ndarray) -> float:
    size = float(np.linalg.norm(cotangent) * np.linalg.norm(derivative)) / sqrt(cotangent.size)
    return abs(float(np.vdot(gradient, direction)) - float(np.vdot(cotangent, derivative))) / (size or 1.0)
