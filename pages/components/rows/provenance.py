"""Where a number comes from and how that looks on a chart: one rule for every provenance."""

from __future__ import annotations

from dataclasses import dataclass

from pages.components.rows.measurements import ELSEWHERE, MEASURED

PREDICTED, RECORDED, PUBLISHED = "predicted", "recorded", "published"


@dataclass(frozen=True)
class Look:
    """How marks of a provenance differ; shape and colour always say which product."""

    fill: float        # opacity of the mark's inside
    outline: float     # pixels in the product's colour; 0: a thin one in the page's, which parts it from its neighbours
    core: str          # what stands inside: "" nothing, "same" a small mark of the same shape, else a Plotly symbol
    core_size: float   # of the mark's size
    line: float        # pixels of the path
    dash: str          # of the path; "" that of the product's variant
    rank: int          # the lower, the further in front, and the sooner it is named on the chart


LOOKS: dict[str, Look] = {
    MEASURED: Look(1.0, 0.0, "", 0.0, 1.6, "", 0),
    ELSEWHERE: Look(0.25, 1.8, "", 0.0, 1.6, "", 0),
    PREDICTED: Look(0.0, 1.8, "", 0.0, 0.8, "1px,5px", 1),
    RECORDED: Look(0.0, 1.4, "same", 0.42, 1.1, "", 2),
    PUBLISHED: Look(0.0, 1.2, "line-ew", 1.7, 1.0, "dash", 3),
}
BEHIND = 0.45   # opacity of what others measured, where there is some of the reader's own
OWN = (MEASURED, ELSEWHERE)
OTHERS = (RECORDED, PUBLISHED)
