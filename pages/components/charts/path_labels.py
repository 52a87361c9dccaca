"""The names of products beside their paths, as annotations."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pages.components.charts import axes
from pages.components.charts.label_places import Point, places
from pages.components.charts.marks import BACKGROUNDS, INKS, faint
from pages.components.charts.product_paths import PATH
from pages.components.rows.provenance import LOOKS, PREDICTED, PUBLISHED


def path_labels(rows: pd.DataFrame, x: axes.Axis, y: axes.Axis, chosen: int, theme: str, *,
                plot: tuple[float, float]) -> list[dict[str, Any]]:
    """The product's name beside its point at the chosen L or K, or at the largest that it has; where it has several
    paths, beside that in front. `plot` are the pixels between the axes."""
    width, height = plot
    rows = rows[[*PATH, "label", "state", "step", "step_of", "x", "y"]]
    ranks = rows["state"].map({state: look.rank for state, look in LOOKS.items()})
    front = rows[ranks == ranks.groupby([rows["product"], rows["variant"]]).transform("min")]
    ends = front.sort_values("step").groupby(PATH, sort=False).tail(1)
    pixels = [Point(x.position(row.x) * width, (1 - y.position(row.y)) * height, row.label)
              for row in rows.itertuples()]
    points = [Point(x.position(row.x) * width, (1 - y.position(row.y)) * height,
                    name if row.step == chosen else f"{name} ({row.step_of} {row.step})")
              for row, name in zip(ends.itertuples(), _names(ends), strict=True)]
    return [
        {
            "x": x.coordinate(row.x), "y": y.coordinate(row.y), "text": point.text, "showarrow": False,
            "xanchor": place.anchor, "yanchor": "middle", "font": {"size": 13, "color": INKS[theme]},
            "bgcolor": faint(BACKGROUNDS[theme], 0.7), "borderpad": 0,
            "xshift": place.x_shift, "yshift": -place.y_shift,
        }
        for row, point, place in zip(
            ends.itertuples(), points, places(points, obstacles=pixels, width=width), strict=True)
    ]


def entries(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """(product, variant, label) of each product in the chart for its legend, in the order in which they end, the
    topmost first."""
    ends = rows.sort_values("step").groupby(["product", "variant"], sort=False).tail(1)
    ordered = ends.sort_values("y", ascending=False)[["product", "variant", "label"]]
    return list(ordered.itertuples(index=False, name=None))


def _names(rows: pd.DataFrame) -> list[str]:
    """What the rows' paths are called: the product, and where that is not enough its set; as the paper has it."""
    several = rows.groupby(["product", "variant"])["series"].transform("nunique") > 1
    return [row.series if row.state == PUBLISHED else f"{row.label}, {row.series}" if each or row.state == PREDICTED
            else row.label
            for row, each in zip(rows.itertuples(), several, strict=True)]
