"""Group theory of O(3) in NumPy float64, in one basis: e3nn's order and phases, polar axis y."""

from backend.so3.harmonics import angles_to_points, legendre, spherical_harmonics
from backend.so3.irreps import Irrep, Irreps
from backend.so3.quadrature import S2Grid, s2_grid
from backend.so3.rotations import generators, random_rotation, representation, wigner_d
from backend.so3.six_j import wigner_6j
from backend.so3.wigner import wigner_3j, wigner_3j_scalar

__all__ = [
    "Irrep", "Irreps", "S2Grid", "angles_to_points", "generators", "legendre",
    "random_rotation", "representation", "s2_grid", "spherical_harmonics",
    "wigner_3j", "wigner_3j_scalar", "wigner_6j", "wigner_d",
]
