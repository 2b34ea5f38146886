"""Find the fulfilment orders that rows of a supplier's file name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from packhorse.domain.supply.answers import Reference
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.store import order_search, orders

FULFILMENT_ID = re.compile(r"(.+)-([1-9][0-9]{0,3})")


class Named(NamedTuple):
    """A fulfilment order that was sent to the supplier, as it is before the file is applied."""

    order_id: OrderId
    number: int
    is_open: bool


def find_named(supplier: Supplier, references: Iterable[Reference]) -> Mapping[Reference, Sequence[Named]]:
    """Return the fulfilment orders that each reference may mean: one unless it is wrong or ambiguous."""
    return {reference: _named(supplier, reference) for reference in set(references)}


def _named(supplier: Supplier, reference: Reference) -> Sequence[Named]:
    """Return the fulfilment orders that a reference names and the supplier was sent; of several the open ones."""
    by_id = FULFILMENT_ID.fullmatch(reference.fulfilment.lower())
    number = reference.order
    ids = [OrderId(by_id[1])] if by_id else list(order_search.numbered_ids(number)) if number else []
    sent = [
        Named(order.id, each.number, each.is_open)
        for order in orders.find_orders(ids).values()
        for each in order.fulfilments
        if each.warehouse in supplier.warehouses
        and each.batch is not None
        and (by_id is None or each.number == int(by_id[2]))
    ]
    return sent if len(sent) < 2 else [each for each in sent if each.is_open]
