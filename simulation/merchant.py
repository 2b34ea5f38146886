"""A merchant on the stand-ins: configuration, stock, and reads of the result."""

from collections.abc import Callable
from typing import Any

from packhorse.aws.queues import message_body
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.stock.costing import CostBasis, CostChange
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.orders import AdvanceOrder, OrderReceived
from packhorse.store import catalogue, configuration, orders, stock
from packhorse.store.commit import commit_movements
from packhorse.store.ledger import Sums, sums_in_time
from simulation.builders import NOON, a_configuration, sqs_event

MUG = Sku("MUG-Ä 11oz #3")


class Context:
    """The context that Lambda passes beside the event; `seconds_left` is the time until the deadline."""

    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id = "request-1"

    def __init__(self, seconds_left: Callable[[], float] = lambda: 300.0) -> None:
        self.seconds_left = seconds_left

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the deadline."""
        return int(1000 * self.seconds_left())


def set_up(config: Configuration | None = None, *skus: str) -> None:
    """Put the configuration into force and create the products."""
    configuration.mark_propagated(
        configuration.apply_edit(lambda _: config or a_configuration(), "owner", NOON).version
    )
    for sku in skus or (MUG,):
        catalogue.put_product(Product(sku=sku))


def put_stock(
    units: int, sku: str = MUG, warehouse: str = "main", event: str = "start", cost: CostBasis | None = None
) -> None:
    """Set the units on hand of a shelf, and what they cost."""
    movement = Movement(
        sku=Sku(sku),
        warehouse=WarehouseId(warehouse),
        event=event,
        kind=MovementKind.SET,
        on_hand=units,
        committed=0,
        reference="test",
        who="test",
        at=NOON,
    )
    commit_movements([movement], costs={movement.shelf: CostChange(None, cost)} if cost else {})


def balance(sku: str = MUG, warehouse: str = "main") -> tuple[int, int, int]:
    """Return on_hand, committed and available of a shelf."""
    place = Shelf(Sku(sku), WarehouseId(warehouse))
    found = stock.balances_at([place])[place]
    return found.on_hand, found.committed, found.available


def ledger(sku: str = MUG, warehouse: str = "main") -> tuple[int, int]:
    """Return the sums of all movements of a shelf: on_hand, committed."""
    found = ledger_sums(sku, warehouse)
    return found.on_hand, found.committed


def ledger_sums(sku: str = MUG, warehouse: str = "main") -> Sums:
    """Return all sums of the movements of a shelf."""
    found = sums_in_time(Shelf(Sku(sku), WarehouseId(warehouse)), lambda: False)
    assert found
    return found


def stored(told: ChannelOrder) -> Order:
    """Return the stored order."""
    return orders.get_order(told.order_id)


def told(*channel_orders: ChannelOrder, who: str = "channel:shop") -> dict[str, Any]:
    """Return a batch of the orders queue with these messages of channels."""
    return sqs_event(*(message_body(OrderReceived(order=order, who=who)) for order in channel_orders))


def advance(*channel_orders: ChannelOrder) -> dict[str, Any]:
    """Return a batch of the orders queue that advances these orders."""
    return sqs_event(*(message_body(AdvanceOrder(order_id=order.order_id)) for order in channel_orders))
