"""Planted faults in a product that mixes channels: each fails its certificate with a sentence that says what is."""

import textwrap

import pytest

from backend.catalogue import make_case
from backend.expressivity.certificate import certify
from backend.spec import Problem

# e3nn's weights in the simplest product that has them: one einsum for each path
TEMPLATE = '''
import numpy as np
from backend.so3 import Irreps
from backend.tensor_products.coupling import coefficients, collapsed_irreps, path_irrep
from backend.tensor_products.mixing_weights import path_weights
from backend.tensor_products.tensor_product import TensorProduct

CATALOGUE = {{
    "key": "planted", "group": "O3", "frameworks": ["numpy", "torch"], "layouts": ["channels_dim"],
    "mixings": ["uuu", "uvu", "uvw"],
}}
EINSUMS = {{"uuu": "bui,buj,ijk,u->buk", "uvu": "bui,bvj,ijk,u->buk", "uvw": "bui,bvj,ijk,uvw->bwk"}}


class Base(TensorProduct):
    oracle_key = {oracle!r}

    def prepare(self):
        problem = self.problem
        self.copies = Irreps(tuple(path_irrep(*path) for path in problem.paths))
        self.irreps_out = collapsed_irreps(problem) if problem.mixing == "uvw" else self.copies
        self.tables = [self.constant(self.table(path)) for path in problem.paths]
        self.weight_size = self.weights()[0].size
        self.linear_flops = self.product_flops = self.product_backward_flops = self.work_size = 1

    def table(self, path):
        return coefficients(*path)

    def weights(self):
        values = path_weights(self.problem, self.copies)[0]
        count = self.problem.channels
        return (values.reshape(-1, count, count, count) if self.problem.mixing == "uvw" else values.T,)

    def one(self, number, x, y, weights):
        return self.framework.einsum(EINSUMS[self.problem.mixing], x, y, self.tables[number], weights[number])

    def __call__(self, x, y, weights):
        pieces = []
        for number, (l1, l2, l3) in enumerate(self.problem.paths):
            pieces.append(self.one(number, x[..., l1**2 : (l1 + 1) ** 2], y[..., l2**2 : (l2 + 1) ** 2], weights))
        if self.problem.mixing == "uvw":
            pieces = [sum(piece for piece, copy in zip(pieces, self.copies) if copy == irrep)
                      for irrep in self.irreps_out]
        return self.framework.concatenate(pieces, 2)


def make(base):
    class Planted(base):
{body}
    Planted.__module__ = __name__
    return Planted


Planted = make(Base)
Base.__module__ = "base"   # the file has one product
'''
MIXINGS = ["uuu", "uvu", "uvw"]


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """(body of the class) -> the certificate of the product with that fault, in float64."""
    monkeypatch.setenv("PLUGINS", str(tmp_path))

    def plant(body="pass", *, mixing="uvw", framework="numpy", oracle="clebsch_gordan_dense", weights="shared"):
        body = textwrap.indent(textwrap.dedent(body), " " * 8)
        (tmp_path / "planted.py").write_text(TEMPLATE.format(body=body, oracle=oracle))
        problem = Problem.of("mimo", 2, mixing=mixing, weights=weights)
        return certify(make_case("planted", "", framework, problem, dtype="float64"))

    return plant


def assert_fails(found, *words):
    assert (found.status, found.passed, found.message) == ("fails", False, "")
    for word in words:
        assert any(word in sentence for sentence in found.failures), found.failures


@pytest.mark.parametrize("framework", ["numpy", "torch"])
@pytest.mark.parametrize("mixing", MIXINGS)
def test_without_a_fault_it_holds(planted, mixing, framework):
    found = planted(mixing=mixing, framework=framework)
    assert (found.failures, found.passed, found.law, found.weights) == ((), True, "component", 19)
    assert planted(mixing=mixing, oracle="").passed   # by weights of its own, where it names no canonical ones


@pytest.mark.parametrize("mixing", MIXINGS)
def test_a_permuted_coefficient(planted, mixing):
    assert_fails(planted("""
        def table(self, path):
            values = coefficients(*path)
            return values[[1, 0, 2]] if path == (1, 1, 2) else values
    """, mixing=mixing), "must be a multiple of w3j", "under rotations", "our mixing around its oracle")


@pytest.mark.parametrize("mixing", MIXINGS)
def test_a_swapped_pair_of_path_weights(planted, mixing):
    """Bilinear, equivariant, linear in its weights: two paths have each other's."""
    found = planted("""
        def one(self, number, x, y, weights):
            return super().one(number, x, y, {0: weights[[1]], 1: weights[[0]]}.get(number, weights[[number]])[
                np.zeros(len(weights), int)])
    """, mixing=mixing)
    assert_fails(found, "G(0, 0, 0) must be the same in all channels", "G(0, 1, 1) must be the same",
                 "our mixing around its oracle")
    assert max(found.bilinear_error, found.weights_error, found.equivariance_error_rotation) < found.tolerance


