"""What is measured and how: settings, timing, expressivity, errors, products, limits, sources."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from backend.catalogue import Entry, catalogue
from backend.metrics import METRICS
from pages.components.selection import framework_label
from pages.components.units import plural

_TEXT_WIDTH = 860   # pixels: a line that is easy to read
_FAMILIES = {
    "clebsch_gordan": "Clebsch-Gordan", "gaunt": "Gaunt", "matrix": "Matrix", "vector": "Vector and Poisson",
    "so2": "SO(2)", "library": "Libraries",
}


def page() -> None:
    """Sections with formulas; the product table is that of the catalogue."""
    st.title("What do these numbers mean?")
    st.caption("Definitions as the code implements them. Every number on the other pages has its meaning on hover.")
    timed, expressivity, errors, products, metrics, limits = st.tabs(
        ["Time", "Expressivity", "Errors", f"Products ({len(catalogue())})", "Metrics", "Limits and sources"],
        key="section")
    with timed, st.container(width=_TEXT_WIDTH):
        _time()
    with expressivity, st.container(width=_TEXT_WIDTH):
        _expressivity()
    with errors, st.container(width=_TEXT_WIDTH):
        _errors()
    with products, st.container(width=_TEXT_WIDTH):
        for entry in catalogue().values():
            _product(entry)
    with metrics:
        st.dataframe(
            pd.DataFrame([(metric.label, metric.unit or "–", metric.meaning, metric.name)
                          for metric in METRICS.values()], columns=["Metric", "Unit", "Meaning", "Name in exports"]),
            hide_index=True, height="content", alt="Every metric with its unit, meaning and name.",
            column_config={"Meaning": st.column_config.TextColumn(width="large")})
    with limits, st.container(width=_TEXT_WIDTH):
        _limits()


def _time() -> None:
    st.markdown(r"""
#### What is asked
Two inputs $x$, $y$ of shape (batch, channels, dim) are multiplied channel by channel, row by row. Their irreps:

| setting | $x$ | $y$ | output |
|---|---|---|---|
| SISO | $L$ | $L$ | $L$ |
| SIMO | $L$ | $L$ | $0 \ldots 2L$ |
| MIMO | $0 \ldots L$ | $0 \ldots L$ | $0 \ldots 2L$ |
| layer | $0 \ldots L$ | $0 \ldots L$ | $0 \ldots L$ |

Inputs have natural parity $(-1)^l$. *Parity both* keeps every path; *natural* only outputs of natural parity.

#### What is timed
- The call of the product on arrays that are already on the device, in the layout that the case names. *Forward and
  backward* times the call with the gradients by both inputs.
- Each measurement runs in a process of its own kind (framework, device, threads), apart from this page, one at a
  time on a device, with the number of CPU threads fixed before the framework is loaded.

#### What is not timed
- Building constants (coefficients, grids, matrices), compiling and the first call: each is recorded on its own.
- Making the inputs, moving them to the device, conversion between layouts: none of it is inside the clock.
""")
    st.markdown("#### Two times")
    st.latex(r"t_\text{throughput} = \frac{\text{time of } n \text{ calls in flight with one synchronisation}}{n}"
             r"\qquad t_\text{latency} = \text{time of one call, synchronised}")
    st.markdown(r"""
After a warm-up, $n$ is chosen so that a sample is at least 5 ms of work. Samples of both kinds are taken in turn, 30 of
each or as many as 2 s allow (at least 5). Every raw sample is kept in the order taken; no outlier is dropped.
The number shown is the **median**. Its **95 % interval** is made of two order statistics, which assumes nothing about
the distribution:
""")
    st.latex(r"[\,t_{(k)},\ t_{(n+1-k)}\,], \qquad P\big(\mathrm{Bin}(n, \tfrac12) < k\big) \le 2.5\,\%")
    st.markdown("The interval speaks of one process on one machine. Another process, day or machine may differ more.")


def _expressivity() -> None:
    st.markdown("#### Interactable paths")
    st.markdown(r"""
