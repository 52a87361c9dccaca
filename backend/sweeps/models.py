"""The layers of published models: their degrees, channels, weights, neighbours and edges as problems, with sources."""

from __future__ import annotations

from backend.catalogue import select
from backend.spec import Problem, Sweep
from backend.sweeps.preset import Part, Preset

_OEQ = "github.com/PASSIONLab/OpenEquivariance openequivariance/benchmark/problems.py"
_MPTRJ = "github.com/mir-group/nequip nequip/data/dataset_stats/MPTrj.yaml"
_MESSAGE = ("clebsch_gordan_dense,clebsch_gordan_sparse,gaunt_grid,e3nn_tensor_product,cuequivariance_mixing,"
            "openequivariance")
_PRODUCT = "clebsch_gordan_collapsed,gaunt_grid,allegro_coupled,e3x"
_SQUARE = "clebsch_gordan_symmetric,gaunt_grid,cuequivariance_symmetric"
_EDGE = "so2:all,clebsch_gordan_edge"
_UNEQUAL = "the model has {}: as many copies in all, equally many of each degree"


def _message(l1: int, l2: int, l_out: int, *, channels: int, atoms: int, neighbours: int, natural: bool) -> Problem:
    """x of the sender times the harmonics of the edge, a weight for each path, channel and edge, summed."""
    parity = "natural" if natural else "both"
    return Problem("layer", l1, l2, l_out, parity=parity, channels=channels, batch=atoms * neighbours, mixing="uvu",
                   weights="per_sample", neighbours=neighbours)


# 3BPA: 5 molecules of 27 atoms with 16 neighbours each within 5 Å. MPTrj: 36 within 5 Å, 62 within 6 Å; 128 atoms.
_LAYERS: tuple[tuple[str, str, Problem, str, str], ...] = (
    ("MACE-MP medium, message", _MESSAGE,
     _message(1, 3, 2, channels=128, atoms=128, neighbours=62, natural=True),
     f"{_OEQ} mace_problems (mace-medium); neighbours: {_MPTRJ}", ""),
    ("MACE large, message", _MESSAGE,
     _message(2, 3, 3, channels=128, atoms=128, neighbours=62, natural=True),
     f"{_OEQ} mace_problems (mace-large); neighbours: {_MPTRJ}", ""),
    ("MACE-MP medium, product basis", _SQUARE,
     Problem("square", 3, 3, 1, parity="natural", channels=128, batch=128),
     "huggingface.co/cyrusyc/mace-universal, 2023-12-10-mace-128-L0.log: max_ell 3, correlation 3, 128 channels",
     "degree two of the model's three"),
    ("NequIP 3BPA", _MESSAGE,
     _message(3, 3, 3, channels=64, atoms=135, neighbours=16, natural=False),
     "github.com/mir-group/nequip configs/3bpa.yaml: l_max 3, parity, num_features 64, batch of 5",
     "the model's features have both parities, ours (-1)^l: half its paths"),
    ("NequIP OAM-L", _MESSAGE,
     _message(3, 3, 3, channels=64, atoms=128, neighbours=62, natural=True),
     f"{_OEQ} nequip_oam_problems (main layers); neighbours: {_MPTRJ}", _UNEQUAL.format("128x0e+64x1o+32x2e+32x3o")),
    ("Allegro tutorial", _PRODUCT,
     Problem.of("layer", 1, channels=32, batch=2_160, mixing="uuu", weights="shared"),
     "github.com/mir-group/allegro configs/tutorial.yaml: l_max 1, num_tensor_features 32, o3_full",
     "features of both parities in the model; edges as in 3BPA"),
    ("Allegro SPICE", _PRODUCT,
     Problem.of("layer", 3, channels=64, batch=2_160, mixing="uuu", weights="shared"),
     "github.com/frobnitzem/LAMMPS_Allegro allegro_frontier.md: lmax-3_layer-2_tensor-64",
     "features of both parities in the model; edges as in 3BPA"),
    ("SevenNet-0", _MESSAGE,
     _message(2, 2, 2, channels=75, atoms=128, neighbours=36, natural=False),
     f"github.com/MDIL-SNU/SevenNet sevenn/presets/sevennet-0.yaml; neighbours: {_MPTRJ}",
     _UNEQUAL.format("128x0e+64x1e+32x2e, every path without parity")),
    ("SevenNet-l3i5", _MESSAGE,
     _message(3, 3, 3, channels=64, atoms=128, neighbours=36, natural=False),
     f"github.com/MDIL-SNU/SevenNet sevenn/presets/sevennet-l3i5.yaml; neighbours: {_MPTRJ}",
     _UNEQUAL.format("128x0e+64x1e+32x2e+32x3e, every path without parity")),
    ("Equiformer QM9", _MESSAGE,
     _message(2, 2, 2, channels=75, atoms=144, neighbours=16, natural=False),
     "github.com/atomicarchitects/equiformer nets/graph_attention_transformer.py: 128x0e+64x1e+32x2e, degree 15.6, "
     "18.0 atoms a molecule, here 8", _UNEQUAL.format("128x0e+64x1e+32x2e")),
    ("Equiformer OC20", _MESSAGE,
     _message(1, 1, 1, channels=192, atoms=78, neighbours=23, natural=False),
     "github.com/atomicarchitects/equiformer oc20/configs/is2re/100k/graph_attention_transformer/"
     "l1_256_nonlinear_g@2_local.yml; 77.8 atoms, degree 23.4: fairchem equiformer_v2_oc20",
     _UNEQUAL.format("256x0e+128x1e")),
    ("EquiformerV2 31M", _EDGE,
     Problem.of("edge", 4, channels=128, batch=78 * 20),
     "github.com/atomicarchitects/equiformer_v2 oc20/configs/s2ef/all_md/equiformer_v2/"
     "equiformer_v2_N@8_L@4_M@2_31M.yml: L 4, M 2, 128 channels, 20 neighbours",
     "the model mixes channels within each order m; here each has weights of its own"),
)


def preset() -> Preset:
    """Each layer with the products that can stand in it, in JAX and PyTorch."""
    return Preset(
        "models", "Layers of published models",
        "What does the tensor product of MACE, NequIP, Allegro, SevenNet and Equiformer cost in each implementation?",
        tuple(_part(*layer) for layer in _LAYERS))


def _part(name: str, products: str, problem: Problem, source: str, differs: str) -> Part:
    return Part(name, Sweep(select(products), (problem,), ("jax", "torch")), source, differs)
