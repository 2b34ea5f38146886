"""What of a cancelled order goes back on the shelf, by a rule for each kind of warehouse.

Every step that gives stock back, or that cancels an order, takes the rule and applies it itself.
"""

from collections.abc import Callable

from packhorse.domain.configuration.account import Restock
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order, shipped_from
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import WarehouseId

RestockRule = Callable[[WarehouseId], Restock]
"""The rule of each warehouse, such as `Configuration.restock`."""


def unshipped_only(_: WarehouseId) -> Restock:
    """The rule by default, everywhere."""
    return Restock.UNSHIPPED


def restocked(before: Order, change: Change, restock: RestockRule) -> Change:
    """The change of an order that was cancelled, or of which something was, as the rules of its warehouses have it.

    `never`: what is released is written off, since nobody puts it back or somebody else counts it. `always`: what had
    shipped is expected back, and counted when the order is cancelled.
    """
    returned = Goods(change.returned)
    for place, units in change.committed.items():
        if units < 0 and restock(place.warehouse) is Restock.NEVER:
            returned[place] += units
    if change.order.cancelled_at and not before.cancelled_at:
        returned.update(_expected_back(change.order, restock))
    return change._replace(returned=returned)


def _expected_back(order: Order, restock: RestockRule) -> Goods:
    back = Goods()
    for line in order.lines:
        for warehouse, units in shipped_from(order, line.id).items():
            if restock(warehouse) is Restock.ALWAYS:
                back.update(line.goods(warehouse, units))
    return back
