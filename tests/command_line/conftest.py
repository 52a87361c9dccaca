"""A fixture for dry runs."""

import json

import pytest

from backend.__main__ import main


@pytest.fixture
def dry_run(tmp_path, monkeypatch, capsys):
    """What a dry run says, as JSON; in this process, for it starts none."""
    monkeypatch.setenv("HISTORY", str(tmp_path / "history.duckdb"))
    monkeypatch.setenv("PLUGINS", str(tmp_path / "plugins"))

    def run(*arguments):
        assert main(["sweep", *arguments, "--dry-run", "--json"]) == 0
        return json.loads(capsys.readouterr().out)
    return run
