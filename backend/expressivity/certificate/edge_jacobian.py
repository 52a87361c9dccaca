"""Numerical rank of the family of an edge convolution over its weights, with its gap."""

from __future__ import annotations

import numpy as np

from backend.expressivity.edge_family import EdgeFamily
from backend.expressivity.jacobian import ENTRIES, JacobianRank, rank_of


def edge_jacobian_rank(family: EdgeFamily, *, inner: int = 1, outer: int = 1, seed: int = 0) -> JacobianRank | None:
    """With one channel, the rank of the outputs over the weights. With K = `inner` channels, each with weights h of its
    own, between linear layers A and C of `outer` channels u, w: the generic rank of d W / d (h, A, C), where

    W[coupling, u, w] = sum over k and weights of table[coupling, weight] h[k, weight] A[k, copy1, u] C[k, copy, w].

    None where the matrix would be too large.
    """
    if inner == outer == 1:
        return rank_of(family.outputs)
    table, couplings = family.table, family.couplings
    copies1, copies = (np.array([getattr(each, name) for each in couplings]) for name in ("copy1", "copy"))
    rows, count = table.shape
    columns = inner * (count + outer * (copies1.max() + copies.max() + 2))
    if rows * outer**2 * columns > ENTRIES:
        return None
    random = np.random.default_rng(seed)
    h = random.standard_normal((inner, count))
    a, c = (random.standard_normal((inner, places.max() + 1, outer)) for places in (copies1, copies))
    left, right, g = a[:, copies1], c[:, copies], h @ table.T   # (k, coupling), the first two by u and by w too
    by_h = np.einsum("rj,kru,krw->ruwkj", table, left, right)
    hot1, hot = (np.eye(places.max() + 1)[places] for places in (copies1, copies))
    unit = np.eye(outer)
    by_a = np.einsum("kr,krw,rp,uv->ruwkpv", g, right, hot1, unit)
    by_c = np.einsum("kr,kru,rp,wv->ruwkpv", g, left, hot, unit)
    return rank_of(np.concatenate([each.reshape(rows * outer**2, -1) for each in (by_h, by_a, by_c)], axis=1))
