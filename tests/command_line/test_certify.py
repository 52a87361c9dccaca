"""`python -m backend certify` as a shell runs it: the certificate, exit codes, plug-ins right and wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "docs" / "plugin_template.py").read_text()
FIELDS = {
    "product", "variant", "framework", "dtype", "device", "passed", "failures", "bilinear", "bilinear_error",
    "equivariance_error_rotation", "equivariance_error_inversion", "interactable", "lost", "degrees_of_freedom",
    "jacobian_rank", "jacobian_gap", "group", "oracle_error", "oracle_error_ulp", "gradient_error", "flops", "bytes",
    "source",
}


def certify(*arguments, check, plugins=""):
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | ({"PLUGINS": str(plugins)} if plugins else {})
    done = subprocess.run([sys.executable, "-m", "backend", "certify", *arguments], capture_output=True, text=True,
                          cwd=ROOT, env=environment, timeout=120)
    assert done.returncode == check, done.stderr
    return done


def test_a_certificate_as_json():
    line, = certify("gaunt_grid:separable", "--framework", "numpy", "--l-max", "2", "--inner", "2", "--json",
                    check=0).stdout.splitlines()
    found = json.loads(line)
    assert set(found) >= FIELDS
    asked = {"product": "gaunt_grid", "variant": "separable", "framework": "numpy", "dtype": "float32",
             "device": "cpu", "passed": True, "failures": [], "bilinear": True, "group": "O3", "interactable": 14,
             "degrees_of_freedom": 9, "jacobian_rank": 14, "gradient_error": None, "inner": 2, "outer": 1}
    assert {name: found[name] for name in asked} == asked
    assert [1, 1, 1, "antisymmetric"] in found["lost"] and len(found["lost"]) == 5
    assert [1, 1, 0] in [path[:3] for path in found["paths"]]


def test_a_certificate_to_read():
    text = certify("matrix", "--framework", "numpy", "--setting", "layer", "--l-max", "5", check=0).stdout
    for words in ("HOLDS", "SO(3)", "not judged", "108   of 111", "accidental zero", "degrees of freedom", "5 x 5"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_library_runs_in_its_framework():
    found = json.loads(certify("e3nn", "--l-max", "1", "--dtype", "float64", "--json", check=0).stdout)
    assert (found["framework"], found["dtype"], found["passed"]) == ("torch", "float64", True)
    assert found["gradient_error"] < 1e-14


def test_what_cannot_be_is_no_failure():
    found = json.loads(certify("gaunt_grid", "--framework", "numpy", "--setting", "siso", "--l-max", "3", "--json",
                               check=0).stdout)
    assert (found["passed"], found["status"], found["failures"]) == (None, "unsupported", [])
    assert "antisymmetric" in found["message"] and found["lost"] == [[3, 3, 3, "antisymmetric"]]
    assert "UNSUPPORTED" in certify("e3nn", "--framework", "jax", "--l-max", "1", check=0).stdout
    far = json.loads(certify("matrix", "--framework", "numpy", "--setting", "siso", "--l1", "1", "--l2", "1", "--l-out",
                             "5", "--json", check=0).stdout)
    assert far["lost"] == [[1, 1, 5, "outside the triangle"]]


def test_an_edge_convolution_is_held_to_what_it_is():
    arguments = ("so2:m_max_2", "--framework", "numpy", "--setting", "edge", "--l-max", "3")
    found = json.loads(certify(*arguments, "--json", check=0).stdout)
    assert set(found) >= FIELDS and (found["passed"], found["bilinear"], found["lost"]) == (True, None, [])
    assert (found["interactable"], found["weights"], found["degrees_of_freedom"], found["jacobian_rank"]) == (
        44, 44, 42, 42)
    assert max(found[name] for name in ("linear_error", "length_error", "numpy_error")) < found["tolerance"]
    text = certify(*arguments, check=0).stdout
    for words in ("HOLDS", "linear in x", "44   of 44", "42   of 44 weights", "of the length of r"):
        assert words in text
    assert "bilinear" not in text and max(map(len, text.splitlines())) <= 120


def test_channels_that_mix():
    arguments = ("clebsch_gordan_mixing", "--framework", "numpy", "--l-max", "2", "--inner", "2", "--outer", "2")
    found = json.loads(certify(*arguments, "--json", check=0).stdout)   # what it mixes by default
    assert set(found) >= FIELDS
    asked = {"passed": True, "mixing": "uvw", "mixing_weights": "shared", "weights": 19, "channels": 2,
             "degrees_of_freedom": 19, "channels_degrees_of_freedom": 152, "channels_jacobian_rank": 152,
             "jacobian_rank": 152}
    assert {name: found[name] for name in asked} == asked
    assert found["weights_error"] < found["tolerance"] and [2, 2, 4, 3.0] in [
        [*path[:3], round(path[3], 9)] for path in found["paths"]]
    text = certify(*arguments, "--weights", "per_sample", check=0).stdout
    for words in ("uvw, weights per_sample", "linear in each weight", "which has 19 weights", "row of 2 channels"):
        assert words in text
    assert max(map(len, text.splitlines())) <= 120
    ours = certify("gaunt_grid", "--framework", "numpy", "--l-max", "1", "--mixing", "uvu", check=0).stdout
    assert "uvu, weights none" in ours and "HOLDS" in ours


def test_a_plugin_right_and_wrong(tmp_path):
    (tmp_path / "mine.py").write_text(TEMPLATE)
    arguments = ("scalars_times_all", "--framework", "numpy", "--l-max", "2", "--json")
    found = json.loads(certify(*arguments, plugins=tmp_path, check=0).stdout)
    assert found["passed"] and found["interactable"] == 3 and {each[3] for each in found["lost"]} <= {
        "antisymmetric", "accidental zero"}
    (tmp_path / "mine.py").write_text(TEMPLATE.replace("* y", "* y * y"))
    found = json.loads(certify(*arguments, plugins=tmp_path, check=1).stdout)
    assert found["passed"] is False and found["bilinear"] is False
    text = certify(*arguments[:-1], plugins=tmp_path, check=1).stdout
    assert "DOES NOT HOLD" in text and "bilinear" in text


def test_what_a_plugin_prints_is_no_part_of_the_answer(tmp_path):
    noise = "import os; print('python'); os.write(1, b'compiled code'); os.write(1, bytes([10]))"
    (tmp_path / "mine.py").write_text(f"{TEMPLATE}\n{noise}\n")
    done = certify("scalars_times_all", "--framework", "numpy", "--l-max", "1", "--json", plugins=tmp_path, check=0)
    assert json.loads(done.stdout)["passed"]
    assert "python" in done.stderr and "compiled code" in done.stderr


def test_a_plugin_that_is_left_out_is_said(tmp_path):
    (tmp_path / "mine.py").write_text(TEMPLATE + "def (:")
    done = certify("scalars_times_all", "--framework", "numpy", plugins=tmp_path, check=2)
    assert "mine.py is left out" in done.stderr and done.stdout == ""


def test_a_plugin_that_mixes_and_is_not_equivariant_fails_in_words(tmp_path):
    """It has an error against its oracle, but no coupling table."""
    (tmp_path / "mine.py").write_text("""
