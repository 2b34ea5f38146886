"""Transfer orders in the Work table; see store/register.py."""

from typing import NamedTuple

from packhorse.domain.stock.goods import Goods
from packhorse.domain.transfers.state import OVER, UNFINISHED
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferState
from packhorse.domain.values import WarehouseId
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Expression, equals, one_of
from packhorse.store.register import Register


def _listed(order: TransferOrder) -> Attributes:
    return {"state": order.state, "from_warehouse": order.from_warehouse, "to_warehouse": order.to_warehouse}


TRANSFERS = Register(
    TransferOrder,
    kind="TRANSFER",
    prefix="TO",
    title="transfer order",
    listed=_listed,
    is_over=lambda order: order.state in OVER,
)


class TransferFilter(NamedTuple):
    """What a list of transfer orders is limited to; None is no limit. `warehouse` is at either end.

    `unfinished`: what is not over.
    """

    state: TransferState | None = None
    warehouse: str | None = None
    unfinished: bool | None = None

    @property
    def condition(self) -> Expression | None:
        """The condition on the attributes beside the key, None without any."""
        wanted = [equals("state", self.state)] if self.state else []
        if self.warehouse:
            wanted.append(equals("from_warehouse", self.warehouse) | equals("to_warehouse", self.warehouse))
        if self.unfinished is not None:
            wanted.append(one_of("state", *sorted(UNFINISHED if self.unfinished else OVER)))
        return expressions.all_of(wanted)


def on_their_way() -> Goods:
    """Return the units on their way by all transfer orders, by the shelf that they go to."""
    return sum((each.in_transit for each in TRANSFERS.unfinished()), Goods())


def unfinished_at(warehouse: WarehouseId) -> list[str]:
    """Return the ids of the transfer orders from or to a warehouse that are not over."""
    return [each.id for each in TRANSFERS.unfinished() if warehouse in (each.from_warehouse, each.to_warehouse)]
