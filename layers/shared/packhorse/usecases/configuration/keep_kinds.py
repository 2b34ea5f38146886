"""A warehouse keeps its kind while that decides something: whose figures count what arrives, who says what is there."""

from collections.abc import Iterator
from itertools import chain, islice

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.plural import agree, plural
from packhorse.domain.transfers.figures import is_counted_here
from packhorse.domain.values import WarehouseId
from packhorse.store import purchases, row_counts, stock, suppliers, transfers, work_orders
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS

HANDED_OVER = (View.PARTNERS, View.PACKED, View.TO_PACK, View.TO_SHIP)
"""Views of the fulfilment orders that warehouses have."""
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


def kind_warnings(before: Warehouse | None, after: Warehouse) -> Iterator[str]:
    """Yield a warning for a warehouse that people count from now on, and that has stock by the figures of others.

    Another one is about what it has been handed over, which a hold and a release hand over to it as what it is now.
    """
    is_new = before and not is_counted_here(before.kind) and is_counted_here(after.kind)
    if before and is_new and stock.holds_any(WarehouseId(after.id)):
        yield f"warehouse {after.id}: its stock is as others said while it was of kind {before.kind}: count it"
    if before and before.kind is not after.kind:
        counts = row_counts.counts_of(after.id)
        if handed_over := sum(counts[view] for view in HANDED_OVER):
            stay = f"{plural(handed_over, 'open fulfilment order')} {agree(handed_over, 'stays', 'stay')} {before.kind}"
            yield f"warehouse {after.id}: {stay} until their orders are held and released"
