"""What holds for every test: no setting of the user's, a temporary folder of its process's own."""

import os
import tempfile

import pytest

for setting in ("ADDRESS", "HISTORY", "PLUGINS", "PORT"):   # a user's history and plug-ins are not the tests'
    os.environ.pop(setting, None)


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory):
    """The lock of a device stands in the temporary folder: so no test waits for another, or for a dashboard."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder
