"""The catalogue: every product's entry is complete and true to its file, and names choose cases."""

import re
from pathlib import Path

import pytest

from backend import catalogue
from backend.spec import COMPILATIONS, LAYOUTS, SETTINGS, Problem, SpecError, Sweep

ENTRIES = catalogue.catalogue()
FAMILIES = {"clebsch_gordan", "gaunt", "matrix", "vector", "so2", "library"}
PROBLEM = Problem.of("mimo", 2)


def problem_of(entry):
    """One that the product does: a library's that mixes has weights."""
    mixes = {"mixing": entry.mixings[-1], "weights": "shared"} if entry.mixings else {}
    return Problem.of(entry.settings[-1], 2, **mixes)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_complete(key):
    entry = ENTRIES[key]
    assert entry.key == key == entry.path.stem
    assert entry.family in FAMILIES
    assert entry.group in {"O3", "SO3"}
    assert set(entry.frameworks) <= set(COMPILATIONS) and entry.frameworks
    assert set(entry.layouts) <= set(LAYOUTS) and entry.layouts
    assert set(entry.claims) <= set(catalogue.CLAIMS)
    claims = [entry.claims, entry.unmeasured.claims] if entry.unmeasured else [entry.claims]
    assert all(re.fullmatch(r"(L(\^\d)?( log(\^\d)? ?L)?)", cost) for each in claims for cost in each.values())
    assert set(entry.settings) <= set(SETTINGS) and entry.settings
    assert entry.variants and all(entry.variants.values())
    assert entry.label and entry.symbol and entry.formula and entry.source
    assert entry.summary.endswith(".")


def test_every_product_file_is_in_the_catalogue():
    """A class derived from TensorProduct stands in a file with a CATALOGUE, else no page would show it."""
    folder = Path(catalogue.__file__).parents[1] / "tensor_products"
    products = {path.stem for path in folder.glob("*.py")
                if "(TensorProduct):" in path.read_text() and "@abstractmethod" not in path.read_text()}
    assert products <= set(ENTRIES)


def test_the_chart_tells_products_apart():
    for name in ("label", "symbol"):
        values = [getattr(entry, name) for entry in ENTRIES.values()]
        assert len(set(values)) == len(values), name


def test_a_library_baseline_names_its_distribution():
    root = Path(__file__).parents[1]
    requirements = "".join((root / name).read_text() for name in ("requirements.txt", "requirements-libraries.txt"))
    pinned = set(re.findall(r"^([\w-]+)==", requirements, re.MULTILINE))
    for entry in ENTRIES.values():
        assert bool(entry.library) == (entry.family == "library")
        if "requirements" in entry.cure:
            assert set(entry.distributions()) <= pinned
        else:   # it is installed by hand, from what its cure says
            assert f"pip install {entry.library}==" in entry.cure and entry.library not in pinned


# ------------------------------------------------------------------ names

def test_all_is_every_product_that_can_run_here_in_its_default_variant():
    assert catalogue.select("all") == tuple(
        (entry.key, entry.default_variant) for entry in ENTRIES.values()
        if entry.everyday and not catalogue.available(entry))


def test_names_choose_products_and_variants():
    entry = max(ENTRIES.values(), key=lambda entry: len(entry.variants))
    each = tuple((entry.key, variant) for variant in entry.variants)
    assert catalogue.select(entry.key) == each[:1]
    assert catalogue.select(f"{entry.key}:{entry.default_variant}") == each[:1]
    assert catalogue.select(f" {entry.key}:all , {entry.key},") == each


@pytest.mark.parametrize("name", ["", ",", "nothing", "clebsch_gordan_dense,nothing", "nothing:matrix"])
def test_an_unknown_product_lists_the_known_ones(name):
    with pytest.raises(SpecError, match=r"product must be one of .*clebsch_gordan_dense.*, got '"):
        catalogue.select(name)


def test_an_unknown_variant_lists_the_known_ones():
    sentence = r"variant of clebsch_gordan_dense must be one of .*matrix.*, got 'magic'"
    with pytest.raises(SpecError, match=sentence):
        catalogue.select("clebsch_gordan_dense:magic")
    with pytest.raises(SpecError, match=sentence):
        catalogue.make_case("clebsch_gordan_dense", "magic", "jax", PROBLEM)


def test_a_stored_product_that_is_no_more_still_has_a_label():
    assert catalogue.label("gone", "old") == "gone (old)"


# ------------------------------------------------------------------ cases

@pytest.mark.parametrize("key", ENTRIES)
@pytest.mark.parametrize("framework", COMPILATIONS)
def test_a_case_has_the_products_own_defaults(key, framework):
    entry = ENTRIES[key]
    case = catalogue.make_case(key, "", framework, problem_of(entry), layout=None)
    if framework not in entry.frameworks:
        assert case is None
    else:
        assert case.variant == entry.default_variant
        assert case.layout == entry.layouts[0]
        assert case.compilation == COMPILATIONS[framework][0]


def test_what_is_given_stands():
    given = {"layout": "batch_last", "compilation": "compiled", "threads": 2}
    case = catalogue.make_case("clebsch_gordan_dense", "matrix", "torch", PROBLEM, **given)
    assert given.items() <= case.to_json().items()


def test_a_sweep_leaves_out_the_pairs_that_cannot_exist():
    frameworks = tuple(COMPILATIONS)
    cases = catalogue.cases(Sweep(catalogue.select("all"), (PROBLEM,), frameworks))
    pairs = {(entry.key, framework) for entry in ENTRIES.values() for framework in entry.frameworks
             if PROBLEM.setting in entry.settings and not entry.mixings and entry.everyday
             and not catalogue.available(entry)}
    assert {(case.product, case.framework) for case in cases} == pairs
    assert len(cases) == len(pairs)


def test_a_sweep_refuses_an_unknown_framework():
    with pytest.raises(SpecError, match="framework must be one of numpy, jax, torch, got 'tensorflow'"):
        catalogue.cases(Sweep(catalogue.select("all"), (PROBLEM,), ("tensorflow",)))
