"""Pick lists: what to fetch from the bins of a warehouse for some fulfilment orders, and what goes to which order."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.warehouse import Paper, Warehouse
from packhorse.domain.days import day_due
from packhorse.domain.documents.packing_slip import name_of
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import printable
from packhorse.domain.values import ChannelId, Sku, Value


class Picked(NamedTuple):
    """An order, and the number of its fulfilment order that is to be picked."""

    order: Order
    number: int


class OrderPick(Value):
    """Units of a sku to be picked for an order; `kit` is the sku of the kit that they are components of."""

    bin: str
    sku: str
    name: str
    quantity: int
    kit: str = ""


class TotalPick(Value):
    """All units of a sku to be picked; `places` are the orders that they go to, by their place in the list."""

    bin: str
    sku: str
    name: str
    quantity: int
    places: tuple[int, ...]


class PickedOrder(Value):
    """A fulfilment order of the list; `place` numbers it, as the tote that its units go to."""

    place: int
    short_id: str
    is_reprint: bool
    order_number: str
    channel: str
    ship_by: date | None
    is_expedited: bool
    notes: tuple[str, ...]
    lines: tuple[OrderPick, ...]


class PickList(Value):
    """What is on a pick list: the totals by bin, and the orders in the sequence in which they were named."""

    kind: Literal["pick_list"] = "pick_list"
    paper: Paper
    warehouse: str
    printed_on: date
    totals: tuple[TotalPick, ...]
    orders: tuple[PickedOrder, ...]


def pick_list(
    picked: Sequence[Picked],
    warehouse: Warehouse,
    channels: Mapping[ChannelId, Channel],
    products: Mapping[Sku, Product],
    now: datetime,
) -> PickList:
    """Return the pick list of fulfilment orders of one warehouse; raises NotFound and NotNow."""
    zone = ZoneInfo(warehouse.handling.time_zone)
    orders = []
    for place, (order, number) in enumerate(picked, 1):
        fulfilment = printable(order, number, DocumentKind.PICK_LIST)
        channel = channels.get(ChannelId(order.channel))
        due = order.due_from(fulfilment.warehouse)
        orders.append(
            PickedOrder(
                place=place,
                short_id=fulfilment.short_id,
                is_reprint=DocumentKind.PICK_LIST in fulfilment.printed,
                order_number=order.number or order.channel_order_id,
                channel=channel.name or channel.id if channel else order.channel,
                ship_by=(day_due(due) or due.astimezone(zone).date()) if due else None,
                is_expedited=bool(order.expedited),
                notes=tuple(note.text for note in order.internal_notes if note.printable),
                lines=tuple(sorted(_picks(order, fulfilment, products), key=_walk)),
            )
        )
    return PickList(
        paper=warehouse.paper,
        warehouse=warehouse.name or warehouse.id,
        printed_on=now.astimezone(zone).date(),
        totals=tuple(sorted(_totals(orders), key=_walk)),
        orders=tuple(orders),
    )


def _picks(order: Order, fulfilment: FulfilmentOrder, products: Mapping[Sku, Product]) -> Iterator[OrderPick]:
    """Yield what remains to be picked; of a kit its components."""
    lines = {line.id: line for line in order.lines}
    units: Counter[tuple[str, str]] = Counter()
    for name, quantity in fulfilment.remaining.items():
        line = lines[name]
        kit = (line.matched or line.sku) if line.components else ""
        for pick in line.picks(quantity):
            units[pick.sku, kit] += pick.quantity
    for (sku, kit), quantity in units.items():
        product = products.get(Sku(sku))
        place = product.bins.get(fulfilment.warehouse, "") if product else ""
        yield OrderPick(bin=place, sku=sku, name=name_of(products, sku), quantity=quantity, kit=kit)


def _totals(orders: Iterable[PickedOrder]) -> Iterator[TotalPick]:
    units: Counter[tuple[str, str, str]] = Counter()
    places: dict[tuple[str, str, str], dict[int, None]] = {}
    for order in orders:
        for line in order.lines:
            key = line.bin, line.sku, line.name
            units[key] += line.quantity
            places.setdefault(key, {})[order.place] = None
    for (place, sku, name), quantity in units.items():
        yield TotalPick(bin=place, sku=sku, name=name, quantity=quantity, places=tuple(places[place, sku, name]))


def _walk(line: OrderPick | TotalPick) -> tuple[bool, list[tuple[bool, int, str]], str]:
    """Return what lines are sorted by: the bin, its numbers as numbers, then the sku; what has no bin comes last."""
    return not line.bin, natural(line.bin), line.sku


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Return what sorts texts with numbers in them.

    >>> sorted(["A-10", "A-9", "B-1", "A"], key=natural)
    ['A', 'A-9', 'A-10', 'B-1']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
