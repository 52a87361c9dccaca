"""What the paper's products compute: paths and degrees of freedom of one channel, and the normalisers of its files."""

from __future__ import annotations

from backend.spec import Problem

PRODUCTS = {   # as the files name them -> our product of that name
    "CGTP-dense": "clebsch_gordan_dense", "CGTP-sparse": "clebsch_gordan_sparse", "GTP-grid": "gaunt_grid",
    "GTP-fourier": "gaunt_fourier", "Matrix-TP": "matrix", "VGTP-grid": "vector_gaunt", "e3x-TP": "e3x",
}
SETTINGS = {"SISO": "siso", "SIMO": "simo", "MIMO": "mimo"}


def computed(named: str, setting: str, l_max: int) -> tuple[int | None, int | None]:
    """(interactable paths, degrees of freedom) of what was really run; None where the paper's code does not tell.

    Clebsch-Gordan kept its even paths alone. Closed forms: arXiv:2506.13523, section 4 and tests of this project.
    """
    even = len(Problem.of(setting, l_max, parity="natural").paths)
    if named.startswith("CGTP"):
        return even, even
    if named.startswith("GTP"):
        return even, 4 * l_max + 1 if setting == "mimo" else even
    if named == "Matrix-TP" and setting == "mimo":
        return (len(Problem.of(setting, l_max).paths) if l_max <= 4 else None), 4 * l_max + 1
    return None, None


def normalisers(named: str, setting: str, l_max: int, kind: str) -> tuple[int, ...]:
    """What the column `normalization` of a kind may hold here; more than one where the paper's files differ."""
    if kind in ("nsight", "flops_perf"):
        if setting != "mimo" or named not in ("CGTP-dense", "CGTP-sparse", "GTP-grid", "GTP-fourier", "Matrix-TP"):
            return (1,)
        return (len(Problem.of(setting, l_max).paths) if named.startswith("CGTP") else 4 * l_max + 1,)
    if named.startswith("CGTP"):
        even = len(Problem.of(setting, l_max, parity="natural").paths)
        return (even,) if even else (0, 1)
    if named.startswith("VGTP"):
        return (6 * l_max + 1,)
    return (1,) if setting == "siso" else (2 * l_max + 1,)