def test_a_swapped_pair_of_channels_of_a_weight(planted):
    """w[u, v] for w[v, u]."""
    assert_fails(planted("""
        def one(self, number, x, y, weights):
            return super().one(number, x, y, weights.swapaxes(1, 2))
    """), "must be the same in all channels, each with its own weight")


@pytest.mark.parametrize("mixing", MIXINGS)
def test_weights_that_enter_squared(planted, mixing):
    found = planted("""
        def __call__(self, x, y, weights):
            return super().__call__(x, y, weights**2)
    """, mixing=mixing)
    assert_fails(found, "must be linear in its weights", "in proportion to one weight")
    assert found.bilinear and found.equivariance_error_rotation < found.tolerance


def test_a_path_of_two_weights(planted):
    assert_fails(planted("""
        def one(self, number, x, y, weights):
            return super().one(number, x, y, weights + weights[:1])
    """), "in proportion to one weight")


@pytest.mark.parametrize(("mixing", "words"), [
    ("uuu", "must not reach channel"), ("uvu", "must not reach channel"), ("uvw", "the same in all channels")])
def test_a_wrong_channel(planted, mixing, words):
    assert_fails(planted("""
        def one(self, number, x, y, weights):
            return super().one(number, x[:, ::-1] if number == 5 else x, y, weights)
    """, mixing=mixing), words, "our mixing around its oracle")


def test_a_missing_channel(planted):
    assert_fails(planted("""
        def one(self, number, x, y, weights):
            weights = np.array(weights)
            weights[5, 1, 0, 1] = 0
            return super().one(number, x, y, weights)
    """), "the same in all channels")


@pytest.mark.parametrize("mixing", MIXINGS)
def test_a_missing_path(planted, mixing):
    found = planted("""
        def table(self, path):
            return coefficients(*path) * (path != (1, 1, 1))
    """, mixing=mixing)
    assert_fails(found, "G(1, 1, 1) must be 1.73205 by the law component, got 0")
    assert (found.interactable, found.lost) == (18, ((1, 1, 1, "accidental zero"),))


def test_a_forgotten_normalisation(planted):
    """Paths that add up without the root of how many: right up to a factor for each irrep."""
    found = planted("""
        def weights(self):
            return (super().weights()[0] * 2,)
    """)
    assert_fails(found, "G(0, 0, 0) must be 1 by the law component, got 2")


def test_weights_that_count_twice(planted):
    """Two paths with one weight: its own weights allow it, and its degrees of freedom are fewer."""
    body = """
        def one(self, number, x, y, weights):
            return super().one(number, x, y, weights[[0, 0, *range(2, len(weights))]])
    """
    found = planted(body, oracle="", mixing="uuu")
    assert found.passed and (found.weights, found.degrees_of_freedom) == (18, 19)   # a scalar of the output does it
    assert_fails(planted(body), "each with its own weight")


def test_a_wrong_gradient_by_the_weights(planted):
    assert_fails(planted("""
        def __call__(self, x, y, weights):
            return super().__call__(x, y, weights.detach() if self.framework.name == "torch" else weights)
    """, framework="torch"), "the gradient")


def test_rows_that_share_what_is_their_own(planted):
    """It takes the weights of each sample, and uses those of the first."""
    body = """
        def weights(self):
            rows = path_weights(self.problem, self.copies)
            count = self.problem.channels
            return (rows.reshape(len(rows), -1, count, count, count),)

        def __call__(self, x, y, weights):
            return {call}
    """
    right = "np.concatenate([Base.__call__(self, a[None], b[None], w) for a, b, w in zip(x, y, weights)])"
    assert planted(body.format(call=right), weights="per_sample").passed
    assert_fails(planted(body.format(call="Base.__call__(self, x, y, weights[0])"), weights="per_sample"),
                 "our mixing around its oracle")


@pytest.mark.parametrize(("body", "words"), [
    ("def __call__(self, x, y, weights):\n    raise ZeroDivisionError('it broke')", "it broke"),
    ("def weights(self):\n    return (super().weights()[0][:-1],)", "the product"),
    ("def __call__(self, x, y, weights):\n    return super().__call__(x, y, weights) * 0", "must not be zero"),
    ("def __call__(self, x, y, weights):\n    return super().__call__(x, y, weights) + y.sum() * 0.001", "bilinear"),
    ("def __call__(self, x, y, weights):\n    return super().__call__(x, y, weights) * np.nan", "must be finite"),
])
def test_a_product_that_breaks_fails_with_its_words(planted, body, words):
    assert_fails(planted(body), words)
