"""The figures of bench/results.json as a table, beside those of before and what they may be.

`before` in results.json holds the figures that later ones are compared with; bench/limits.json what they may be at
most, which `make check` compares, and what they are to become.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.table import Column, Table

LIMITS = Path(__file__).with_name("limits.json")
PRICED = (
    "bill_usd_per_1000_orders",
    "bill",
    "state_transitions_per_order",
    "write_units_per_order",
    "read_units_per_order",
    "calls_per_order",
    "metrics_usd_per_month_with_orders",
    "idle_usd_per_month",
    "idle",
    "idle_counts",
    "idle_usd_per_month_per_shop",
    "idle_shop",
    "idle_usd_per_month_per_1000_shelves",
    "cpu_ms_per_order",
)
"""The figures that stand beside those of before."""
DETAILS = ("bill ", "idle ", "idle_counts ", "idle_shop ")
Figures = Mapping[str, Any]


def limits() -> dict[str, Figures]:
    """Return `at_most` and `goals`."""
    found: dict[str, Figures] = json.loads(LIMITS.read_text())
    return found


def flat(figures: Figures, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Return figures by their names in full.

    >>> flat({"idle": 7.2, "bill": {"quiet": {"sqs": 0.1}}, "commit": "c08269e"}, ["bill", "idle"])
    {'bill quiet sqs': 0.1, 'idle': 7.2}
    """
    found: dict[str, Any] = {}
    for name in figures if names is None else names:
        value = figures.get(name)
        if isinstance(value, Mapping):
            found |= {f"{name} {rest}": each for rest, each in flat(value).items()}
        elif value is not None:
            found[name] = value
    return found


def over_limit(figures: Figures) -> dict[str, tuple[float, float]]:
    """Return the figures that are more than they may be, with what they may be."""
    now = flat(figures)
    return {name: (now[name], most) for name, most in flat(limits()["at_most"]).items() if now[name] > most}


def compared(figures: Figures) -> Table:
    """Return the figures of PRICED, one a row, with what a bill or an idle month is made of below its sum."""
    then = figures.get("before", {})
    now, before = flat(figures, PRICED), flat(then, PRICED)
    at_most, goals = (flat(limits()[kind], PRICED) for kind in ("at_most", "goals"))
    numbers = ("now", f"before ({then.get('commit', '-')})", "at most", "goal")
    table = Table("figure", *(Column(name, no_wrap=True, justify="right") for name in numbers))
    for name in {**now, **before}:
        cells = (str(column.get(name, "")) for column in (now, before, at_most, goals))
        table.add_row(name, *cells, style="dim" if name.startswith(DETAILS) else None)
    return table


def others(figures: Figures) -> Table:
    """Return all other figures, one a row."""
    table = Table("figure", "value")
    for name, value in sorted(figures.items()):
        if name not in (*PRICED, "before"):
            text = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
            table.add_row(name, text)
    return table


def as_before(figures: Figures) -> Figures:
    """Return what later figures are compared with."""
    return {name: value for name, value in figures.items() if name in (*PRICED, "commit")}
