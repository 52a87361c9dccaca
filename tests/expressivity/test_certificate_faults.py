"""Planted faults: each is a plug-in, and each fails its certificate with a sentence that says what is wrong."""

import textwrap

import pytest

from backend.catalogue import make_case
from backend.expressivity.certificate import certify
from backend.spec import Problem

TEMPLATE = '''
import numpy as np
from backend.so3 import Irrep, Irreps
from backend.tensor_products.{module} import {base}
{imports}

CATALOGUE = {{
    "key": "planted", "group": "{group}", "frameworks": ["numpy", "jax", "torch"], "layouts": ["channels_dim"],
    "coupling": "{coupling}",
}}


class Planted({base}):
    def __init__(self, problem, framework, *, variant, layout):
        super().__init__(problem, framework, variant="{variant}", layout=layout)

{body}
'''


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """(base product, body of the class) -> the certificate of the product with that fault."""
    monkeypatch.setenv("PLUGINS", str(tmp_path))

    def plant(body, *, module="gaunt_grid", base="GauntGrid", variant="dense", coupling="gaunt", group="O3", imports="",
              framework="numpy", l_max=2, **mode):
        text = TEMPLATE.format(module=module, base=base, variant=variant, coupling=coupling, group=group,
                               imports=imports, body=textwrap.indent(textwrap.dedent(body), "    "))
        (tmp_path / "planted.py").write_text(text)
        return certify(make_case("planted", "", framework, Problem.of("mimo", l_max), **mode))

    return plant


DENSE = {"module": "clebsch_gordan_dense", "base": "ClebschGordanDense", "variant": "matrix", "coupling": "component"}
MATRIX = {"module": "matrix", "base": "Matrix", "variant": "matmul", "coupling": "matrix", "group": "SO3"}

VECTOR = {"module": "vector_gaunt", "base": "VectorGaunt", "coupling": "vector", "group": "SO3"}
FUSED = {"module": "matrix_fused", "base": "MatrixFused", "variant": "matmul", "coupling": "matrix"}


def assert_fails(found, *words):
    assert (found.status, found.passed, found.message) == ("fails", False, "")
    for word in words:
        assert any(word in sentence for sentence in found.failures), found.failures


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


def test_a_map_that_is_wrong_in_float32_only(planted):
    body = """
        def constant(self, values):
            if self.framework.dtype == "float32":
                values = np.asarray(values * 2**9).round() / 2**9
            return super().constant(values)
    """
    assert_fails(planted(body, dtype="float32", **DENSE), "numpy in float32")
    assert planted(body, dtype="float64", **DENSE).passed


def test_a_map_that_is_wrong_in_one_framework_only(planted):
    body = """
        def __call__(self, x, y):
            return super().__call__(x, y * 1.001 if self.framework.name == "jax" else y)
    """
    found = planted(body, framework="jax", l_max=1)
    assert_fails(found, "jax in float32")
    assert found.bilinear and found.equivariance_error_rotation < found.tolerance
    assert planted(body, framework="torch", l_max=1).passed


@pytest.mark.parametrize(("wrong", "words"), [
    ("y[:, ::-1]", "each row and channel"), ("y[::-1] if len(y) == 3 else y", "each row and channel"),
    ("y[::-1]", "the coupling table")])
def test_mixed_channels_and_rows(planted, wrong, words):
    found = planted(f"""
        def __call__(self, x, y):
            return super().__call__(x, {wrong})
    """)
    assert_fails(found, words)


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


def test_a_wrong_gradient(planted):
    found = planted("""
        def __call__(self, x, y):
            return super().__call__(x.detach(), y) if hasattr(x, "detach") else super().__call__(x, y)
    """, framework="torch")
    assert_fails(found, "the gradient")


@pytest.mark.parametrize(("body", "words"), [
    ("def __call__(self, x, y):\n    raise ZeroDivisionError('it broke')", "it broke"),
    ("def prepare(self):\n    raise KeyError('a table')", "a table"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y)[..., :-1]", "shape"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y).astype(np.float64)", "must be float32"),
    ("def __call__(self, x, y):\n    return super().__call__(x, y) * np.nan", "must be finite"),
])
def test_a_product_that_breaks_fails_with_its_words(planted, body, words):
    assert_fails(planted(body), words)


def test_an_unknown_law_is_named(planted):
    from backend.spec import SpecError

    with pytest.raises(SpecError, match="coupling of planted must be one of component"):
        planted("pass", coupling="nonsense")


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


@pytest.mark.parametrize("framework", ["numpy", "torch"])
def test_a_product_that_changes_its_inputs_or_keeps_a_state(planted, framework):
    words = "must give the same output again"
    assert_fails(planted("""
        def __call__(self, x, y):
            z = super().__call__(x, y)
            x[...] = 0
            return z
    """, framework=framework), words)
    assert_fails(planted("""
        calls = 0

        def __call__(self, x, y):
            self.calls += 1
            return super().__call__(x, y) * (1 + 0.01 * self.calls)
    """, framework=framework, coupling="none"), words)


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_a_product_that_clips(planted, framework):
    assert_fails(planted("""
        def __call__(self, x, y):
            return super().__call__(x, y.clip(-50, 50))
    """, framework=framework), "must be bilinear")


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
@pytest.mark.parametrize("body", [
    "n = (x * x).sum(-1)[..., None]\n    with np.errstate(invalid='ignore'):\n        return z * (n / n)",
    "return z + 0.001", "return z[..., list(range(z.shape[-1]))[::-1]]",
    "return z + 0.001 * y.mean(1)[:, None, :1]"])
def test_wrong_outputs_in_every_framework(planted, framework, body):
    """Not a number on zeros, a constant, the components in reverse, a part of all channels."""
    found = planted(f"def __call__(self, x, y):\n    z = super().__call__(x, y)\n    {body}", framework=framework,
                    l_max=1)
    assert (found.status, found.passed) == ("fails", False) and found.failures


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_a_product_that_rounds_inside(planted, framework):
    """It says float64 and multiplies in float32; a copy that is not contiguous is no fault."""
    single = """
        def __call__(self, x, y):
            import torch
            cast = (lambda a, to: a.to(getattr(torch, to))) if self.framework.name == "torch" else (
                lambda a, to: a.astype(to))
            return cast(cast(super().__call__(x, y), "float32"), "float64")
    """
    assert_fails(planted(single, framework=framework, dtype="float64"), "under rotations")
    assert planted("""
        def __call__(self, x, y):
            z = super().__call__(x, y)
            return z.swapaxes(0, 2).copy().swapaxes(0, 2) if self.framework.name == "numpy" else z.swapaxes(
                0, 2).swapaxes(0, 2)
    """, framework=framework).passed


def test_a_product_that_is_zero(planted):
    assert_fails(planted("""
        def __call__(self, x, y):
            return super().__call__(x, y) * 0
    """, coupling="none"), "must not be zero")


def test_outputs_in_another_order_than_declared(planted):
    assert_fails(planted("""
        def prepare(self):
            super().prepare()
            self.irreps_out = Irreps(tuple(sorted(self.irreps_out, key=lambda irrep: (irrep.l, irrep.p))))
    """, **DENSE), "must be a multiple of w3j", "under rotations")
