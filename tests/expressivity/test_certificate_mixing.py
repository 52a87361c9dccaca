"""Certificates of products whose channels mix: libraries' and ours hold theirs, with the ranks of their families."""

from dataclasses import replace

import numpy as np
import pytest

from backend.catalogue import available, catalogue, make_case
from backend.expressivity import expressivity
from backend.expressivity.certificate import certify
from backend.expressivity.certificate.canonical import canonical, canonical_weights
from backend.expressivity.certificate.mixing_freedom import effective, layer_rank, operation_rank
from backend.expressivity.certificate.mixing_table import mixing_table
from backend.expressivity.spread_freedom import spread_degrees_of_freedom
from backend.frameworks import framework_class
from backend.spec import Problem

# libraries use what PyTorch and JAX deprecate
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

MIXING = {key: known for key, known in catalogue().items() if known.mixings}
EVERY = [(key, name, mixing) for key, known in MIXING.items() for name in known.frameworks
         if not available(known, name) for mixing in known.mixings]
# JAX compiles for seconds at every L; what is not in _TO_6 builds or compiles for more than five there, and what JAX
# compiles of e3nn-jax's gradient by weights is wrong there (jaxlib 0.10.2, CPU, float64), which is right eager
_PROBLEMS = {"numpy": [("mimo", 1), ("layer", 2), ("mimo", 3)], "torch": [("mimo", 1), ("layer", 3)],
             "jax": [("layer", 3)]}
_TO_6 = [("clebsch_gordan_mixing", "numpy", "uvw"), ("e3nn_tensor_product", "torch", "uvw")]
CERTIFIED = [(*each, _PROBLEMS[each[1]] + [("layer", 6)] * (each in _TO_6)) for each in EVERY]


def numpy():
    return framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")


def certificate(key, name, setting, l_max, mixing, *, weights="shared", variant="", inner=1, outer=1, **mode):
    problem = Problem.of(setting, l_max, mixing=mixing, weights=weights)
    return certify(make_case(key, variant, name, problem, **mode), inner=inner, outer=outer)


def assert_holds(found):
    """It holds, and where the library cannot do it here it says why."""
    if found.status == "unsupported":
        assert catalogue()[found.product].library and found.message
        pytest.skip(found.message)
    assert (found.failures, found.status, found.passed) == ((), "holds", True)
    assert found.bilinear and found.law
    errors = [found.bilinear_error, found.equivariance_error_rotation, found.oracle_error or 0.0]
    errors += [found.weights_error] * (found.mixing_weights != "none")
    errors += [found.equivariance_error_inversion] * (found.group == "O3")
    assert max(errors) < found.tolerance
    assert found.oracle_error is not None or found.mixing_weights == "per_sample"
    assert found.gradient_error is None if found.framework == "numpy" else found.gradient_error < found.tolerance
    assert found.interactable + len(found.lost) == found.cg_paths
    assert found.channels == 2 and found.flops > 0 and found.bytes > 0


@pytest.mark.parametrize(("key", "name", "mixing", "problems"), CERTIFIED)
def test_every_product_that_mixes_holds(key, name, mixing, problems):
    for setting, l_max in problems:
        found = certificate(key, name, setting, l_max, mixing, dtype="float64")
        assert_holds(found)
        assert found.degrees_of_freedom == found.jacobian_rank <= found.weights
        assert found.jacobian_gap is None or found.jacobian_gap > 1e9
        if found.channels_jacobian_rank is not None:
            assert found.channels_degrees_of_freedom == found.channels_jacobian_rank


@pytest.mark.parametrize(("key", "name", "mixing"), [each for each in EVERY if each[1] != "jax"])
def test_its_freedom_is_that_of_the_chart(key, name, mixing):
    found = certificate(key, name, "mimo", 2, mixing)
    assert_holds(found)
    for channels, freedom in ((1, found.degrees_of_freedom), (2, found.channels_degrees_of_freedom)):
        problem = Problem.of("mimo", 2, mixing=mixing, weights="shared", channels=channels)
        assert expressivity(key, problem, numpy())["degrees_of_freedom"] == freedom


@pytest.mark.parametrize(("mixing", "weights"), [
    ("uuu", "shared"), ("uuu", "per_sample"), ("uvu", "none"), ("uvu", "shared"), ("uvu", "per_sample"),
    ("uvw", "shared"), ("uvw", "per_sample")])
