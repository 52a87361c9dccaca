"""What is on a page that was drawn, and waiting for what it measures."""

import json

import plotly.graph_objects as go


def words(page):
    shown = [*page.markdown, *page.caption, *page.info, *page.warning, *page.error]
    return "\n".join(element.value for element in shown)


def charts(page):
    """Every figure as it is sent to the browser; all of it is as Plotly wants it."""
    figures = [json.loads(element.proto.spec) for element in page.get("plotly_chart")]
    for figure in figures:
        go.Figure(figure)   # raises ValueError at a property that does not exist, or cannot be that
    return figures


def button(page, text):
    return next((each for each in page.button if text in each.label), None)


def finish(here, executor):
    executor.go.set()
    wait_until_idle(here)


def wait_until_idle(here):
    version = -1
    while here.queue.status().active:
        version = here.queue.wait(version, timeout=20)
