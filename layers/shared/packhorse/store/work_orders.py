"""Work orders in the Work table; see store/register.py, and store/made_for.py for those that built for orders."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Sku, WarehouseId
from packhorse.domain.work_orders.state import OVER, UNFINISHED
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState
from packhorse.store.expressions import Attributes
from packhorse.store.made_for import came_write, name_for_orders
from packhorse.store.register import Beside, ListLimits, Register, Write


class WorkFilter(NamedTuple):
    """What a list of work orders is limited to; None is no limit. `unfinished`: what is not over."""

    state: WorkState | None = None
    sku: str | None = None
    warehouse: str | None = None
    unfinished: bool | None = None

    @property
    def limits(self) -> ListLimits:
        """The same, by the attributes that work orders are listed by."""
        named = {"state": self.state, "sku": self.sku, "warehouse": self.warehouse}
        states = None if self.unfinished is None else UNFINISHED if self.unfinished else OVER
        return ListLimits({name: value for name, value in named.items() if value}, states)


class _BesideWork(Beside[WorkOrder]):
    def before(self, before: WorkOrder | None, after: WorkOrder, at: datetime) -> None:
        name_for_orders(before, after, at)

    def together(self, before: WorkOrder | None, after: WorkOrder, at: datetime) -> Iterator[Write]:
        if before and after.made_for and after.done != before.done:
            yield came_write(Sku(after.sku), after.id, at)


def _listed(order: WorkOrder) -> Attributes:
    return {"state": order.state, "sku": order.sku, "warehouse": order.warehouse}


WORK_ORDERS = Register(
    WorkOrder,
    kind="WORK",
    prefix="WO",
    title="work order",
    listed=_listed,
    is_over=lambda order: order.state in OVER,
    beside=_BesideWork(),
)


def incoming() -> Goods:
    """Return the units that all work orders still have to make, by shelf."""
    return sum((each.incoming for each in WORK_ORDERS.unfinished()), Goods())


def unfinished_at(warehouse: WarehouseId) -> list[str]:
    """Return the ids of the work orders at a warehouse that are not over."""
    return [each.id for each in WORK_ORDERS.unfinished() if each.warehouse == warehouse]
