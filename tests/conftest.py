"""Tests that start servers or measuring processes take turns on one xdist worker each folder; the rest spread."""

from pathlib import Path

import pytest

TAKE_TURNS = {"browser", "execution", "bench", "server"}


def pytest_collection_modifyitems(items):
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in TAKE_TURNS:
            item.add_marker(pytest.mark.xdist_group(folder))
