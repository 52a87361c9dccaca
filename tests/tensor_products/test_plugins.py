"""A file in a folder is a product like ours; a broken one is left out and says why."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from backend import catalogue as known
from backend.bench.timing import Options
from backend.bench.trial import run
from backend.expressivity import expressivity
from backend.spec import Problem
from backend.tensor_products import tensor_product_class

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "docs" / "plugin_template.py").read_text()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUGINS", str(tmp_path))
    return tmp_path


def test_the_template_is_a_product_of_at_most_40_lines(folder, framework):
    assert len(TEMPLATE.splitlines()) <= 40
    (folder / "mine.py").write_text(TEMPLATE)
    assert known.catalogue()["scalars_times_all"].family == "plugin"
    assert not known.plugin_faults()
    line = expressivity("scalars_times_all", Problem.of("mimo", 3), framework("numpy"))
    assert [path[:3] for path in line["paths"]] == [[0, l, l] for l in range(4)]
    for name in ("numpy", "jax", "torch"):
        result = run(known.make_case("scalars_times_all", "", name, Problem.of("layer", 2, batch=8)), {},
                     Options(samples=2, min_sample_time=0.0, max_time=0.1))
        assert (result.status, result.message) == ("ok", "")
        assert result.metrics["equivariance_error_rotation"] < 1e-5
        assert result.metrics["equivariance_error_inversion"] < 1e-5


def test_a_changed_file_is_a_changed_product(folder):
    path = folder / "mine.py"
    path.write_text(TEMPLATE)
    first = tensor_product_class("scalars_times_all")
    assert tensor_product_class("scalars_times_all") is first
    path.write_text(TEMPLATE.replace("* y", "* y * 2"))
    os.utime(path, ns=(1, 1))
    assert tensor_product_class("scalars_times_all") is not first


@pytest.mark.parametrize(("text", "words"), [
    ("def broken(:", "invalid syntax"),
    ("x = 1", "CATALOGUE"),
    ("CATALOGUE = {'key': 'a b', 'frameworks': ['numpy']}", "Python name"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['tensorflow']}", "tensorflow"),
    ("CATALOGUE = {'key': 'mine'}", "frameworks"),
    ("CATALOGUE = {'key': 'matrix', 'frameworks': ['numpy']}", "matrix.py"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'colour': 'red'}", "colour"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'claims': {'all': 'L'}}", "mimo_per_degree_of_freedom"),
    ("CATALOGUE = dict(key='mine')", "malformed"),
    ("CATALOGUE = ['mine']", "dictionary"),
    ("CATALOGUE = {'key': 3, 'frameworks': ['numpy']}", "key must be a text, got 3"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'label': 3}", "label"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'variants': ['a']}", "variants"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'variants': {'a': None}}", "variants"),
    ("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy'], 'coupling': 3}", "coupling"),
])
def test_a_broken_plugin_is_left_out_with_a_sentence(folder, text, words):
    before = set(known.catalogue())
    (folder / "broken.py").write_text(text)
    assert set(known.catalogue()) == before
    (fault,) = known.plugin_faults()
    assert "broken.py" in fault
    assert words in fault


def test_what_an_editor_leaves_in_the_folder_is_no_plugin_and_a_file_that_is_gone_breaks_nothing(folder):
    (folder / ".#mine.py").symlink_to("somebody@somewhere.1")   # as Emacs locks what it edits
    assert not known.plugin_faults()
    (folder / "gone.py").symlink_to("nowhere.py")
    (fault,) = known.plugin_faults()
    assert "gone.py" in fault and "gaunt_grid" in known.catalogue()


def test_a_folder_that_is_not_there_is_said(folder, monkeypatch):
    monkeypatch.setenv("PLUGINS", str(folder / "nonsense"))
    (fault,) = known.plugin_faults()
    assert "PLUGINS must name a folder" in fault and "nonsense" in fault
    monkeypatch.setenv("HOME", str(folder))
    (folder / "mine.py").write_text("CATALOGUE = {'key': 'mine', 'frameworks': ['numpy']}")
    monkeypatch.setenv("PLUGINS", "~")
    assert not known.plugin_faults() and "mine" in known.catalogue()


def test_a_plugin_that_fails_to_run_fails_its_case_alone(folder):
    (folder / "late.py").write_text("import nonsense_module\nCATALOGUE = {'key': 'late', 'frameworks': ['numpy']}")
    result = run(known.make_case("late", "", "numpy", Problem.of("mimo", 1)), {}, Options())
    assert result.status == "failed"
    assert "nonsense_module" in result.message


def test_a_distribution_announces_products_by_entry_points(tmp_path):
    (tmp_path / "their_products.py").write_text(TEMPLATE)
    about = tmp_path / "their_products-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: their-products\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(textwrap.dedent("""
        [tensor_product_explorer.products]
        scalars_times_all = their_products
    """))
    done = subprocess.run([sys.executable, "-m", "backend", "list"], cwd=ROOT, capture_output=True, text=True,
                          check=True, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert "scalars_times_all" in done.stdout


OF_ONE = '''
from backend.tensor_products.gaunt_grid import GauntGrid

CATALOGUE = {{"key": "mine", "frameworks": ["{name}"], "layouts": ["batch_last"], "variants": {{"dense": "as ours"}}}}

class Mine(GauntGrid):
    def __call__(self, x, y):
        return {output}
'''


@pytest.mark.parametrize("name", ["jax", "torch"])
@pytest.mark.parametrize("spread", [
    {}, {"setting": "square"}, {"mixing": "uvu", "weights": "per_sample", "neighbours": 4},
    {"mixing": "uvw", "weights": "shared"}, {"scope": "layer", "inner": 3}], ids=str)
def test_a_kernel_of_one_framework_and_layout_is_measured_against_its_coupling_table(folder, name, spread):
    (folder / "mine.py").write_text(OF_ONE.format(name=name, output="super().__call__(x, y)"))
    problem = Problem.of(spread.get("setting", "layer"), 2, batch=8, channels=2,
                         **{axis: value for axis, value in spread.items() if axis != "setting"})
    result = run(known.make_case("mine", "", name, problem, direction="forward_backward"), {},
                 Options(samples=2, min_sample_time=0.0, max_time=0.1))
    assert (result.status, result.message) == ("ok", "")
    assert result.metrics["oracle_error"] < 1e-5
    assert result.metrics["equivariance_error_rotation"] < 1e-5


@pytest.mark.parametrize(("output", "words"), [
    ("super().__call__(x, y.flip(0))", "the map is not equivariant"),
    ("super().__call__(x, y)[:-1]", ""),
])
def test_a_wrong_kernel_of_one_framework_is_no_result(folder, output, words):
    (folder / "mine.py").write_text(OF_ONE.format(name="torch", output=output))
    result = run(known.make_case("mine", "", "torch", Problem.of("layer", 2, batch=8)), {},
                 Options(samples=2, min_sample_time=0.0, max_time=0.1))
    assert result.status == "failed"
    assert words in result.message
