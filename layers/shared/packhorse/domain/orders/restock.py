"""Stock of a cancelled order: what goes back on the shelf, by a rule for each kind of warehouse.

Every step that releases stock, or that cancels an order, takes the rule and applies it itself.
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
    """Return the default rule, for every warehouse."""
    return Restock.UNSHIPPED


def restocked(before: Order, change: Change, restock: RestockRule) -> Change:
    """Return a change that cancels units, with `returned` as the rules of their warehouses have it.

    `never`: released units are written off: the warehouse does not put them back, or counts them itself. `always`:
    units that had shipped are expected back, and on hand again once the order is cancelled.
    """
    returned = Goods(change.returned)
    for shelf, units in change.committed.items():
        if units < 0 and restock(shelf.warehouse) is Restock.NEVER:
            returned[shelf] += units
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
