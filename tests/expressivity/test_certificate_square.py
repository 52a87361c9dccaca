"""Certificates of squares: every product that is squared holds its own, and planted faults do not."""

import pytest

from backend.catalogue import available, catalogue, make_case
from backend.expressivity.certificate import certify
from backend.spec import COMPILATIONS, Problem

SQUARES = [(key, name) for key, known in catalogue().items() if known.does("square") and not known.approximate
           for name in known.frameworks if not available(known, name)]
PLUGIN = """
import numpy as np

from backend.tensor_products.clebsch_gordan_symmetric import ClebschGordanSymmetric as Right

CATALOGUE = {{"key": "mine", "frameworks": ["numpy", "jax", "torch"], "settings": ["square"],
             "layouts": ["batch_last"]}}

class Mine(Right):
    def __call__(self, x, y):
        z = super().__call__(x, y)
        {fault}
"""


def certificate(key, name, l_max, *, variant="", **rest):
    problem = Problem.of("square", l_max, parity=rest.pop("parity", "both"))
    case = make_case(key, variant, name, problem, keep_impossible=True, compilation=COMPILATIONS[name][0], **rest)
    return certify(case)


@pytest.mark.parametrize("key", sorted({key for key, name in SQUARES if name == "numpy"}))
@pytest.mark.parametrize("l_max", [1, 3, 6])
def test_every_product_holds_its_certificate(key, l_max):
    found = certificate(key, "numpy", l_max, dtype="float64")
    if (key, l_max) == ("poisson", 1):   # its outputs are those of (1, 1, 1) alone
        assert "vanish where both inputs are the same" in found.message
        return
    assert found.status == "holds", found.failures
    assert found.degrees_of_freedom == found.jacobian_rank
    assert found.interactable + len(found.lost) == found.cg_paths


@pytest.mark.parametrize(("key", "name"), [each for each in SQUARES if each[1] != "numpy"])
def test_every_framework_holds_it(key, name):
    found = certificate(key, name, 2)
    assert found.status == "holds", found.failures
    assert found.gradient_error < found.tolerance


def test_its_cost_is_that_of_one_row_and_channel():
    """68 terms q x_i x_j, and 29 components weighed and summed; 9 numbers in, 9 weights, 14 out, 4 for each term."""
    found = certificate("clebsch_gordan_symmetric", "numpy", 2, dtype="float64")
    assert found.flops == 3 * 68 + 2 * 29
    assert found.bytes == 8 * (9 + 9 + 14 + 68) + 4 * 3 * 68


@pytest.mark.parametrize("parity", ["both", "natural"])
def test_poisson_adds_nothing_to_gaunt(parity):
    alone, both = (certificate(key, "numpy", 3, parity=parity) for key in ("gaunt_grid", "gaunt_poisson"))
    assert (alone.interactable, alone.degrees_of_freedom) == (both.interactable, both.degrees_of_freedom)
    assert all(sum(path[:3]) % 2 == 0 for path in both.paths)


@pytest.mark.parametrize(("fault", "said"), [
    ("return z * np.where(np.arange(z.shape[0]) == 3, 1.001, 1.0)[:, None, None]", "must be equivariant"),
    ("return z * np.where(np.arange(z.shape[0]) == 0, 1.001, 1.0)[:, None, None]", "must have the coupling"),
    ("return z + 1e-3", "must be quadratic"),
    ("return z * x[:1]", "must be quadratic"),
    ("return z.clip(-1, 1)", "must be quadratic"),
    ("z[0] = z[1]; return z", "must have the coupling"),
    ("return -z", "must have the coupling"),
    ("return z[:, ::-1]", "each row and channel must be multiplied by itself"),
])
def test_a_planted_fault_fails(fault, said, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(PLUGIN.format(fault=fault))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    found = certificate("mine", "numpy", 2, dtype="float64")
    assert found.status == "fails"
    assert said in " ".join(found.failures)


def test_without_a_fault_the_same_plug_in_holds(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(PLUGIN.format(fault="return z"))
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    assert certificate("mine", "numpy", 2, dtype="float64").status == "holds"


def test_an_approximate_product_says_where_it_is_certified():
    found = certificate("cp", "numpy", 2)
    assert found.status == "unsupported"
    assert "choose the setting layer" in found.message
