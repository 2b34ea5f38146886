"""Read what is bought and built for orders by name."""

from collections.abc import Collection
from typing import NamedTuple

from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.values import OrderId
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.store.made_for import made_for, named_for
from packhorse.store.purchases import PURCHASES
from packhorse.store.work_orders import WORK_ORDERS


class MadeDocuments(NamedTuple):
    """Documents that were made for orders, also those that are over, oldest first."""

    works: list[WorkOrder]
    purchases: list[PurchaseOrder]


def read_made_for(order_ids: Collection[OrderId]) -> MadeDocuments:
    """Return the documents that were made for any of the orders; their ids are read once for both kinds."""
    named = named_for(order_ids)
    return MadeDocuments(made_for(WORK_ORDERS, order_ids, named), made_for(PURCHASES, order_ids, named))
