"""What a case will take, judged by the history: time and memory with 90 % intervals, and how good that judgement is."""

from backend.cost_model.groups import NEEDED, group_of
from backend.cost_model.model import CostModel, HeldOut, Prediction

__all__ = ["NEEDED", "CostModel", "HeldOut", "Prediction", "group_of"]
