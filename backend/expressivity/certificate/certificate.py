"""What a certificate says: everything that was measured of one product on one problem."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Certificate:
    """What was found. Errors are relative to the largest value; `None` is what could not be had or does not apply."""

    product: str
    variant: str
    framework: str
    dtype: str
    device: str
    layout: str
    compilation: str
    setting: str
    parity: str
    l_max: int
    l1: int
    l2: int
    l_out: int
    inner: int                                        # K channels between the linear layers
    outer: int                                        # C channels around them
    group: str                                        # O3 | SO3, as declared: what it is judged by
    approximate: bool = False                         # as declared: equivariance and oracle are shown, not judged
    coefficient_error: float = 0.0                    # as declared, of a library's own coefficients; in `tolerance`
    mixing: str = "uuu"                               # uuu | uvu | uvw: how channels meet
    mixing_weights: str = "none"                      # none | shared | per_sample: the weights of a product that mixes
    status: str = "unsupported"                       # holds | fails | unsupported
    passed: bool | None = None                        # None where unsupported
    message: str = ""                                 # why it is unsupported
    failures: tuple[str, ...] = ()
    tolerance: float | None = None
    bilinear: bool | None = None                      # None for an edge convolution, whose direction is no argument of
                                                      # a linear map
    bilinear_error: float | None = None
    weights_error: float | None = None                # of linearity in the weights of a product that mixes
    linear_error: float | None = None                 # of an edge convolution, in x
    quadratic_error: float | None = None              # of a square, in x
    length_error: float | None = None                 # of an edge convolution, in the length of the direction
    equivariance_error_rotation: float | None = None
    equivariance_error_inversion: float | None = None
    oracle_error: float | None = None                 # against the exact map of its coupling table; if approximate,
                                                      # of that of its oracle; of a library's that mixes, our mixing
                                                      # around its oracle
    oracle_error_ulp: float | None = None             # the same in units of the dtype's last place
    numpy_error: float | None = None                  # of an edge convolution, against its own NumPy form in float64
    gradient_error: float | None = None               # by x, by y and by the weights
    gradient_error_pole: float | None = None          # of an edge convolution, at and near the poles: not judged
    law: str = ""                                     # the closed form that G was held to; empty where none is claimed
    paths: tuple[tuple[int, int, int, float], ...] = ()   # [l1, l2, l3, G], one for each output copy; where channels
                                                      # mix G stands for canonical weights
    interactable: int | None = None
    cg_paths: int = 0                                 # what Clebsch-Gordan reaches on this problem
    lost: tuple[tuple[int, int, int, str], ...] = ()
    weights: int | None = None                        # of an edge convolution, for one kind of edge: one for each path;
                                                      # of a product that mixes, between one channel of each side
    channels: int | None = None                       # with which a product that mixes was measured
    degrees_of_freedom: int | None = None             # incidence rank, one channel; of an edge convolution the weights
                                                      # that count
    jacobian_rank: int | None = None                  # K inner, C outer channels, tied input weights
    jacobian_gap: float | None = None
    jacobian_rank_untied: int | None = None
    jacobian_gap_untied: float | None = None
    channels_degrees_of_freedom: int | None = None    # of a product that mixes, with all its channels
    channels_jacobian_rank: int | None = None
    channels_jacobian_gap: float | None = None
    flops: int | None = None                          # of one row and channel, forward; where channels mix of one row
    flops_counter: str = "declared by the algorithm"
    bytes: int | None = None                          # of the same
    bytes_counter: str = "inputs, constants, outputs, each moved once"
    counted_flops: float | None = None
    counted_flops_counter: str = ""
    effective: dict[str, str] = field(default_factory=dict)   # what a library really ran: its mode, method or grid

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return asdict(self)
