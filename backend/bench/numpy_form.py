"""The float64 NumPy form of any product; of one that has none, the exact map of its coupling table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.catalogue import entry
from backend.expressivity.certificate.reference import DenseReference, EdgeReference, Reference
from backend.expressivity.coupling_table import measured
from backend.expressivity.edge_table import edge_table
from backend.frameworks import Framework, Unsupported, framework_class
from backend.spec import COMPILATIONS, Problem
from backend.tensor_products import Operation, TensorProduct, make, spread


def numpy_form(key: str, problem: Problem, *, variant: str, own: Framework) -> Operation:
    """The product on a problem in NumPy and float64. Where it has no such form, its couplings are measured in float64
    in `own`, the framework in which it runs, which is then as it was.

    Raises Unsupported where there is neither.
    """
    known = entry(key)
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    if "numpy" in known.frameworks:
        return make(key, problem, numpy, variant=variant, layout=known.plain_layout)
    if known.mixings:
        raise Unsupported(f"{known.label} mixes channels, so its errors need a NumPy form or an oracle_key, and it has "
                          "neither")

    def plain(alone: Problem) -> TensorProduct:
        return _OfTable(alone, numpy, _exact_map(key, alone, variant, own))

    return spread(known, problem, numpy, plain, variant=variant, layout="channels_dim")


class _OfTable(TensorProduct):
    """The map of a coupling table, with the irreps of the product that it was measured of."""

    def __init__(self, problem: Problem, numpy: Framework, exact) -> None:
        self._product, self._map = exact
        super().__init__(problem, numpy, variant="", layout="channels_dim")

    def prepare(self):
        product = self._product
        self.irreps_in1, self.irreps_in2 = product.irreps_in1, product.irreps_in2
        self.irreps_out, self.directional = product.irreps_out, product.directional
        if product.directional:
            self.channels_in2 = 1
        self.linear_flops = self.product_flops = self.product_backward_flops = self.work_size = 0

    def __call__(self, x, y):
        x, y = np.asarray(x), np.asarray(y)
        if not self.directional and y.shape[1] == 1:   # one y for all channels
            y = np.broadcast_to(y, (*x.shape[:2], y.shape[-1]))
        return self._map(x, y)


def _exact_map(key: str, problem: Problem, variant: str, own: Framework):
    """The product on one channel and row, and its exact map of many."""
    alone, last = replace(problem, channels=1, batch=1), None
    try:
        for device in dict.fromkeys(("cpu", own.device)):
            try:
                wide = type(own)(device=device, dtype="float64", precision="highest",
                                 compilation=COMPILATIONS[own.name][0])
                return _measured(key, alone, variant, wide)
            except Unsupported as reason:
                last = reason
        raise last
    finally:
        type(own)(device=own.device, dtype=own.dtype, precision=own.precision, compilation=own.compilation)


def _measured(key: str, alone: Problem, variant: str, wide: Framework):
    product = make(key, alone, wide, variant=variant)
    if alone.setting == "edge":
        couplings, _ = edge_table(key, alone, wide, variant=variant)
        return product, EdgeReference(couplings, product.irreps_in1, product.irreps_out)
    table = measured(key, alone, wide, variant=variant)
    if table.tensor is not None:
        return product, DenseReference(table.tensor)
    return product, Reference(table.couplings, product.irreps_in1, product.irreps_in2, product.irreps_out)
