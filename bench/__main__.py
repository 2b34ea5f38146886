"""`make bench`: takes the measurements, prints them and writes bench/results.json."""

import json
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import bill, console, cpu, hot_sku, idle, race, simulation
from bench.report import as_before, compared, others

COMMIT = ("git", "rev-parse", "--short", "HEAD")
RESULTS = Path(__file__).with_name("results.json")
MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "bill": bill.measure,
    "idle": idle.measure,
    "cpu": cpu.measure,
    "console": console.measure,
    "race": race.measure,
    "hot_sku": hot_sku.measure,
    "simulation": simulation.seeds,
    "crash_points": simulation.crash_points,
    "planted_bugs": simulation.planted_bugs,
}
"""The measurements by name: `make bench ONLY=<name>` takes one of them, otherwise all are taken."""
BEFORE = "before"
"""Instead of a measurement's name: later figures are compared with those that are in results.json now."""


def main(only: list[str]) -> None:
    """Take the measurements `only`, or all of them; other figures in results.json stay as they are."""
    if only != [BEFORE] and (wrong := [name for name in only if name not in MEASURES]):
        sys.exit(f"no measurement is called “{wrong[0]}”; there are {', '.join(MEASURES)}, and {BEFORE} alone")
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
    """Return the number and model of the processors, and the version of Python."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} x {models[0] if models else platform.processor()}, Python {platform.python_version()}"


def commit() -> str:
    """Return the commit that is measured."""
    return subprocess.run(COMMIT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own words


def show(figures: dict[str, Any]) -> None:
    """Print the figures, those with a price first."""
    Console().print(compared(figures), others(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
