"""Clebsch-Gordan, dense: one matrix per (l1, l2) for all l3 together; one output copy per path."""

CATALOGUE = {
    "key": "clebsch_gordan_dense",
    "label": "Clebsch-Gordan, dense",
    "family": "clebsch_gordan",
    "group": "O3",
    "symbol": "circle",
    "frameworks": ["numpy", "jax", "torch"],
    "variants": {"matrix": "one dense matrix per (l1, l2) for all l3 together"},
    "layouts": ["channels_dim", "dim_channels", "batch_last"],
    "summary": "Every path (l1, l2, l3) into an output copy of its own.",
    "formula": r"z^{(l_1 l_2) l_3}_{m_3} = \sum_{m_1 m_2} Q^{l_3 m_3}_{l_1 m_1, l_2 m_2}\, x_{l_1 m_1} y_{l_2 m_2}",
    "source": "arXiv:2506.13523, section 2",
    "claims": {"siso": "L^3", "simo": "L^4", "mimo": "L^6"},
}
