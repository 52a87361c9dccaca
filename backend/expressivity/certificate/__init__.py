"""The certificate of a product: what it computes, measured, and whether that is what it declares."""

from backend.expressivity.certificate.certificate import Certificate
from backend.expressivity.certificate.certify import certify
from backend.expressivity.jacobian import JacobianRank, jacobian_rank

__all__ = ["Certificate", "JacobianRank", "certify", "jacobian_rank"]
