"""Configurations as their authors write them give the shapes of their layers; what is malformed is said by its key."""

import json

import pytest

from backend.model_configs import layers_of
from backend.model_configs.reading import LIMIT
from backend.spec import Problem, SpecError


def message(l1, l2, l_out, channels, neighbours, parity="both", atoms=10):
    return Problem("layer", l1, l2, l_out, parity=parity, channels=channels, batch=atoms * neighbours, mixing="uvu",
                   weights="per_sample", neighbours=neighbours)


MACE_YAML = """
name: mp
model: ScaleShiftMACE
hidden_irreps: '128x0e + 128x1o'
r_max: 6.0
max_ell: 3
correlation: 3
num_interactions: 2
avg_num_neighbors: 61.96   # rounded
batch_size: 16
"""
MACE_OPTIONS = """python run_train.py --name="water" --model="MACE" \\
  --num_channels=128 --max_L=1 --max_ell 3 --correlation=3 --r_max=6.0 --swa --num_interactions=2"""
NEQUIP = """
l_max: 3
num_features: 64
data:
  train_dataloader_kwargs:
    batch_size: 5
training_module:
  model:
    _target_: nequip.model.NequIPGNNModel
    num_layers: 4
    l_max: ${l_max}
    parity: true
    num_features: ${num_features}
    avg_num_neighbors: ${training_data_stats:num_neighbors_mean}
"""
ALLEGRO_OLD = """
model_builders:
 - allegro.model.Allegro
 - StressForceOutput
avg_num_neighbors: auto
l_max: 2
parity: o3_full
num_layers: 2
env_embed_multiplicity: 64
optimizer_params:
  betas: !!python/tuple
  - 0.9
  - 0.999
"""
EQUIFORMER = """
model:
  name: graph_attention_transformer
  irreps_node_embedding: '128x0e+64x1e+32x2e'
  irreps_sh: '1x0e+1x1e+1x2e'
  max_radius: 5.0
  max_neighbors: 500
"""
EQUIFORMER_V2 = {"model": {"name": "equiformer_v2", "max_neighbors": 20, "sphere_channels": 128, "lmax_list": [6],
                           "mmax_list": [2], "regress_forces": True}}
_MACE = {
    "MACE, first message": message(0, 3, 3, 128, 62, "natural"),
    "MACE, later messages": message(1, 3, 3, 128, 62, "natural"),
    "MACE, product basis": Problem("square", 3, 3, 1, parity="natural", channels=128, batch=10),
}
_NEQUIP = {"NequIP, first message": message(0, 3, 3, 64, 16), "NequIP, later messages": message(3, 3, 3, 64, 16)}
_V2 = {"EquiformerV2, SO(2) convolution": Problem.of("edge", 6, channels=128, batch=200)}
KNOWN = {
    "mace yaml": (MACE_YAML, _MACE),
    "mace options": (MACE_OPTIONS, {name: problem if not problem.neighbours else message(
        problem.l1, 3, 3, 128, 16, "natural") for name, problem in _MACE.items()}),
    "mace python": ("{'max_ell': 2, 'hidden_irreps': '16x0e', 'num_interactions': 1, 'correlation': 1, 'x': None}",
                    {"MACE, first message": message(0, 2, 2, 16, 16, "natural")}),
    "nequip": (NEQUIP, _NEQUIP),
    "nequip old": ("feature_irreps_hidden: 32x0o + 32x0e + 32x1o + 32x1e\nirreps_edge_sh: 0e + 1o\nnum_layers: 1",
                   {"NequIP, first message": message(0, 1, 1, 64, 16)}),
    "allegro": ('{"l_max": 1, "parity_setting": "o3_restricted", "num_tensor_features": 32, "num_features": 8}',
                {"Allegro, tensor product": Problem.of("layer", 1, parity="natural", channels=32, batch=160,
                                                       mixing="uuu", weights="shared")}),
    "allegro old": (ALLEGRO_OLD, {"Allegro, tensor product": Problem.of(
        "layer", 2, channels=64, batch=160, mixing="uuu", weights="shared")}),
    "equiformer": (EQUIFORMER, {"Equiformer, message": message(2, 2, 2, 75, 16)}),
    "equiformer v2": (json.dumps(EQUIFORMER_V2), _V2),
    "equiformer v2 python": (repr(EQUIFORMER_V2), _V2),
}


