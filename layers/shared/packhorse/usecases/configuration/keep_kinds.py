"""A warehouse keeps its kind while that decides something: whose figures count what arrives, who says what is there."""

from itertools import chain, islice

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotNow
from packhorse.store import purchases, suppliers, transfers, work_orders
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS

MAX_NAMED = 10
"""Documents that an error names."""


def require_same_kinds(before: Configuration, after: Configuration) -> None:
    """Raise NotNow for a warehouse of another kind than before that open documents name, or a supplier in vain then.

    The stock feeds of a supplier that ships nothing there any more would overwrite what people count.
    """
    for name, warehouse in after.warehouses.items():
        was = before.warehouses.get(name)
        if was is None or was.kind is warehouse.kind:
            continue
        found = chain(purchases.unfinished_at(name), transfers.unfinished_at(name), work_orders.unfinished_at(name))
        if named := ", ".join(islice(found, MAX_NAMED)):
            raise NotNow(f"warehouse {name} stays {was.kind} until these are over: {named}")
        if not KINDS[warehouse.kind].by_supplier and (supplier := suppliers.supplier_of(name)):
            raise NotNow(f"supplier {supplier.id} ships the orders of warehouse {name}: take it from its `warehouses`")
