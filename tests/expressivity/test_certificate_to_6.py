"""Every product of the catalogue that is here holds its certificate at L 4, 5 and 6, in every framework, variant and
mixing that it has; what compiles or builds for seconds is marked slow."""

import pytest

from backend.catalogue import available, catalogue, make_case
from backend.expressivity.certificate import certify
from backend.spec import Problem

# libraries use what PyTorch and JAX deprecate
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

# The L from which one takes seconds; JAX compiles each at every L, and a fit takes seconds wherever it is done
SLOW_FROM = {
    ("clebsch_gordan_mixing", "torch"): 5, ("allegro_coupled", "torch"): 6, ("cuequivariance", "torch"): 6,
    ("cuequivariance_mixing", "torch"): 5, ("cuequivariance_symmetric", "torch"): 4,
    ("e3nn_tensor_product", "torch"): 5}
FITTED = ("cp", "7L2"), ("cp", "14L2")
# The gradient by weights that jaxlib 0.10.2 compiles of it on a CPU in float64 is wrong at L 6; eager, it is right
MODES = {("e3nn_jax_legacy", 6): {"compilation": "eager"}}


def is_slow(key, variant, name, l_max):
    return name == "jax" or (key, variant) in FITTED or l_max >= SLOW_FROM.get((key, name), 7)


def problems(known, l_max):
    """One for each mixing that it does by itself; else a layer, or the setting that it is for."""
    if known.mixings:
        return [Problem.of("layer", l_max, mixing=mixing, weights="shared") for mixing in known.mixings]
    return [Problem.of("layer" if "layer" in known.settings else known.settings[0], l_max)]


EVERY = [
    pytest.param(key, variant, name, problem, id="-".join([key, variant, name, problem.mixing, str(l_max)]),
                 marks=[pytest.mark.slow] * is_slow(key, variant, name, l_max))
    for l_max in (4, 5, 6) for key, known in catalogue().items() for name in known.frameworks
    if not available(known, name)
    for variant in known.variants if variant != "kernel"   # which needs a GPU
    for problem in problems(known, l_max)]


@pytest.mark.parametrize(("key", "variant", "name", "problem"), EVERY)
def test_every_product_holds_its_certificate(key, variant, name, problem):
    found = certify(make_case(key, variant, name, problem, dtype="float64", **MODES.get((key, problem.l_max), {})))
    if found.status == "unsupported":
        assert variant == "unrolled", found.message   # for want of a compiler, or of minutes to compile
        pytest.skip(found.message)
    assert (found.failures, found.status) == ((), "holds")
    assert found.interactable + len(found.lost) == found.cg_paths
    assert found.degrees_of_freedom is None or found.degrees_of_freedom == found.jacobian_rank
    assert (found.gradient_error is None) == (name == "numpy")
