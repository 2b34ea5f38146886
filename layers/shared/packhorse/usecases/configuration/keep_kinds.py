"""A warehouse keeps its kind while documents are open there: that says whose figures count what arrives."""

from itertools import chain, islice

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotNow
from packhorse.store import purchases, transfers, work_orders

MAX_NAMED = 10
"""Documents that an error names."""


def require_same_kinds(before: Configuration, after: Configuration) -> None:
    """Raise NotNow for a warehouse of another kind than before that open documents name."""
    for name, warehouse in after.warehouses.items():
        was = before.warehouses.get(name)
        if was is None or was.kind is warehouse.kind:
            continue
        found = chain(purchases.unfinished_at(name), transfers.unfinished_at(name), work_orders.unfinished_at(name))
        if named := ", ".join(islice(found, MAX_NAMED)):
            raise NotNow(f"warehouse {name} stays {was.kind} until these are over: {named}")