@pytest.mark.parametrize(("text", "expected"), KNOWN.values(), ids=KNOWN)
def test_the_layers_of_a_configuration(text, expected):
    found = layers_of(text, atoms=10, neighbours=16)
    assert {each.name: each.problem for each in found} == expected
    assert all(each.read for each in found)


def test_what_a_problem_cannot_say_is_said():
    *_, basis = layers_of(MACE_YAML, atoms=10, neighbours=16)
    assert basis.differs == "degree two of the model's 3"
    assert "as many copies in all" in layers_of(EQUIFORMER, atoms=10, neighbours=16)[0].differs
    assert "both parities" in layers_of(NEQUIP, atoms=10, neighbours=16)[0].differs
    assert not layers_of(NEQUIP.replace("parity: true", "parity: false"), atoms=10, neighbours=16)[0].differs
    assert "up to m = 2" in layers_of(repr(EQUIFORMER_V2), atoms=10, neighbours=16)[0].differs


CYCLE = "max_ell: 3\nhidden_irreps: 8x0e\nloop: &a\n  again: *a\n"
WRONG = {
    "irreps": (MACE_YAML.replace("128x0e + 128x1o", "128x0e & 1o"), "hidden_irreps must be irreps such as"),
    "too high": (MACE_YAML.replace("128x1o", "128x99o"), "hidden_irreps must have degrees up to 12"),
    "no features": ("model: MACE\nmax_ell: 3", "MACE must have hidden_irreps, or num_channels and max_L"),
    "number": (MACE_YAML.replace("max_ell: 3", "max_ell: three"), "max_ell must be a whole number from 0 to 12, got"),
    "truth": (MACE_YAML.replace("max_ell: 3", "max_ell: true"), "max_ell must be a whole number"),
    "flag": (NEQUIP.replace("parity: true", "parity: maybe"), "parity must be true or false, got 'maybe'"),
    "list": ("l_max: 1\nnum_features: [32, x]", "num_features must be a whole number"),
    "parity": ("l_max: 1\nnum_tensor_features: 8\nparity: o4", "parity must be one of o3_full"),
    "half": ("lmax_list: [4]", "EquiformerV2 must have lmax_list and sphere_channels; the configuration lacks sphere"),
    "not a list": ("lmax_list: four\nsphere_channels: 8", "lmax_list must be a list of whole numbers"),
    "another model": ("cutoff: 5\nn_layers: 3", "a configuration must be one of Allegro"),
    "no mapping": ("just words", "a configuration must have keys and values"),
    "empty": ("", "a configuration must have keys and values"),
    "broken yaml": ("a: [1, 2\nb: 3", "as YAML in line 2"),
    "code": ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
    "call": ("__import__('os').system('true')", "a configuration must have keys and values"),
    "quote": ("--model='MACE --r_max=5", "quoted in pairs"),
    "no number": ("a: " + "1" * 5000, "must be YAML, JSON or a Python dict"),
    "no date": ("a: 2001-99-99", "must be YAML, JSON or a Python dict; as YAML: month must be in 1..12"),
    "deep": ("[" * 5000, "must not be nested so deeply"),
    "long": ("a: 1\n" * LIMIT, "must have at most 20,000 characters"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_malformed_is_said(text, said):
    with pytest.raises(SpecError) as error:
        layers_of(text, atoms=10, neighbours=16)
    assert said in str(error.value)


def test_an_alias_that_leads_back_is_read():
    assert layers_of(CYCLE, atoms=10, neighbours=16)[0].problem.channels == 8


def test_sizes_out_of_range_are_said():
    with pytest.raises(SpecError, match="atoms must be an integer"):
        layers_of(MACE_YAML, atoms=0, neighbours=16)
