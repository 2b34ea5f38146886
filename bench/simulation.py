"""What the simulation finds: many seeds, every place at which a process can die, planted bugs.

Each is a command of `simulation`, in processes of its own, on all cores; SEEDS says how many days.
"""

import json
import os
import subprocess
import sys
from typing import Any

from local.home import CHECKOUT

SEEDS = int(os.environ.get("SEEDS", "10000"))
PAIRS = 1_000
Figures = dict[str, Any]


def seeds() -> Figures:
    """Days on which everything goes wrong."""
    said = _said("run", str(SEEDS))
    return {"simulation": {name: said[name] for name in ("seeds", "violations", "seconds")}}


def crash_points() -> Figures:
    """Kills at every call of a short day, and at pairs spread over all of them."""
    return {"crash_points": _said("crash-points", str(PAIRS))}


def planted_bugs() -> Figures:
    """Some twenty minutes."""
    return {"planted_bugs": _said("planted")}


def _said(*words: str) -> Figures:
    command = [sys.executable, "-m", "simulation", *words]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - ours
    return dict(json.loads(done.stdout.splitlines()[-1]))
