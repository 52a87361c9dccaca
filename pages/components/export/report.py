"""A view as one HTML file that opens offline: figure, table, what every number rests on, and the method."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from backend.catalogue import label
from backend.reproduce import command
from backend.spec import Result
from pages.components.charts.marks import BACKGROUNDS, INKS, MUTED_INKS
from pages.components.tables import texts

_METHOD = Path(__file__).parents[2] / "texts"
_CHAPTERS = ("time", "expressivity", "errors", "limits")


@dataclass(frozen=True)
class Seen:
    """What a page shows: its question as a `title`, what it says of it, the `figure` with its `words`, the `table`, and
    the `address` at which it is alive. `name` is that of its files."""

    name: str
    title: str
    said: tuple[str, ...]
    address: str
    theme: str
    figure: go.Figure
    words: str
    table: pd.DataFrame


def figure_html(seen: Seen) -> str:
    """The figure alone, which the reader's browser saves as PNG or SVG."""
    return _page(seen, _figure(seen))


def report_html(seen: Seen, results: Iterable[Result]) -> str:
    """The whole view, with all that is kept of the results that it rests on."""
    cards = "".join(map(_card, results))
    parts = [
        *(f"<p>{escape(each)}</p>" for each in seen.said if each),
        f'<p>The same, alive: <a href="{escape(seen.address)}">{escape(seen.address)}</a></p>', _figure(seen),
        "<h2>Table</h2>", f'<div class="wide">{texts(seen.table).to_html(index=False, border=0, escape=True)}</div>',
        f"<h2>What it rests on</h2>{cards or '<p>No result of its own.</p>'}",
        "<h2>Method</h2>", *(_folded(name.capitalize(), (_METHOD / f"{name}.md").read_text()) for name in _CHAPTERS)]
    return _page(seen, "".join(parts))


def _figure(seen: Seen) -> str:
    figure = go.Figure(seen.figure, _validate=False)
    figure.update_layout(template="none", paper_bgcolor=BACKGROUNDS[seen.theme], plot_bgcolor=BACKGROUNDS[seen.theme],
                         font={"color": INKS[seen.theme]})
    drawn = pio.to_html(figure, include_plotlyjs=True, full_html=False, div_id="figure", config={"displaylogo": False})
    buttons = "".join(
        f'<button onclick="Plotly.downloadImage(\'figure\', {{format: \'{kind}\', filename: \'{seen.name}\', '
        f'width: 1100, height: 620, scale: {scale}}})">Save as {kind.upper()}</button> '
        for kind, scale in (("png", 3), ("svg", 1)))
    return f"<figure>{drawn}<figcaption>{escape(seen.words)}</figcaption></figure><p>{buttons}</p>"


def _card(result: Result) -> str:
    case = result.case
    name = f"{label(case.product, case.variant)}, {case.problem.setting.upper()}, L {case.problem.l_max}"
    samples = ", ".join(f"{each:.6g}" for each in result.samples)
    said = "\n".join([
        f"{result.status} {result.message}".strip(), f"measured {result.measured_at}, id {result.id}",
        f"again: {command(case)}", "", f"metrics, SI units: {json.dumps(dict(result.metrics), indent=1)}", "",
        f"seconds per call, every sample: {samples}", "",
        f"environment: {json.dumps(dict(result.environment), indent=1)}"])
    return _folded(name, said)


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>"


def _page(seen: Seen, body: str) -> str:
    ink, muted, ground = INKS[seen.theme], MUTED_INKS[seen.theme], BACKGROUNDS[seen.theme]
    style = (
        f"body {{font: 15px/1.5 sans-serif; max-width: 1120px; margin: 2rem auto; padding: 0 1rem; color: {ink}; "
        f"background: {ground}; color-scheme: {seen.theme}}} a {{color: inherit; overflow-wrap: anywhere}} "
        f"pre {{white-space: pre-wrap; overflow-wrap: anywhere}} figure {{margin: 0}} figcaption {{color: {muted}}} "
        f".wide {{overflow-x: auto}} table {{border-collapse: collapse}} th, td {{padding: 2px 10px; text-align: left; "
        f"border-bottom: 1px solid {muted}; white-space: nowrap}} summary {{cursor: pointer}}")
    return (f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(seen.title)}</title>'
            f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
            f"<body><h1>{escape(seen.title)}</h1>{body}</body></html>")
