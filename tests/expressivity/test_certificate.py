"""Certificates: every product holds its own, and the ranks of channel-mixing families are those of the literature."""

import pytest

from backend.catalogue import available, catalogue, make_case
from backend.expressivity import coupling_table
from backend.expressivity.certificate import certify, jacobian_rank
from backend.expressivity.lost import lost_paths
from backend.frameworks import framework_class
from backend.so3 import Irreps
from backend.spec import Problem

# libraries use what PyTorch and JAX deprecate
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

EXACT = {key: known for key, known in catalogue().items()
         if not known.approximate and "mimo" in known.settings and not known.mixings}
EVERY = [(key, name) for key, known in EXACT.items() for name in known.frameworks if not available(known, name)]
# JAX compiles and a library builds anew at every L, for seconds: there few problems stand for all
_FEW = {("e3nn_jax", "jax"): (("layer", 1), ("mimo", 3)), ("cuequivariance", "jax"): (("mimo", 1), ("layer", 3)),
        ("cuequivariance", "torch"): (("mimo", 1), ("layer", 6)), ("clebsch_gordan_sparse", "jax"): (("layer", 3),),
        ("e3nn_jax_grid", "jax"): (("layer", 6),)}
_PROBLEMS = {"numpy": [(setting, l_max) for setting in ("mimo", "layer") for l_max in range(1, 7)],
             "torch": [("mimo", 1), ("mimo", 3), ("layer", 6)], "jax": [("layer", 6)]}
CERTIFIED = [(key, name, _FEW.get((key, name), _PROBLEMS[name])) for key, name in EVERY]
VARIANTS = [(key, variant) for key, known in EXACT.items() for variant in list(known.variants)[1:]
            if "numpy" in known.frameworks]


def certificate(key, problem, name="numpy", *, variant="", inner=1, outer=1, **mode):
    return certify(make_case(key, variant, name, problem, **mode), inner=inner, outer=outer)


def table(key, l_max):
    numpy = framework_class("numpy")(device="cpu", dtype="float64", precision="highest", compilation="eager")
    return coupling_table(key, Problem.of("mimo", l_max), numpy)


def assert_holds(found, group):
    assert (found.failures, found.status, found.passed, found.message) == ((), "holds", True, "")
    assert found.bilinear and found.bilinear_error < found.tolerance
    assert found.equivariance_error_rotation < found.tolerance and found.oracle_error < found.tolerance
    assert (found.equivariance_error_inversion < found.tolerance) or group == "SO3"
    assert found.gradient_error is None if found.framework == "numpy" else found.gradient_error < found.tolerance
    assert found.interactable + len(found.lost) == found.cg_paths
    assert found.degrees_of_freedom == found.jacobian_rank <= found.jacobian_rank_untied
    assert found.jacobian_gap is None or found.jacobian_gap > 1e9
    assert found.flops > 0 and found.bytes > 0


@pytest.mark.parametrize(("key", "name", "problems"), CERTIFIED)
def test_every_product_holds_up_to_degree_6(key, name, problems):
    for setting, l_max in problems:
        found = certificate(key, Problem.of(setting, l_max), name, dtype="float64")
        assert_holds(found, catalogue()[key].group)
        assert found.law


def test_every_exact_product_claims_a_law():
    without = [key for key, known in EXACT.items() if known.coupling in ("", "none") and known.family != "plugin"]
    assert without == []


@pytest.mark.parametrize(("key", "name"), [each for each in EVERY if catalogue()[each[0]].everyday])
def test_every_product_holds_in_float32(key, name):
    known = catalogue()[key]
    l_max = 1 if known.library else 2
    assert_holds(certificate(key, Problem.of("mimo", l_max), name), known.group)


def test_a_library_may_declare_how_exact_its_coefficients_are():
    found = certificate("e3nn_jax", Problem("siso", 6, 6, 12), "jax", dtype="float64")
    assert found.passed and 1e-13 < found.oracle_error < found.coefficient_error < found.tolerance


@pytest.mark.parametrize(("key", "variant"), VARIANTS)
def test_every_variant_holds(key, variant):
    for setting in ("mimo", "layer"):
        found = certificate(key, Problem.of(setting, 3), variant=variant, dtype="float64")
        assert_holds(found, catalogue()[key].group)
    assert found.oracle_error < 1e-13


@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_an_approximate_product_is_held_to_its_own_map_and_shows_its_errors(name):
    found = certificate("cp", Problem.of("mimo", 2), name)
    assert (found.failures, found.status, found.approximate, found.law) == ((), "holds", True, "")
    assert found.bilinear_error < found.tolerance
    assert min(found.oracle_error, found.equivariance_error_rotation, found.equivariance_error_inversion) > 0.1
    assert name == "numpy" or found.gradient_error < found.tolerance
    assert found.interactable + len(found.lost) == found.cg_paths
    assert found.degrees_of_freedom == found.jacobian_rank
    exact = certificate("cp", Problem.of("mimo", 2), name, variant="exact")
    assert max(exact.oracle_error, exact.equivariance_error_rotation, exact.equivariance_error_inversion) < 1e-6


