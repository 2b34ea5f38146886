"""Packing slips: what lies in the parcels of a fulfilment order, for its packer and its buyer."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.warehouse import Paper, Warehouse
from packhorse.domain.days import day_placed
from packhorse.domain.documents.address_lines import address_lines
from packhorse.domain.money import Money
from packhorse.domain.orders.fulfilment_order import DocumentKind
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import price_paid
from packhorse.domain.orders.printing import printable
from packhorse.domain.values import Sku, Value

MOST_LINES = 40
"""Lines of a buyer's text that are printed: else five thousand line breaks print a hundred pages."""


class SlipComponent(Value):
    """A component of a kit, with the units of it in all units of the line."""

    sku: str
    name: str
    quantity: int


class SlipLine(Value):
    """A line of a slip; it has prices, after its discount, only where the channel wants prices on its slips."""

    sku: str
    name: str
    quantity: int
    components: tuple[SlipComponent, ...] = ()
    unit_price: Money | None = None
    amount: Money | None = None


class PackingSlip(Value):
    """What is on a packing slip. `note` is the buyer's, `notes` are ours."""

    kind: Literal["packing_slip"] = "packing_slip"
    paper: Paper
    short_id: str
    is_reprint: bool
    order_number: str
    channel: str
    placed_on: date
    printed_on: date
    delivery_method: str
    is_expedited: bool
    sender: tuple[str, ...]
    ship_to: tuple[str, ...]
    returns_to: tuple[str, ...]
    lines: tuple[SlipLine, ...]
    gift_message: str = ""
    note: str
    notes: tuple[str, ...]


class PackingSlips(Value):
    """Packing slips that are printed together, in the sequence of their packing."""

    kind: Literal["packing_slips"] = "packing_slips"
    slips: tuple[PackingSlip, ...]


def packing_slip(
    order: Order,
    number: int,
    warehouse: Warehouse,
    channel: Channel | None,
    products: Mapping[Sku, Product],
    now: datetime,
) -> PackingSlip:
    """Return the packing slip of a fulfilment order; raises NotFound and NotNow.

    `order` is what its printer may see of it, with the buyer's note and gift message: the slip has the buyer's name and
    address, no e-mail and no phone.
    """
    fulfilment = printable(order, number, DocumentKind.PACKING_SLIP)
    zone = ZoneInfo(warehouse.handling.time_zone)
    lines = {line.id: line for line in order.lines}
    has_prices = channel is not None and channel.slip_prices
    return PackingSlip(
        paper=warehouse.paper,
        short_id=fulfilment.short_id,
        is_reprint=DocumentKind.PACKING_SLIP in fulfilment.printed,
        order_number=order.number or order.channel_order_id,
        channel=channel.name or channel.id if channel else order.channel,
        placed_on=day_placed(order.placed_at) or order.placed_at.astimezone(zone).date(),
        printed_on=now.astimezone(zone).date(),
        delivery_method=order.delivery_method,
        is_expedited=bool(order.expedited),
        sender=address_lines(warehouse.sender) or (warehouse.name or warehouse.id,),
        ship_to=address_lines(order.ship_to),
        returns_to=address_lines(warehouse.returns_to),
        lines=tuple(
            _line(lines[name], units, products, has_prices=has_prices) for name, units in fulfilment.wanted.items()
        ),
        gift_message=in_few_lines(order.gift_message),
        note=in_few_lines(order.note),
        notes=tuple(note.text for note in order.internal_notes if note.printable),
    )


def in_few_lines(text: str) -> str:
    r"""Return a buyer's text as it is printed: its length is in characters, and a line break is one, too.

    >>> in_few_lines("To Ada,\n\n\n\nwith love"), in_few_lines("x\n" * 99).count("\n"), in_few_lines("x\n" * 99)[-3:]
    ('To Ada,\n\nwith love', 40, 'x\n…')
    """
    written = [line.rstrip() for line in text.splitlines()]
    lines = [line for line, before in zip(written, ["", *written], strict=False) if line or before]
    return "\n".join([*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])])


def _line(line: OrderLine, units: int, products: Mapping[Sku, Product], *, has_prices: bool) -> SlipLine:
    return SlipLine(
        sku=line.matched or line.sku,
        name=line.name or name_of(products, line.matched or line.sku),
        quantity=units,
        components=tuple(_components(line, units, products)),
        unit_price=price_paid(line, 1) if has_prices else None,
        amount=price_paid(line, units) if has_prices else None,
    )


def _components(line: OrderLine, units: int, products: Mapping[Sku, Product]) -> Iterator[SlipComponent]:
    for pick in line.picks(units) if line.components else ():
        yield SlipComponent(sku=pick.sku, name=name_of(products, pick.sku), quantity=pick.quantity)


def name_of(products: Mapping[Sku, Product], sku: str) -> str:
    """Return the name of a product; empty for one that is not in the catalogue any more."""
    found = products.get(Sku(sku))
    return found.name if found else ""
