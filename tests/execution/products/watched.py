"""A product whose measuring a test sees: each process that prepares it says so, and the variant `held` waits there."""

import os
import time
from pathlib import Path

from backend.so3 import Irreps
from backend.tensor_products import TensorProduct

CATALOGUE = {
    "key": "watched",
    "label": "Watched",
    "group": "O3",
    "frameworks": ["numpy"],
    "variants": {"free": "It does not wait.", "held": "It waits for a file `go-BATCH` in the folder WATCHED."},
    "layouts": ["channels_dim"],
    "summary": "The scalar of x times every irrep of y.",
}


class Watched(TensorProduct):
    def prepare(self):
        problem = self.problem
        self.irreps_out = Irreps.natural(problem.degrees_in2)
        self.linear_flops, self.work_size = 0, 0
        self.product_flops = self.irreps_in2.dim
        self.product_backward_flops = 4 * self.product_flops
        if problem.batch >= 100:   # its expressivity and its errors are those of small batches
            self._watch(Path(os.environ["WATCHED"]))

    def __call__(self, x, y):
        if self.problem.batch >= 100:
            self._calls.write(f"{self.problem.batch} {time.monotonic()}\n")
        return self.layout.slice(x, 0, 1) * y

    def _watch(self, folder):
        self._calls = (folder / f"calls-{os.getpid()}").open("a", buffering=1)
        (folder / f"by-{self.problem.batch}-{os.getpid()}").touch()
        while self.variant == "held" and not (folder / f"go-{self.problem.batch}").exists():
            time.sleep(0.01)