@pytest.mark.parametrize("layout", ["channels_dim", "dim_channels", "batch_last"])
def test_every_layout_holds(layout):
    for key in ("clebsch_gordan_sparse", "gaunt_grid", "matrix", "vector_gaunt"):
        assert_holds(certificate(key, Problem("mimo", 3, 1, 2), layout=layout), catalogue()[key].group)


@pytest.mark.parametrize(("l_max", "outer", "inner", "rank"), [
    (2, 1, 1, 9), (2, 1, 2, 14), (3, 1, 2, 25), (3, 1, 3, 30), (1, 2, 1, 12), (1, 2, 2, 24), (1, 2, 3, 36),
    (1, 2, 4, 40)])
def test_ranks_of_gaunt_between_linear_layers(l_max, outer, inner, rank):
    found = jacobian_rank(table("gaunt_grid", l_max), inner=inner, outer=outer)
    assert found.rank == rank
    assert found.gap is None or found.gap > 1e9


@pytest.mark.parametrize(("key", "l_max", "outer", "inner", "rank"), [
    ("matrix", 1, 1, 2, 6), ("matrix", 2, 1, 2, 17),
    ("clebsch_gordan_dense", 1, 2, 1, 16), ("clebsch_gordan_dense", 1, 2, 2, 32),
    ("clebsch_gordan_dense", 1, 2, 3, 45), ("clebsch_gordan_dense", 1, 2, 4, 48),
    ("clebsch_gordan_dense", 2, 2, 1, 44), ("clebsch_gordan_dense", 2, 2, 2, 88)])
def test_ranks_of_matrix_and_channelwise_clebsch_gordan(key, l_max, outer, inner, rank):
    assert jacobian_rank(table(key, l_max), inner=inner, outer=outer).rank == rank


@pytest.mark.parametrize("l_max", [1, 2, 3])
def test_gaunt_with_poisson_gains_by_input_weights_of_their_own(l_max):
    found = table("gaunt_poisson", l_max)
    assert jacobian_rank(found).rank == 6 * l_max
    assert jacobian_rank(found, tied=False).rank == 8 * l_max - 2


def test_a_family_too_large_has_no_rank():
    assert jacobian_rank(table("clebsch_gordan_dense", 5), inner=16, outer=16) is None
    assert jacobian_rank([]).rank == 0


def test_what_gaunt_loses_is_antisymmetric():
    found = certificate("gaunt_grid", Problem.of("mimo", 2))
    assert set(found.lost) == {(*path, "antisymmetric") for path in Problem.of("mimo", 2).paths if sum(path) % 2}
    assert certificate("gaunt_grid", Problem.of("mimo", 2, parity="natural")).lost == ()


def test_what_the_matrix_product_loses_is_an_accidental_zero():
    lost = certificate("matrix", Problem.of("layer", 5)).lost
    assert sorted(lost) == [(3, 5, 5, "accidental zero"), (5, 3, 5, "accidental zero"), (5, 5, 3, "accidental zero")]


def test_reasons_of_lost_paths():
    problem = Problem.of("mimo", 1)
    assert {each[3] for each in certificate("poisson", problem).lost} == {"symmetric"}
    reached = [path for path in problem.paths if path != (1, 0, 1)]
    assert lost_paths(problem, reached, Irreps.natural(problem.degrees_in1)) == [(1, 0, 1, "accidental zero")]
    assert (1, 1, 1, "parity") in lost_paths(problem, [(1, 2, 2), (0, 0, 0)], Irreps.natural([0, 1]))
    assert (3, 1, 5, "outside the triangle") in lost_paths(Problem("mimo", 3, 1, 5), (), ())


@pytest.mark.parametrize(("key", "problem", "lost"), [
    ("gaunt_grid", Problem.of("siso", 3), ((3, 3, 3, "antisymmetric"),)),
    ("poisson", Problem.of("siso", 2), ((2, 2, 2, "symmetric"),)),
    ("matrix", Problem("siso", 1, 1, 5), ((1, 1, 5, "outside the triangle"),)),
    ("matrix", Problem.of("mimo", 1, parity="natural"), ()),
])
def test_what_a_product_cannot_do_is_no_failure(key, problem, lost):
    found = certificate(key, problem)
    assert (found.status, found.passed, found.failures, found.lost) == ("unsupported", None, (), lost)
    assert found.message
    freedom = 0 if lost else None   # none at all where no path can be, not known where it cannot be asked
    assert (found.interactable, found.degrees_of_freedom, found.jacobian_rank) == (freedom,) * 3


def test_an_so3_product_shows_its_inversion_error_and_is_not_failed_for_it():
    found = certificate("matrix", Problem.of("mimo", 2))
    assert found.passed and found.group == "SO3" and found.equivariance_error_inversion > 0.1


def test_a_law_has_its_sign():
    paths = {each[:3]: each[3] for each in certificate("matrix", Problem.of("mimo", 1)).paths}
    assert paths[1, 1, 0] < 0 < paths[1, 1, 2]


def test_counters_are_named():
    jax, torch = (certificate("gaunt_grid", Problem.of("mimo", 2), name) for name in ("jax", "torch"))
    assert jax.counted_flops == pytest.approx(jax.flops, rel=0.05) and "XLA" in jax.counted_flops_counter
    assert 0 < torch.counted_flops < torch.flops and "FlopCounterMode" in torch.counted_flops_counter
    assert "declared" in jax.flops_counter and "once" in jax.bytes_counter