A product restricted to single copies of $l_1, l_2, l_3$ is a multiple of the Wigner $3j$ tensor (Schur's lemma), so a
product *is* its table $G$. It is read off the implementation itself, by feeding it basis vectors:
""")
    st.latex(r"T\big|_{l_1 l_2 l_3} = G(l_1, l_2, l_3)\; w_{3j}(l_1, l_2, l_3), \qquad"
             r"\text{interactable} = \#\{(l_1, l_2, l_3) : G \ne 0\}")
    st.markdown("#### Degrees of freedom (expressivity)")
    st.markdown("The dimension of the family of bilinear maps that equivariant linear layers around the product reach:")
    st.latex(r"B_\theta(x, y) = W_Z\, T(W_X x,\, W_Y y), \qquad \text{expressivity} = \dim \{B_\theta\}")
    st.markdown(r"""
For single copies it is the rank of the 0/1 incidence matrix with a row $e_{l_1} + f_{l_2} + g_{c_3}$ for every
interactable path, where $c_3$ is the output **copy** that the path ends in. Full Clebsch-Gordan gives each path a copy of
its own, so nothing is shared and the rank is the number of paths; Gaunt sums all paths with the same $l_3$ into one copy,
and the rank grows only like $L$. With $C$ uncoupled channels both numbers are $C$ times those of one.
""")
    st.markdown("For MIMO, outputs to $2L$, one channel, the rank agrees with these closed forms:")
    st.latex(r"\begin{aligned}\text{full Clebsch-Gordan: } & (L+1)(2L^2+4L+3)/3 \\"
             r"\text{collapsed per } (l,p)\text{: } & 6L \\ \text{Gaunt, matrix: } & 4L+1\end{aligned}")
    st.markdown("""
#### Dividing
A product that does more may cost more. *Time divided by* changes the vertical axis to the time per interactable path or
per degree of freedom; *none* shows the time as measured. None of these is the one right choice: products that differ in
what they compute are comparable only with that in view.
""")


def _errors() -> None:
    st.markdown("No time is shown without its errors. Each result carries:")
    st.latex(r"\varepsilon_\text{equivariance} = \frac{\max |T(Dx, Dy) - D\,T(x, y)|}{\max |T(x, y)|}, \qquad"
             r"\varepsilon_\text{oracle} = \frac{\max |T(x, y) - T_\text{float64}(x, y)|}{\max |T_\text{float64}(x, y)|}")
    st.markdown(r"""
on the first rows, in the dtype of the case: once for a random rotation, once for inversion. Products declared O(3) are
held to both; the plain matrix product is SO(3) only, and its inversion error says so. The oracle is the same product in
NumPy in float64.

FLOP and bytes are counted from the algorithm, not by a framework's counter: those disagree with one another.
""")


def _product(entry: Entry) -> None:
    with st.container(border=True):
        st.markdown(f"**{entry.label}** · {_FAMILIES.get(entry.family, entry.family)} · equivariant to "
                    f"{'O(3)' if entry.group == 'O3' else 'SO(3)'} · "
                    f"{', '.join(framework_label(name) for name in entry.frameworks)}")
        st.markdown(entry.summary)
        st.latex(entry.formula)
        if len(entry.variants) > 1:
            st.markdown(f"{plural(len(entry.variants), 'variant')}, the first by default:\n" + "\n".join(
                f"- *{name}*: {sentence}" for name, sentence in entry.variants.items()))
        claims = ", ".join(f"{setting.upper()} ${cost}$" for setting, cost in entry.claims.items())
        st.caption(f"`{entry.key}` · layouts: {', '.join(entry.layouts)} (the first is preferred)"
                   + (f" · claimed cost: {claims}" if claims else "") + f" · {entry.source}")


def _limits() -> None:
    st.markdown("""
#### Limits
- A time holds for its machine, versions and load. What is compared before an earlier result is shown as *measured here*:
  machine, device, driver, versions of the packages, and the sources of the product and of the method. Anything else is
  drawn faint with a ring and said in words.
- The interval of a median describes one process. It does not hold what differs between processes.
- A product is only as fast as its implementation: variants are shown one by one, libraries in their own framework.
- Degrees of freedom say how large the family of maps is, not how useful for a task.
- Channels are multiplied one by one (uncoupled). Mixing between channels is a linear layer of its own and is not timed.
- "Unsupported" is an answer: the product cannot do this problem, and the reason is shown with it.

#### Sources
- *The Price of Freedom: Exploring Expressivity and Runtime Tradeoffs in Equivariant Tensor Products*,
  [arXiv:2506.13523](https://arxiv.org/abs/2506.13523): settings, expressivity, interactability, the grid variant.
- *Enabling Efficient Equivariant Operations in the Fourier Basis via Gaunt Tensor Products*,
  [arXiv:2401.10216](https://arxiv.org/abs/2401.10216): the Gaunt tensor product.
- *E3x: E(3)-Equivariant Deep Learning Made Easy*, [arXiv:2401.07595](https://arxiv.org/abs/2401.07595): the matrix product
  (FusedTensor).
- *e3nn: Euclidean Neural Networks*, [arXiv:2207.09453](https://arxiv.org/abs/2207.09453): basis, order, the libraries e3nn
  and e3nn-jax.
- *Reducing SO(3) Convolutions to SO(2) for Efficient Equivariant GNNs*,
  [arXiv:2302.03655](https://arxiv.org/abs/2302.03655): rotation to the edge.
""")


page()
