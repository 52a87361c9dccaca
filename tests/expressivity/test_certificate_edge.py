"""Certificates of edge convolutions: what holds, what a truncation costs, and planted faults that fail."""

import textwrap

import numpy as np
import pytest

from backend.catalogue import catalogue, make_case
from backend.expressivity.certificate import certify
from backend.expressivity.certificate.edge_jacobian import edge_jacobian_rank
from backend.expressivity.certificate.reference import EdgeReference
from backend.expressivity.coupling_table import Coupling
from backend.expressivity.edge_family import edge_family
from backend.frameworks import framework_class
from backend.so3 import Irreps
from backend.spec import Problem

EVERY = [(key, variant, name) for key, known in catalogue().items() if "edge" in known.settings and not known.library
         for variant in known.variants for name in known.frameworks]
ERRORS = ("linear_error", "length_error", "equivariance_error_rotation", "equivariance_error_inversion",
          "oracle_error", "numpy_error", "gradient_error")
TEMPLATE = '''
import numpy as np
from backend.tensor_products import {module}
from backend.tensor_products.{module} import {base}

CATALOGUE = {{
    "key": "planted", "group": "O3", "frameworks": ["numpy", "jax", "torch"], "layouts": ["channels_dim"],
    "settings": ["edge"],{more}
}}


class Planted({base}):
    def __init__(self, problem, framework, *, variant, layout):
        super().__init__(problem, framework, variant="{variant}", layout=layout)

{body}
'''


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """(body of a class derived from So2) -> the certificate of the product with that fault."""
    monkeypatch.setenv("PLUGINS", str(tmp_path))

    def plant(body, *, module="so2", base="So2", variant="full", more="", framework="numpy", l_max=2, dtype="float64"):
        text = TEMPLATE.format(module=module, base=base, variant=variant, more=more,
                               body=textwrap.indent(textwrap.dedent(body), "    "))
        (tmp_path / "planted.py").write_text(text)
        return certify(make_case("planted", "", framework, Problem.of("edge", l_max), dtype=dtype))

    return plant


def family(key, problem, variant=""):
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return edge_family(key, problem, numpy, variant=variant)


def assert_fails(found, *words):
    assert (found.status, found.passed, found.message) == ("fails", False, "")
    for word in words:
        assert any(word in sentence for sentence in found.failures), found.failures


@pytest.mark.parametrize(("key", "variant", "name", "dtype"), [
    (*each, dtype) for each in EVERY for dtype in ("float32", "float64") if (each[2], dtype) != ("jax", "float64")])
def test_every_edge_convolution_holds(key, variant, name, dtype):
    found = certify(make_case(key, variant, name, Problem.of("edge", 3), dtype=dtype))
    assert (found.status, found.failures, found.lost) == ("holds", (), ())
    errors = {error: getattr(found, error) for error in ERRORS}
    assert (errors.pop("gradient_error") is None) == (name == "numpy")
    assert max(errors.values()) < 5e-6 * (1e-8 if dtype == "float64" else 1)
    assert (found.bilinear, found.bilinear_error, found.jacobian_rank_untied) == (None, None, None)
    truncated = variant == "m_max_2"
    assert found.law == ("component_m_max_2" if truncated else "component")
    assert (found.interactable, found.cg_paths, found.weights) == (44, 44, 44)   # a truncation loses no path
    assert found.degrees_of_freedom == found.jacobian_rank == (42 if truncated else 44)   # it loses weights
    assert (found.jacobian_gap or 0) > 1e12 if truncated else found.jacobian_gap is None
    assert found.flops > 0 and found.bytes > 0


def test_the_gradient_at_a_pole_is_shown_not_judged():
    so2, dense = (certify(make_case(key, "", "torch", Problem.of("edge", 2))) for key in ("so2", "clebsch_gordan_edge"))
    assert so2.passed and so2.gradient_error < so2.tolerance < so2.gradient_error_pole
    assert dense.gradient_error_pole < dense.tolerance


def test_a_truncation_reaches_paths_beyond_the_harmonics_of_the_problem():
    found = certify(make_case("so2", "m_max_2", "numpy", Problem("edge", 4, 3, 4), dtype="float64"))
    assert found.passed and found.interactable == found.cg_paths
    assert max(path[1] for path in found.paths) > 3
    full = certify(make_case("so2", "full", "numpy", Problem("edge", 4, 3, 4), dtype="float64"))
    assert full.passed and max(path[1] for path in full.paths) == 3


@pytest.mark.parametrize(("l_max", "m_max", "variant"), [(1, 1, "full"), (4, 2, "m_max_2"), (6, 2, "m_max_2"),
                                                         (6, 6, "full")])
def test_weights_that_count_are_those_of_the_kernels(l_max, m_max, variant):
    """From l1 to l3 a kernel has one number for m = 0 and two for every m up to the truncation."""
    expected = sum(2 * min(l1, l3, m_max) + 1 for l1 in range(l_max + 1) for l3 in range(l_max + 1))
    found = family("so2", Problem.of("edge", l_max), variant)
    assert found.rank == edge_jacobian_rank(found).rank == expected


def test_channels_between_linear_layers():
    """Each path is a C x C matrix of rank K at most: K weights h, K C of A and of C, scales of rank one shared."""
    found = family("clebsch_gordan_edge", Problem.of("edge", 1))
    assert [edge_jacobian_rank(found, inner=inner).rank for inner in (1, 2, 3)] == [6, 6, 6]
    wide = [edge_jacobian_rank(found, inner=inner, outer=2) for inner in (1, 2, 3, 8)]
    assert wide[-1].rank == 6 * 4 and [each.rank for each in wide] == sorted(each.rank for each in wide)
    assert wide[0].rank == 6 + 2 + 3   # weights; one direction of A for each of 2 inputs, of C for each of 3 outputs


