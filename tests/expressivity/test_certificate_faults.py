"""Planted faults of the map itself: each is a plug-in, and each fails its certificate with a sentence that says what
is wrong."""

import pytest
from planted_faults import DENSE, FUSED, MATRIX, VECTOR, assert_fails


@pytest.mark.parametrize("base", [{}, DENSE, MATRIX, VECTOR, FUSED])
def test_without_a_fault_it_holds(planted, base):
    found = planted("pass", **base)
    assert found.failures == () and found.passed


def test_a_permuted_coefficient(planted):
    found = planted("""
        def constant(self, values):
            values = np.array(values)
            if values.shape == (9, 9):              # 1 x 1 -> 0, 1, 2
                values[[1, 2]] = values[[2, 1]]
            return super().constant(values)
    """, **DENSE)
    assert_fails(found, "must be a multiple of w3j", "under rotations")
    assert found.equivariance_error_rotation > 0.01 and found.bilinear


@pytest.mark.parametrize("short", ["n_theta=self.grid.n_theta - 1", "n_phi=self.grid.n_phi - 1"])
def test_a_grid_one_point_short(planted, monkeypatch, short):
    found = planted(f"""
        def _prepare_dense(self, degrees):
            self.grid = s2_grid(self.problem.l1 + self.problem.l2 + degrees[-1], {short})
            super()._prepare_dense(degrees)
    """, imports="from backend.so3 import s2_grid")
    assert_fails(found, "under rotations")


@pytest.mark.parametrize("claim", ['matrix', '', '", "family": "matrix'])   # its own, its base class's, its family's
@pytest.mark.parametrize("l_max", [1, 2])
def test_a_matrix_product_over_all_blocks(planted, claim, l_max):
    """Equivariant, bilinear, and with every interaction of the matrix product: only its G tells. The paper's code
    keeps all blocks 0..l of the coupling matrix and so multiplies matrices of side (l+1)^2."""
    body = """
        def __call__(self, x, y):
            half = self.side // 2
            side = (half + 1) ** 2

            def pack(degrees):
                rows = []
                for l in degrees:
                    big = np.zeros((side, side, 2 * l + 1))
                    for a in range(half + 1):
                        for b in range(half + 1):
                            if abs(a - b) <= l <= a + b:
                                big[a * a:(a + 1) ** 2, b * b:(b + 1) ** 2] = coefficients(a, b, l)
                    rows.append(big)
                return np.concatenate(rows, axis=2)

            left, right = (np.einsum("bci,mni->bcmn", each, pack(degrees)) for each, degrees in (
                (x, self.problem.degrees_in1), (y, self.problem.degrees_in2)))
            out = [irrep.l for irrep in self.irreps_out]
            z = np.einsum("bcmn,mni->bci", left @ right, pack(out))
            return z.astype(x.dtype)
    """
    imports = "from backend.tensor_products.coupling import coefficients"
    found = planted(body, imports=imports, l_max=l_max, **(MATRIX | {"coupling": claim}))
    assert_fails(found, "by the law matrix")
    assert found.bilinear and found.equivariance_error_rotation < found.tolerance
    assert found.oracle_error < found.tolerance   # it is the map of its own table
    assert planted(body, imports=imports, l_max=l_max, **(MATRIX | {"coupling": "none"})).passed


def test_a_map_that_is_not_bilinear(planted):
    found = planted("""
        def __call__(self, x, y):
            return super().__call__(x, y) * (x * x).sum(-1)[..., None]
    """)
    assert_fails(found, "must be bilinear")
    assert found.bilinear is False and found.equivariance_error_rotation < found.tolerance


@pytest.mark.parametrize(("wrong", "words"), [
    ("y[:, ::-1]", "each row and channel"), ("y[::-1] if len(y) == 3 else y", "each row and channel"),
    ("y[::-1]", "the coupling table")])
def test_mixed_channels_and_rows(planted, wrong, words):
    found = planted(f"""
        def __call__(self, x, y):
            return super().__call__(x, {wrong})
    """)
    assert_fails(found, words)


@pytest.mark.parametrize("where", ["not np.any(y)", "np.abs(y).max() > 100"])
def test_not_a_number_for_some_inputs(planted, where):
    found = planted(f"""
        def __call__(self, x, y):
            return super().__call__(x, y) * (np.nan if {where} else 1.0)
    """)
    assert_fails(found, "the output must be finite")


def test_a_wrong_parity_of_an_output(planted):
    found = planted("""
        def prepare(self):
            super().prepare()
            first, *rest = self.irreps_out
            self.irreps_out = Irreps((Irrep(first.l, -first.p), *rest))
    """)
    assert_fails(found, "under inversion")
    assert found.equivariance_error_rotation < found.tolerance


def test_a_wrong_sign_and_a_missing_path(planted):
    found = planted("""
        def constant(self, values):
            values = np.array(values)
            if values.shape == (9, 9):
                values[:, :1] *= -1                 # 1 x 1 -> 0
                values[:, 1:4] = 0                  # 1 x 1 -> 1
            return super().constant(values)
    """, **DENSE)
    assert_fails(found, "G(1, 1, 0) must be 1 by the law component, got -1", "G(1, 1, 1) must be 1.73205")
    assert found.interactable == 18


def test_a_vector_product_of_another_kind(planted):
    """Equivariant, of the same copies: only the law tells the cross product from twice it, and from a symmetric one."""
    twice = """
        def __call__(self, x, y):
            return super().__call__(x, y) * 2
    """
    assert_fails(planted(twice, **VECTOR), "by the law vector")
    swapped = """
        def prepare(self):
            super().prepare()
            order = np.arange(self.irreps_in1.dim)
            order[1:4], order[4:7] = np.arange(4, 7), np.arange(1, 4)   # j = 1 as vector harmonics of l = 1 and of 0
            self._order = self.constant(order)

        def __call__(self, x, y):
            return super().__call__(self.layout.take(x, self._order), y)
    """
    found = planted(swapped, **(VECTOR | {"l_max": 1}))
    assert found.equivariance_error_rotation < found.tolerance
    assert_fails(found, "by the law vector")
    assert planted(swapped, **(VECTOR | {"coupling": "none"})).passed


def test_a_fused_product_on_a_larger_space(planted):
    found = planted("""
        def prepare(self):
            half = matrix_fused.half_of
            matrix_fused.half_of = lambda *degrees: half(*degrees) + 1
            try:
                super().prepare()
            finally:
                matrix_fused.half_of = half
    """, imports="from backend.tensor_products import matrix_fused", **FUSED)
    assert_fails(found, "by the law matrix")
    assert found.equivariance_error_rotation < found.tolerance


def test_outputs_in_another_order_than_declared(planted):
    assert_fails(planted("""
        def prepare(self):
            super().prepare()
            self.irreps_out = Irreps(tuple(sorted(self.irreps_out, key=lambda irrep: (irrep.l, irrep.p))))
    """, **DENSE), "must be a multiple of w3j", "under rotations")
