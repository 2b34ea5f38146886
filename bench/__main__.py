"""`make bench`: takes the figures, prints them and writes bench/results.json."""

import json
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import bill, cpu, hot_sku, idle, race, simulation
from bench.report import as_before, compared, others

COMMIT = ("git", "rev-parse", "--short", "HEAD")
RESULTS = Path(__file__).with_name("results.json")
MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "bill": bill.measure,
    "idle": idle.measure,
    "cpu": cpu.measure,
    "race": race.measure,
    "hot_sku": hot_sku.measure,
    "simulation": simulation.seeds,
    "crash_points": simulation.crash_points,
    "planted_bugs": simulation.planted_bugs,
}
"""What `make bench ONLY=<name>` can ask for; without it all are taken."""
BEFORE = "before"
"""Asked for in their place: the figures of results.json become those that later ones are compared with."""


def main(only: list[str]) -> None:
    """Takes the figures; those that are not asked for stay as they are in results.json."""
    figures = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if only == [BEFORE]:
        figures |= {BEFORE: as_before(figures)}
    else:
        for name in only or MEASURES:
            figures |= MEASURES[name]()
        figures |= {"machine": machine(), "commit": commit(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    RESULTS.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    show(figures)


def machine() -> str:
    """The processor and how many of it, and the Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} x {models[0] if models else platform.processor()}, Python {platform.python_version()}"


def commit() -> str:
    """What was measured."""
    return subprocess.run(COMMIT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own words


def show(figures: dict[str, Any]) -> None:
    """Print the figures, those with a price first."""
    Console().print(compared(figures), others(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
