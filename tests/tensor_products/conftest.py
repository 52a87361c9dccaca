"""Fixtures for products: frameworks, and how a product is called on plain arrays."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np
import pytest

from backend.frameworks import framework_class
from backend.spec import COMPILATIONS
from backend.tensor_products import make
from backend.tensor_products.layout import from_layout, to_layout


@pytest.fixture
def framework():
    """(name, dtype) -> the framework on the CPU."""
    def build(name, dtype="float64", compilation=""):
        return framework_class(name)(
            device="cpu", dtype=dtype, precision="highest", compilation=compilation or COMPILATIONS[name][0])

    return build


@pytest.fixture
def multiply(framework):
    """The product of a key on a problem, applied to arrays (batch, channels, dim); gives the same, and the product."""
    def call(key, problem, x, y, *, name="numpy", variant="", layout="channels_dim", dtype="float64"):
        arrays = framework(name, dtype)
        product = make(key, problem, arrays, variant=variant, layout=layout)
        placed = [arrays.asarray(to_layout(each, layout)) for each in (x, y)]
        output = arrays.compile(product, *placed).function(*placed)
        return from_layout(arrays.to_numpy(output), layout), product

    return call


@pytest.fixture
def random_inputs(framework):
    """x, y for a problem, or for a product of that key on it, which may take more than one copy; float64, seeded."""
    def draw(problem, key="", *, name="numpy", seed=0):
        random = np.random.default_rng(seed)
        dims = problem.dim_in1, problem.dim_in2
        if key:
            product = make(key, problem, framework(name))
            dims = product.irreps_in1.dim, product.irreps_in2.dim
        return tuple(random.standard_normal((problem.batch, problem.channels, dim)) for dim in dims)

    return draw