def test_the_gradient_by_the_direction_is_that_of_differences():
    random, irreps, step = np.random.default_rng(0), Irreps.natural(range(3)), 1e-5
    couplings = [Coupling(l1, l2, l3, l1, l2, l3, random.standard_normal()) for l1 in range(3) for l2 in range(5)
                 for l3 in range(3) if abs(l1 - l2) <= l3 <= l1 + l2]
    reference = EdgeReference(couplings, irreps, irreps)
    x, r, cotangent = (random.standard_normal(shape) for shape in ((4, 2, 9), (4, 1, 3), (4, 2, 9)))
    by_r = reference.gradients(x, r, cotangent)[1]
    for axis in range(3):
        more, less = (reference(x, r + sign * step * np.eye(3)[axis]) for sign in (1, -1))
        expected = ((more - less) * cotangent).sum(axis=(1, 2)) / (2 * step)
        assert np.abs(by_r[:, 0, axis] - expected).max() < 1e-8 * np.abs(by_r).max()


@pytest.mark.parametrize("base", [{}, {"variant": "m_max_2", "more": '"coupling": "component_m_max_2",'},
                                  {"module": "clebsch_gordan_edge", "base": "ClebschGordanEdge"}])
def test_without_a_fault_it_holds(planted, base):
    found = planted("pass", **base)
    assert (found.failures, found.passed) == ((), True)


def test_a_wrong_sign_in_a_kernel_breaks_the_symmetry(planted):
    found = planted("""
        def constant(self, values):
            if values.ndim == 3:                    # K[m, l1, l3]: m = 1 from 1 to 2
                values = values * np.where(np.arange(values.size).reshape(values.shape) == (3 * 3 + 1) * 4 + 2, -1, 1)
            return super().constant(values)
    """)
    assert_fails(found, "under rotations", "must be a sum of w3j")


def test_a_wrong_sign_of_a_whole_kernel_is_another_function(planted):
    found = planted("""
        def constant(self, values):
            values = np.array(values)
            if values.ndim == 3:
                values[:, 1, 2] *= -1               # all of 1 to 2: equivariant, G has the other sign
            return super().constant(values)
    """)
    assert_fails(found, "by the law component of its weights")
    assert found.equivariance_error_rotation < found.tolerance


@pytest.mark.parametrize("turn", ["sine", "cosine"])
def test_a_rotation_with_the_wrong_handedness(planted, turn):
    sign = "cosine, -sine" if turn == "sine" else "-cosine, sine"
    assert_fails(planted(f"""
        def _turn(self, x, frame, cosine, sine):
            return super()._turn(x, frame, {sign})
    """), "under rotations")


@pytest.mark.parametrize("change", ["weights[::-1]", "np.roll(weights, 1)", "weights * np.arange(len(weights))"])
def test_a_weight_on_the_wrong_path(planted, change):
    body = f"""
        def set_weights(self, weights):
            super().set_weights({change})
    """
    found = planted(body)
    assert_fails(found, "by the law component of its weights")
    assert found.equivariance_error_rotation < found.tolerance
    if "arange" not in change:   # without a law the place of a weight is wrong all the same
        assert_fails(planted(body, more='"coupling": "none",'), "the weight of the path")


def test_weights_that_are_not_linear(planted):
    assert_fails(planted("""
        def set_weights(self, weights):
            super().set_weights(weights**3)
    """, more='"coupling": "none",'), "linear in the weights")


def test_a_dependency_on_the_length(planted):
    found = planted("""
        def __call__(self, x, r):
            return super().__call__(x, r) * (r * r).sum(-1)[..., None]
    """)
    assert_fails(found, "the length of the direction must not matter")
    assert found.equivariance_error_rotation < found.tolerance and found.linear_error < found.tolerance


def test_a_map_that_is_not_linear_in_x(planted):
    found = planted("""
        def __call__(self, x, r):
            return super().__call__(x, r) * (x[..., :1] ** 2 + 1)
    """)
    assert_fails(found, "must be linear in x")
    assert found.length_error < found.tolerance


def test_a_pole_that_breaks(planted):
    assert_fails(planted("""
        def __call__(self, x, r):
            pole = (abs(r[..., :1]) + abs(r[..., 2:])) < 1e-5
            return super().__call__(x, np.where(pole, r + 0.01, r))
    """), "under rotations", "in float64")
    assert_fails(planted("""
        def __call__(self, x, r):
            return np.where((r[..., :1] == 0) & (r[..., 2:] == 0), np.nan, super().__call__(x, r))
    """), "must be finite")


@pytest.mark.parametrize(("framework", "detach"), [("torch", "r.detach()"), ("jax", "jax.lax.stop_gradient(r)")])
def test_a_wrong_gradient_by_the_direction(planted, framework, detach):
    found = planted(f"""
        def __call__(self, x, r):
            import jax
            return super().__call__(x, {detach} if self.framework.name != "numpy" else r)
    """, framework=framework, l_max=1)
    assert_fails(found, "the gradient")
    assert found.oracle_error < found.tolerance


def test_one_framework_alone_is_wrong(planted):
    assert_fails(planted("""
        def set_weights(self, weights):
            super().set_weights(weights * (1.001 if self.framework.name == "torch" else 1))
    """, framework="torch", dtype="float32"), "must be its NumPy form", "map of its coupling table")


def test_what_is_not_an_edge_convolution_says_so(planted):
    assert_fails(planted("""
        def prepare(self):
            self.irreps_out = self.irreps_in1
            self.linear_flops = self.product_flops = self.product_backward_flops = 0

        def __call__(self, x, r):
            return x
    """, module="tensor_product", base="TensorProduct"), "must be derived from EdgeConvolution")
