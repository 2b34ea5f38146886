"""What a run of SAM leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

from local.deployment import with_own_files


def test_a_temporary_folder_that_sam_leaves_is_removed() -> None:
    command = [sys.executable, "-c", "import tempfile; print(tempfile.mkdtemp())"]

    with with_own_files() as files:
        ran = subprocess.run(command, env=os.environ | files, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own words
        left = Path(ran.stdout.strip())
        assert left.is_dir()

    assert not left.exists()
