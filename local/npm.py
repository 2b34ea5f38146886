"""The scripts of console/package.json that need a browser."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from local import chromium
from local.home import CHECKOUT, ENVIRONMENTS, StackError


def run(script: str, seconds: float, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script of the console; raises StackError without npm or a browser."""
    path = os.pathsep.join((str(ENVIRONMENTS / "node" / "node-bin"), os.environ["PATH"]))
    npm = shutil.which("npm", path=path)
    if not npm:
        raise StackError("there is no npm: make install")
    return subprocess.run(
        [npm, "--prefix", "console", "run", "--silent", script],
        cwd=CHECKOUT,
        env={**os.environ, **chromium.environment(), **environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
