"""The processor time of an order's life, with all that botocore does but the sockets (`bench.wire`).

A loaded machine makes it up to four times as long, so a bare GetItem is timed beside it. Take it where nothing else
runs, and compare figures with the same `bare_call`.
"""

from typing import Any

from bench.process import run

Figures = dict[str, Any]
CASES = {"one_warehouse_quiet": "cpu_quiet", "one_warehouse_busy": "cpu_busy"}


def measure() -> Figures:
    """Time the lives of orders, and a bare call."""
    found = run("bench.cases", *CASES.values())
    lives = {name: round(found[case]["milliseconds"], 1) for name, case in CASES.items()}
    bare = min(found[case]["bare_call"] for case in CASES.values())
    return {"cpu_ms_per_order": lives | {"bare_call": round(bare, 2)}}
