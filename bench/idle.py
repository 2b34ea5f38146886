"""What a month without orders costs on AWS by list price.

Standing costs are read off template.yaml as it is transformed for CloudFormation (`bench.standing`). What schedules
start is run on the stand-ins of the simulation, for a day (`bench.cases`). `bench/limits.json` holds what the month
may cost at most; `make check` compares.
"""

from collections.abc import Mapping
from typing import Any

from bench.bill import by_service
from bench.prices import Usage
from bench.process import run

Figures = dict[str, Any]


CASES = ("standing", "idle_empty", "idle_shop", "idle_shelves")
SHELVES = 100
"""So many shelves are audited every night in the case with shelves."""


def measure() -> Figures:
    """Count a month of 30 days."""
    return figures(run("bench.cases", *CASES))


def figures(found: Mapping[str, Figures]) -> Figures:
    """Return the figures of bench/results.json: USD a month, and what a shop and 1000 shelves with stock add to it."""
    lines = {name: Usage(usage).usd for name, usage in found["standing"]["lines"].items()}
    empty, shop, shelves = (Usage(found[case]["usage"]) for case in ("idle_empty", "idle_shop", "idle_shelves"))
    thousand_shelves = (shelves - empty) * (1000 / SHELVES)
    lines["schedules and what they start"] = empty.usd
    return {
        "idle_usd_per_month": round(sum(lines.values()), 2),
        "idle": {name: round(usd, 4) for name, usd in lines.items()},
        "idle_counts": found["standing"]["counts"],
        "idle_usd_per_month_per_shop": round((shop - empty).usd, 2),
        "idle_shop": by_service(shop - empty),
        "idle_usd_per_month_per_1000_shelves": round(thousand_shelves.usd, 4),
    }
