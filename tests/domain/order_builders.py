"""Orders as far along as a test needs them, each step by the real domain."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import intake, matching
from packhorse.domain.orders.allocation import (
    AllocationResult,
    goods_of_lines_to_route,
    routing_request,
    with_decision,
    with_hand_over,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.fulfilment import requested
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.rerouting import without_left_places
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import NOON, a_configuration, an_order

MUG = "MUG-Ä 11oz #3"
LAMP = "0042-lamp"
LATER = NOON + timedelta(hours=1)
SHOP = "channel:shop"
PLENTY = 1000


def place(sku: str = MUG, warehouse: str = "main") -> Shelf:
    return Shelf(Sku(sku), WarehouseId(warehouse))


def shelf(sku: str = MUG, /, **units: int) -> Goods:
    return Goods({place(sku, warehouse): quantity for warehouse, quantity in units.items()})


def with_products(order: Order) -> Order:
    """Each line's sku is a product's."""
    return matching.matched(order, {line.id: matching.Match(Sku(line.sku)) for line in order.lines}, NOON)


def heard(told: ChannelOrder) -> Order:
    """A new order, its products not looked up."""
    return intake.new_order(told, NOON, SHOP).order


def hear(order: Order, *messages: ChannelOrder) -> Order:
    """The order after later messages of its channel."""
    for each in messages:
        order = intake.updated(order, each, LATER, SHOP, restock=unshipped_only).order
    return order


def received(*lines: ChannelLine, **facts: Any) -> Order:
    """A new order with its products."""
    return with_products(heard(an_order(*lines, **facts)))


def routing(order: Order, goods: Goods | None = None, configuration: Configuration | None = None) -> AllocationResult:
    """What the routing makes of it; the catchall has plenty unless told otherwise."""
    ours = configuration or a_configuration()
    order = without_left_places(order, ours, NOON, "packhorse")
    there = _plenty(order, ours.account.catchall) if goods is None else goods
    decision = decide(routing_request(order), there + goods_of_lines_to_route(order), ours, {})
    return with_decision(order, decision, NOON)


def _plenty(order: Order, warehouse: str) -> Goods:
    return Goods({place(sku, warehouse): PLENTY for line in order.lines for sku in line.recipe})


def routed(order: Order, goods: Goods | None = None, configuration: Configuration | None = None) -> Order:
    return routing(order, goods, configuration).change.order


def handed(order: Order, goods: Goods | None = None, configuration: Configuration | None = None) -> Order:
    """Routed and handed over, nobody asked yet."""
    return with_hand_over(routed(order, goods, configuration), configuration or a_configuration(), NOON)


def asked(order: Order) -> Order:
    """Its warehouses have the work that they were not asked for yet."""
    for work in order.fulfilments:
        order = requested(order, work.number, f"token-{work.number}", NOON) if work.is_open else order
    return order


def shipping(told: ChannelOrder) -> Order:
    """The order of a message, on its way in our warehouse."""
    return asked(handed(with_products(heard(told))))


def in_fulfilment(*lines: ChannelLine, **facts: Any) -> Order:
    """A new order that its one warehouse has been asked for."""
    return shipping(an_order(*lines, **facts))


def sent(order: Order, number: int = 1, tracking: str = "JD01", **units: int) -> Order:
    """The order after a parcel left, with units by line (`_1=2`; none: all that remains)."""
    return leaving(order, number, tracking, **units).order


def leaving(order: Order, number: int = 1, tracking: str = "JD01", **units: int) -> Change:
    parcel = ParcelUpdate(carrier="DHL", tracking=tracking, lines=parts(units))
    return shipped(order, number, [parcel], LATER, "warehouse")


def made_there(order: Order, fulfilment: str) -> Order:
    """Return the order whose one parcel is a fulfilment that we made in the channel."""
    (work,) = order.fulfilments
    parcels = tuple(parcel.replace(channel_fulfilment=fulfilment) for parcel in work.parcels)
    return with_fulfilment(order, work.replace(parcels=parcels)).replace(made_fulfilments=(fulfilment,))


def a_parcel(tracking: str = "JD01", carrier: str = "DHL", **units: int) -> ParcelUpdate:
    return ParcelUpdate(carrier=carrier, tracking=tracking, lines=parts(units))


def a_told_parcel(tracking: str | None = "1Z999", carrier: str | None = "UPS", **units: int) -> ChannelParcel:
    return ChannelParcel(carrier=carrier, tracking=tracking, lines=parts(units))


def parts(units: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(line=line.removeprefix("_"), quantity=quantity) for line, quantity in units.items())


def the_line(order: Order, line_id: str = "1") -> OrderLine:
    (only,) = (line for line in order.lines if line.id == line_id)
    return only


def where(order: Order, line_id: str = "1") -> dict[str, int]:
    """Units of a line by warehouse."""
    return {part.warehouse: part.quantity for part in the_line(order, line_id).allocations}


def a_problem(cause: str, message: str, line: str | None = None, fulfilment: int | None = None) -> OrderException:
    """Something that a person has to look at."""
    return OrderException(cause=cause, line=line, fulfilment=fulfilment, message=message, opened_at=LATER)


def kinds(order: Order) -> list[str]:
    """What is wrong with it."""
    return [problem.kind for problem in order.exceptions]


def story(order: Order) -> list[str]:
    """What happened to it."""
    return [entry.what for entry in order.timeline]


def changes(goods: Goods) -> dict[Shelf, int]:
    """Without the places where nothing changes."""
    return {where: units for where, units in goods.items() if units}


def committed_by(orders: Iterable[Order]) -> Goods:
    """What these orders hold: allocated and not shipped, counted afresh, and what they still owe to the books."""
    held = Goods()
    for order in orders:
        for line in order.lines:
            for part in line.allocations:
                held.update(line.goods(part.warehouse, part.quantity))
        for work in order.fulfilments:
            for line_id, units in work.shipped.items():
                held.subtract(the_line(order, line_id).goods(work.warehouse, units))
        for owed in order.owed:
            held[place(owed.sku, owed.warehouse)] -= owed.committed - owed.shipped
    return Goods({where: units for where, units in held.items() if units})


def arrived(told: ChannelOrder) -> Order:
    """A new order with its products, routed: what its channel shipped has taken its stock."""
    return settled(Change(with_products(heard(told)))).order


def settled(change: Change, goods: Goods | None = None, configuration: Configuration | None = None) -> Change:
    """What a channel shipped, with the stock that the routing then finds for it."""
    decided = routing(change.order, goods, configuration).change
    return change.then(with_pending_settled(decided, LATER))
