"""Runs a module of the bench in a process of its own, where the code that is measured can be imported."""

import json
import os
import subprocess
import sys
from typing import Any

from local.home import CHECKOUT

LAYER = CHECKOUT / "layers" / "shared"


def run(module: str, *words: str) -> Any:
    """Return what a module prints as JSON; its hash seed is fixed, so that sets have the same order every time."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": f"{CHECKOUT}:{LAYER}"}
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
    return json.loads(done.stdout)
