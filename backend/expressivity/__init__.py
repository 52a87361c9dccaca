"""What a product can express: its coupling table G(l1, l2, l3), interactable paths, degrees of freedom."""

from backend.expressivity.coupling_table import Coupling, CouplingError, Measured, coupling_table, measured
from backend.expressivity.degrees_of_freedom import degrees_of_freedom
from backend.expressivity.expressivity import expressivity

__all__ = [
    "Coupling", "CouplingError", "Measured", "coupling_table", "degrees_of_freedom", "expressivity", "measured",
]
