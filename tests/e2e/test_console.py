"""People's work in the console, in a browser, against the deployed stack: console/e2e says what."""

import json
import os
import shutil
import subprocess

import pytest

from local import chromium
from local.home import CHECKOUT, ENVIRONMENTS
from local.people import ensure_person
from local.running import Stack

SECONDS = 1200


@pytest.mark.e2e
def test_a_day_s_work_in_the_console(stack: Stack) -> None:
    packer = ensure_person(stack, "packer", ["leeds"])
    environment = {
        **os.environ,
        **chromium.environment(),
        "PACKHORSE_PACKER": json.dumps(packer),
        "PACKHORSE_STACK": str(stack.home.stack_file),
        "PATH": os.pathsep.join((str(ENVIRONMENTS / "node" / "node-bin"), os.environ["PATH"])),
    }
    npm = shutil.which("npm", path=environment["PATH"])
    assert npm, "make install"

    ran = subprocess.run(  # noqa: S603 - our own words
        [npm, "--prefix", "console", "run", "--silent", "e2e"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
