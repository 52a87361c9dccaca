"""What a measurement rests on is part of its identity."""

from pathlib import Path

import pytest

from backend import environment


@pytest.mark.parametrize("framework", ["numpy", "jax", "torch"])
def test_the_source_hash_reads_every_file_that_is_timed(framework, monkeypatch):
    read, honest = set(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: (read.add(self.name), honest(self))[1])
    environment._source_hash.cache_clear()
    environment.source_hash("clebsch_gordan_sparse", framework)
    backend = Path(environment.__file__).parent
    timed = {path.name for path in (backend / "frameworks").glob(f"{framework}_*.py")}
    assert timed | {"clebsch_gordan_sparse.py", "mixed.py", "layout.py", "timing.py"} <= read
