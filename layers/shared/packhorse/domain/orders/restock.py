"""Stock of a cancelled order: what goes back on the shelf, by a rule for each kind of warehouse.

Every step that releases stock, or that cancels an order, takes the rule and applies it itself.
"""

from collections.abc import Callable

from packhorse.domain.configuration.account import Restock
from packhorse.domain.orders.cancelled_parcels import expected_units, with_expectations
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
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
    units that had shipped are expected back, and on hand again once the order is cancelled; those that a void brings
    back after that are so already, whatever the rule is by then: their parcels store it.
    """

    def is_expected(warehouse: WarehouseId) -> bool:
        return restock(warehouse) is Restock.ALWAYS

    returned = Goods(change.returned)
    for shelf, units in change.committed.items():
        if units < 0 and restock(shelf.warehouse) is Restock.NEVER:
            returned[shelf] += units
    after = with_expectations(change.order, is_expected)
    returned.update(_expected_back(after, is_expected))
    returned.subtract(_expected_back(before, is_expected))
    return change._replace(order=after, returned=Goods({shelf: units for shelf, units in returned.items() if units}))


def _expected_back(order: Order, is_expected: Callable[[WarehouseId], bool]) -> Goods:
    """Return the goods that are expected back of parcels that had left when the order was cancelled."""
    back = Goods()
    for (line_id, warehouse), units in expected_units(order, is_expected).items():
        if line := order.line(line_id):
            back.update(line.goods(warehouse, units))
    return back
