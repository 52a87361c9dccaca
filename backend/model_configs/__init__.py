"""The configuration of a published model, as its users write it, to the problems of its tensor products."""

from backend.model_configs.layers import Layer, layers_of

__all__ = ["Layer", "layers_of"]
