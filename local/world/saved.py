"""The state of a simulated company between `down` and `up`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from local.world.failures import Failure

State = TypeVar("State")


def save(state: Any, file: Path) -> None:
    """Write a state to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(state)))


def load(made_of: type[State], settings: type[Any], file: Path) -> State:
    """Return the saved state, or a new one."""
    if not file.exists():
        return made_of()
    saved = json.loads(file.read_text())
    saved["settings"] = settings(**saved["settings"])
    saved["failures"] = [Failure(**failure) for failure in saved["failures"]]
    return made_of(**saved)
