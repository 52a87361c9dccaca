"""What a call holds in memory, as the compiler or the profiler counts it, beside what the product declares."""

import numpy as np
import pytest

from backend.bench.call import compiled_for
from backend.catalogue import catalogue
from backend.spec import Problem
from backend.tensor_products import make
from backend.tensor_products.layout import to_layout

# a library's intermediate arrays are its own, and its declaration a guess at them
OURS = [(key, variant, name) for key, known in catalogue().items() if not known.library
        for variant in known.variants for name in known.frameworks
        if name != "numpy" and variant != "chosen"   # chosen of the others
        and (variant, name) != ("unrolled", "torch")]   # PyTorch's needs a compiler
LARGEST = {("cp", "7L2"): 1, ("cp", "14L2"): 1, ("clebsch_gordan_sparse", "unrolled"): 1,
           ("clebsch_gordan_edge", "matrix"): 3}   # L above which fitting or compiling takes seconds
CALLS = [(1, "forward"), (3, "forward"), (5, "forward"), (3, "forward_backward"), (3, "double_backward")]


@pytest.mark.parametrize(("key", "variant", "name", "l_max", "direction"), [
    (*each, *call) for each in OURS for call in CALLS if call[0] <= LARGEST.get(each[:2], 5)])
def test_holds_no_more_than_twice_the_declared_bytes(key, variant, name, l_max, direction, framework):
    settings = catalogue()[key].settings
    setting = "mimo" if "mimo" in settings else settings[0]
    arrays = framework(name, "float32")
    mixes = {"mixing": catalogue()[key].mixings[-1], "weights": "shared"} if catalogue()[key].mixings else {}
    product = make(key, Problem.of(setting, l_max, batch=1000, **mixes), arrays, variant=variant)
    random = np.random.default_rng(0)
    dims = product.irreps_in1.dim, product.irreps_in2.dim, product.irreps_out.dim
    x, y, *behind = (arrays.asarray(to_layout(random.standard_normal((1000, 1, dim)), product.layout.name))
                     for dim in (*dims, *dims[:2]))
    behind = {"forward": [], "forward_backward": behind[:1], "double_backward": behind}[direction]
    placed = (x, y, *map(arrays.asarray, product.weights()), *behind)
    compiled = compiled_for(direction, arrays, product, placed)
    share = arrays.peak_memory(compiled, placed) / product.held_bytes(direction)
    assert 0.4 < share < 2   # and a declaration that is far too large would hold for anything
