"""What an order costs on AWS by list price: counted on the stand-ins of the simulation, see `bench.cases`.

The figures do not depend on the machine. `bench/limits.json` holds what they may be at most; `make check` compares.
"""

from collections.abc import Mapping
from typing import Any

from bench.prices import Usage
from bench.process import run

LIVES = ("one_warehouse_quiet", "one_warehouse_busy", "two_warehouses_quiet", "two_warehouses_busy")
BILLED = (*LIVES, "synced_quiet", "synced_busy", "repeated_webhook", "day_open")
"""Lives of orders; updates of complete orders that change only their time; the first day that an order is open."""
CASES = (*BILLED, "day_without_orders")
NOT_BOTOCORE = ("web ", "sqs SendMessage by AWS")
Figures = dict[str, Any]


def measure() -> Figures:
    """Count all cases."""
    return figures(run("bench.cases", *CASES))


def figures(found: Mapping[str, Figures]) -> Figures:
    """Return the figures of bench/results.json, by case: USD per 1000, the rest for one."""
    usages = {case: Usage(found[case]["usage"]) for case in BILLED}
    usages["day_open"] -= found["day_without_orders"]["usage"]
    metrics = {name for case in BILLED for name in found[case]["metrics"]}
    return {
        "bill_usd_per_1000_orders": {case: round(1000 * usage.usd, 4) for case, usage in usages.items()},
        "bill": {case: by_service(usage * 1000) for case, usage in usages.items()},
        "state_transitions_per_order": {case: round(usages[case]["state_transition"], 2) for case in LIVES},
        "write_units_per_order": {case: round(usages[case]["write_unit"], 2) for case in LIVES},
        "read_units_per_order": {case: round(usages[case]["read_unit"], 2) for case in LIVES},
        "calls_per_order": {case: calls(found[case]["calls"]) for case in LIVES},
        "metrics_usd_per_month_with_orders": round(Usage(metric_month=len(metrics)).usd, 2),
    }


def by_service(usage: Usage) -> dict[str, float]:
    """Return the lines of a bill, those that round to nothing left out."""
    return {service: round(usd, 4) for service, usd in usage.by_service.items() if round(usd, 4) > 0}


def calls(made: Mapping[str, float]) -> float:
    """Return how many calls of botocore there were."""
    return round(sum(count for name, count in made.items() if not name.startswith(NOT_BOTOCORE)), 2)
