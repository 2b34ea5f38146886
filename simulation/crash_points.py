"""Every point at which a process can die: before and after each call of a short day, alone and in pairs.

Seven days: `orders` come by webhook, twice, wait for stock, are cancelled by a person and by the shop, and shipped;
`labels` are bought, voided, bought as a batch and at a bench, put on a manifest and scanned by the carrier; a
supplier (`supplies`) gets its orders, acknowledges, rejects, ships and keeps back; who buys
(`purchases`) drafts, receives twice, in parts, broken and over, and closes short; a van (`transfers`) takes goods to
the other warehouse; a workshop (`work`) builds, scraps and takes apart; Amazon (`amazon`) ships in parts, lacks units
and keeps back. Wherever a function is killed, the day ends as it does without a death.
"""

from collections.abc import Iterator
from itertools import combinations, product

from simulation.crash_days import DAYS
from simulation.faults import Fault, Point
from simulation.run import Case, Outcome, Run

Deaths = tuple[Point, ...]
KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)


def undisturbed(name: str) -> Outcome:
    """Run a day without a death; its calls until the end of faults are the crash points."""
    return killed_at(name, ())


def killed_at(name: str, deaths: Deaths) -> Outcome:
    """Run a day with these deaths."""
    return run_of(name, deaths).run_once()


def run_of(name: str, deaths: Deaths = ()) -> Run:
    """Return a day with these deaths, which has not begun."""
    day = DAYS[name]
    return Run(Case(day.seed, frozenset(), deaths), acts=day.acts, scene=day.scene, end=day.end)


def singles(calls: int) -> list[Deaths]:
    """Return a death before and a death after each call."""
    return [(Point(call, kill),) for call in range(1, calls + 1) for kill in KILLS]


def pairs(calls: int) -> Iterator[Deaths]:
    """Yield every pair of deaths."""
    for (first, second), (one, other) in product(combinations(range(1, calls + 1), 2), product(KILLS, KILLS)):
        yield Point(first, one), Point(second, other)
