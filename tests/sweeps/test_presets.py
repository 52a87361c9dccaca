"""The presets: what they hold, that their shapes exist, and what can be asked of a part of them."""

import re
from itertools import product as cartesian

import pytest

from backend.catalogue import catalogue, entry
from backend.spec import SpecError
from backend.sweeps import preset, presets
from backend.sweeps.functions import FUNCTIONS
from backend.sweeps.preset import part_cases

ALL = pytest.mark.parametrize("key", presets())


@ALL
def test_a_preset_can_be_shown_and_measured(key):
    found = presets()[key]
    cases = found.cases()
    assert found.question.endswith("?") or found.question.endswith(".")
    assert len({case.key for case in cases}) == len(cases) > 0
    assert all(part_cases(part) for part in found.parts)
    assert all(case.problem.paths for case in cases)
    for case in cases:   # what cannot be is left out, not measured as unsupported
        assert case.framework in entry(case.product).frameworks and entry(case.product).does(case.problem.setting)
        assert not entry(case.product).cannot_spread(case.problem)


def test_the_papers_figures_are_five_products_in_three_settings():
    cases = preset("paper").cases()
    products = {"clebsch_gordan_dense", "clebsch_gordan_sparse", "gaunt_grid", "gaunt_fourier", "matrix"}
    asked = {(case.product, case.problem.setting, case.problem.l_max) for case in cases}
    assert asked == set(cartesian(products, ("siso", "simo", "mimo"), (1, 2, 3))) and len(cases) == 45
    assert {(case.framework, case.device, case.problem.batch, case.problem.channels) for case in cases} == {
        ("jax", "cpu", 1000, 1)}
    whole, gpu = preset("paper-cpu").cases(), preset("paper-gpu").cases()
    assert {case.problem.l_max for case in whole} == set(range(1, 11))
    assert {case.problem.batch for case in whole} == {10_000}
    assert {(case.device, case.problem) for case in gpu} == {("cuda", case.problem) for case in whole}


def test_every_function_of_the_benchmark_has_its_peers_side_by_side():
    found = preset("peers")
    for name, (ours, theirs, *_) in FUNCTIONS.items():
        parts = [part for part in found.parts if part.name.startswith(f"{name}, ")]
        products = {key for part in parts for key, _ in part.sweep.products}
        assert products == {word.split(":")[0] for word in f"{ours},{theirs}".split(",")}


@pytest.mark.parametrize("part", preset("models").parts, ids=lambda part: part.name)
def test_a_layer_names_its_source_and_its_edges_meet_its_nodes(part):
    (problem,) = part.sweep.problems
    assert re.match(r"(github\.com|huggingface\.co)/[\w.-]+/[\w.-]+", part.source)
    if problem.neighbours:
        assert problem.batch == problem.nodes * problem.neighbours
    frameworks = {case.framework for case in part_cases(part)}
    assert frameworks == {"jax", "torch"}


def test_the_models_are_those_that_were_promised():
    names = " ".join(part.name for part in preset("models").parts)
    assert all(model in names for model in ("MACE", "NequIP", "Allegro", "SevenNet", "Equiformer"))
    medium = preset("models").parts[0].sweep.problems[0]
    # 128x0e+128x1o times 0e+1o+2e+3o into 0e+1o+2e: the instructions that MACE makes
    assert sorted(medium.paths) == sorted(
        (l1, l2, l3) for l1 in (0, 1) for l2 in range(4) for l3 in range(3)
        if abs(l1 - l2) <= l3 <= l1 + l2 and (l1 + l2 + l3) % 2 == 0)


def test_a_part_of_a_preset_and_the_same_elsewhere():
    found = preset("paper").cases(products=("matrix",), degrees=(1, 2), batches=(10, 100), device="cuda")
    assert len(found) == 3 * 2 * 2 and {case.product for case in found} == {"matrix"}
    assert {case.device for case in found} == {"cuda"} and {case.problem.batch for case in found} == {10, 100}
    with pytest.raises(SpecError, match="paper must have a case"):
        preset("paper").cases(frameworks=("torch",))
    with pytest.raises(SpecError, match=r"preset must be one of paper, .*crossover, got 'none'"):
        preset("none")


def test_products_whose_library_is_not_here_are_left_out_with_the_reason(monkeypatch):
    monkeypatch.setattr("backend.catalogue.choosing._installed", lambda name: name != "e3nn-jax")
    found = preset("crossover")
    assert "e3nn_jax" not in {case.product for case in found.cases()}
    assert [reason for reason in found.missing() if "e3nn-jax is not installed here" in reason]


def test_plug_ins_have_a_preset_where_there_are_some(tmp_path, monkeypatch):
    assert ("plugins" in presets()) == any(known.family == "plugin" for known in catalogue().values())
    (tmp_path / "mine.py").write_text('CATALOGUE = {"key": "mine", "frameworks": ["numpy"]}\n')
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    cases = preset("plugins").cases()
    assert {(case.product, case.framework) for case in cases} == {("mine", "numpy"), ("clebsch_gordan_dense", "numpy")}
