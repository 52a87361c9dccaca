"""What holds for every test: no setting of the user's, a temporary folder of its process's own."""

import os
import tempfile

import pytest

for setting in ("ADDRESS", "CLUSTER", "HISTORY", "PLUGINS", "PORT"):   # what is a user's is not the tests'
    os.environ.pop(setting, None)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):   # before NumPy: as many tests run as there are cores
    os.environ.setdefault(name, "1")


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory):
    """The lock of a device stands in the temporary folder: so no test waits for another, or for a dashboard."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder
