"""What a case will take, judged by the history: time and memory with 90 % intervals, and how good that judgement is."""

from backend.cost_model.model import CostModel, HeldOut, Prediction

__all__ = ["CostModel", "HeldOut", "Prediction"]
