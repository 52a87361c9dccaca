"""A product of your own: copy this file into the folder that PLUGINS names, and change what it computes."""

from backend.so3 import Irreps
from backend.tensor_products import TensorProduct, Unsupported

CATALOGUE = {                                    # a literal: it is read without running the file
    "key": "scalars_times_all",                  # a Python name, new
    "label": "Scalars times all",
    "group": "O3",                               # or SO3: what the certificate judges it by
    "frameworks": ["numpy", "jax", "torch"],     # those whose arrays __call__ can take
    "layouts": ["channels_dim", "batch_last"],   # the first is the one it prefers
    "summary": "The scalar of x times every irrep of y.",
}


class ScalarsTimesAll(TensorProduct):
    def prepare(self):
        """Constants and declarations; none of it is timed."""
        problem = self.problem
        if problem.degrees_in1[0] != 0 or not set(problem.degrees_in2) <= set(problem.degrees_out):
            raise Unsupported("it needs a scalar in x, and every degree of y in z")
        self.irreps_out = Irreps.natural(problem.degrees_in2)
        self.linear_flops = 0                    # contractions with constants, of one row and channel
        self.product_flops = self.irreps_in2.dim
        self.product_backward_flops = 4 * self.product_flops
        self.work_size = 0                       # numbers between input and output
        # arrays that __call__ needs: self.table = self.constant(numpy_array)

    def __call__(self, x, y):
        """What is timed; self.layout knows which axis holds the components."""
        return self.layout.slice(x, 0, 1) * y
