"""Valid layouts and fulfilment orders, of which a test changes what it is about."""

from datetime import UTC, datetime
from typing import Any

from packhorse.domain.address import Address
from packhorse.domain.money import Money
from packhorse.domain.supply.layout import Column, OrderLayout, RecordType
from packhorse.domain.supply.reply import Reply
from packhorse.domain.supply.sent import Batch, SentOrder, SentOrderLine, Visible
from packhorse.domain.supply.sources import Level, Source

AT = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
ALL_VISIBLE = Visible(prices=True, email=True, phone=True)
HIDDEN = Visible()


def column(name: str, source: str | None = None, **fields: Any) -> Column:
    return Column.model_validate({"name": name, "source": source, **fields})


def flat(*columns: Column, **fields: Any) -> OrderLayout:
    """A layout of one row a line, with our id and the quantity."""
    always = (column("PO", Source.FULFILMENT_ID), column("QTY", Source.LINE_QUANTITY))
    return OrderLayout(records=(RecordType(level=Level.LINE, columns=(*always, *columns)),), **fields)


def record(level: Level, *columns: Column, name: str = "") -> RecordType:
    return RecordType(level=level, columns=columns, name=name)


def sent_line(sku: str = "W-2210", quantity: int = 2, **fields: Any) -> SentOrderLine:
    price = fields.get("price", Money.of("12.50", "GBP"))
    fields = {
        "id": "1",
        "number": int(fields.get("id", "1")),
        "name": "Widget",
        "price": price,
        "amount": price and price.replace(minor=price.minor * quantity),
        **fields,
    }
    return SentOrderLine(sku=sku, quantity=quantity, **fields)


def sent_order(fulfilment: str = "7k3l9a-1", *lines: SentOrderLine, **fields: Any) -> SentOrder:
    address = Address(
        name="Agnes Thole", address1="4 Pride Hill Ct", city="Shrewsbury", postcode="SY1 1XB", country="GB", phone="01"
    )
    given = {
        "order": "7k3l9a",
        "number": "UK-20388",
        "channel": "web",
        "warehouse": "weaver",
        "placed_at": AT,
        "ship_by": AT,
        "delivery_method": "Standard",
        "ship_to": address,
        "email": "agnes@example.com",
        **fields,
    }
    return SentOrder(fulfilment=fulfilment, lines=lines or (sent_line(),), **given)


def batch(*orders: SentOrder, number: int = 214) -> Batch:
    return Batch(supplier="weaver", number=number, created_at=AT, orders=orders or (sent_order(),))


def changes_nothing(reply: Reply) -> bool:
    """Whether the rows only repeat what is stored."""
    said = reply.acknowledged or reply.cancel_refused is not None
    return not (said or reply.rejection or reply.cancelled or reply.parcels or reply.late or reply.corrections)
