"""How long a reader waits for a key in lists of ten thousand rows, in a browser: console/measure says how."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from local import npm

SECONDS = 1200


def measure() -> dict[str, Any]:
    """Return the milliseconds from a key until what it changes is painted, of each list by its path."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        ran = npm.run("measure", SECONDS, {"PACKHORSE_FIGURES": str(file)})
        if ran.returncode:
            print(ran.stdout, ran.stderr, file=sys.stderr, sep=os.linesep)
        return {"console_keys": json.loads(file.read_text())}