from backend.tensor_products import clebsch_gordan_mixing
CATALOGUE = {"key": "mine", "frameworks": ["numpy"], "layouts": ["dim_channels"], "mixings": ["uvw"],
             "variants": {"weights_first": "as they come"}}
class Mine(clebsch_gordan_mixing.ClebschGordanMixing):
    def __call__(self, x, y, *weights):
        return super().__call__(x, y, *weights)[:, ::-1]
""")
    text = certify("mine", "--l-max", "1", plugins=tmp_path, check=1).stdout
    for words in ("DOES NOT HOLD", "multiple of w3j", "against the exact map"):
        assert words in text


@pytest.mark.parametrize(("arguments", "words"), [
    (("nonsense",), ("nonsense", "gaunt_grid")),
    (("gaunt_grid:nonsense",), ("variant", "separable")),
    (("all",), ("product", "one")),
    (("matrix,gaunt_grid",), ("product", "one")),
    (("matrix", "--l-max", "1-2"), ("one", "2")),
    (("matrix", "--l-max", "99"), ("l_max", "99")),
    (("matrix", "--mixing", "vwu"), ("mixing", "uvw")),
    (("matrix", "--mixing", "uvw", "--weights", "none"), ("weights", "shared")),
    (("so2", "--setting", "edge", "--mixing", "uvu"), ("edge", "mixing")),
    (("matrix", "--inner", "0"), ("inner", "0")),
    (("matrix", "--outer", "two"), ("outer", "two")),
    (("matrix", "--setting", "nonsense"), ("setting", "mimo")),
    (("matrix", "--framework", "nonsense"), ("framework", "jax")),
    (("matrix", "--framework", "numpy", "--compilation", "jit"), ("compilation", "eager")),
    ((), ("PRODUCT",)),
])
def test_wrong_arguments_exit_with_2_and_a_sentence(arguments, words):
    done = certify(*arguments, check=2)
    assert done.stdout == "" and "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words)