@pytest.mark.parametrize("key", ["gaunt_grid", "clebsch_gordan_collapsed", "matrix"])
def test_our_products_hold_where_we_mix_them(key, mixing, weights):
    for layout in ("channels_dim", "dim_channels", "batch_last"):
        found = certificate(key, "numpy", "mimo", 2, mixing, weights=weights, layout=layout)
        assert_holds(found)
        plain = certify(make_case(key, "", "numpy", Problem.of("mimo", 2)))
        assert [path[:3] for path in found.paths] == [path[:3] for path in plain.paths]
        assert np.allclose([path[3] for path in found.paths], [path[3] for path in plain.paths], rtol=1e-12)
        assert found.degrees_of_freedom == plain.degrees_of_freedom   # of one channel


@pytest.mark.parametrize("variant", catalogue()["clebsch_gordan_mixing"].variants)
def test_every_order_holds_with_weights_of_each_row_in_every_layout(variant):
    for l_max in (0, 1):   # at 0 there are as many rows as channels
        for layout in ("channels_dim", "dim_channels", "batch_last"):
            assert_holds(certificate("clebsch_gordan_mixing", "numpy", "mimo", l_max, "uvw", weights="per_sample",
                                     variant=variant, layout=layout))


@pytest.mark.parametrize(("key", "weights"), [("e3nn_tensor_product", "none"), ("e3nn_tensor_product", "per_sample"),
                                              ("cuequivariance_mixing", "per_sample")])
def test_a_library_holds_with_other_weights(key, weights):
    found = certificate(key, "torch", "mimo", 2, "uvu", weights=weights)
    assert_holds(found)
    assert (found.weights, found.weights_error is None) == ((0, True) if weights == "none" else (19, False))


def test_g_stands_for_canonical_weights_where_paths_add_up():
    """In uvw the paths of an irrep are summed, and a library divides by the root of how many: G has none of it."""
    found = certificate("e3nn_tensor_product", "torch", "mimo", 1, "uvw", dtype="float64")
    assert {path[:3]: path[3] for path in found.paths} == pytest.approx(
        {path: (2 * path[2] + 1) ** 0.5 for path in Problem.of("mimo", 1).paths}, rel=1e-12)


@pytest.mark.parametrize(("mixing", "inner", "outer"), [
    ("uuu", 1, 2), ("uuu", 2, 1), ("uvu", 1, 2), ("uvu", 2, 2), ("uvw", 1, 1), ("uvw", 2, 2)])
def test_layers_around_it_have_the_rank_of_the_chart(mixing, inner, outer):
    for key in ("clebsch_gordan_dense", "gaunt_grid"):
        found = certificate(key, "numpy", "layer", 1, mixing, weights="shared", inner=inner, outer=outer)
        problem = Problem.of("layer", 1, mixing=mixing, weights="shared", channels=outer, scope="layer", inner=inner)
        expected = expressivity(key, problem, numpy())["degrees_of_freedom"]
        assert expected is None or found.jacobian_rank == expected


def test_a_family_too_large_has_no_rank():
    problem = Problem.of("layer", 4, mixing="uvw", weights="shared", channels=2)
    table = mixing_table("clebsch_gordan_dense", problem, numpy())
    found = canonical(table, canonical_weights("clebsch_gordan_dense", problem, numpy()))
    assert layer_rank(found, "uvw", inner=16, outer=16) is None
    assert operation_rank([], 1).rank == layer_rank([], "uvw", inner=2, outer=2).rank == 0
    one = replace(problem, channels=1)
    assert operation_rank(found, 1).rank == spread_degrees_of_freedom(effective(found), one) == len(problem.paths)


@pytest.mark.parametrize(("key", "problem", "words"), [
    ("vector_gaunt", {"mixing": "uvw", "weights": "shared"}, "several copies"),
    ("cp", {"mixing": "uvw", "weights": "shared"}, "approximate"),
    ("clebsch_gordan_dense", {"scope": "layer", "inner": 2}, "inner and outer channels"),
    ("clebsch_gordan_dense", {"mixing": "uvu", "neighbours": 4}, "leave out scope and neighbours"),
])
def test_what_no_certificate_speaks_of_says_so(key, problem, words):
    found = certify(make_case(key, "", "numpy", Problem.of("mimo", 1, **problem)))
    assert (found.status, found.passed) == ("unsupported", None) and words in found.message


def test_bytes_are_those_of_one_row():
    """One row and channel of x, y and z, and the constants."""
    found = certify(make_case("matrix", "", "numpy", Problem.of("mimo", 1)))
    more = certify(make_case("matrix", "", "numpy", Problem.of("mimo", 1), dtype="float64"))
    assert more.bytes == 2 * found.bytes and found.bytes < 4 * (4 + 4 + 9) + 4 * 3 * 9 * 9
