"""A server of its own for each test."""

import pytest
from running_server import running_server


@pytest.fixture
def server(tmp_path):
    with running_server(tmp_path / "history.duckdb") as running:
        yield running
