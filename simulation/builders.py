"""Builders of valid values, so that a test states only what matters to it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from packhorse.domain.address import Address
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, Customer
from packhorse.domain.values import ChannelId, WarehouseId

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
_numbers = count(1001)


def a_line(sku: str = "MUG-Ä 11oz #3", quantity: int = 1, line: str = "1", **more: Any) -> ChannelLine:
    """Return a line of an order."""
    return ChannelLine(id=line, sku=sku, quantity=quantity, unit_price=Money.of("12.50", "EUR"), **more)


def an_order(*lines: ChannelLine, **more: Any) -> ChannelOrder:
    """Return a paid order of the channel `shop`, to Berlin."""
    number = str(next(_numbers))
    values: dict[str, Any] = {
        "channel": "shop",
        "channel_order_id": number,
        "number": f"#{number}",
        "currency": "EUR",
        "placed_at": NOON,
        "modified_at": NOON,
        "paid_at": NOON,
        "customer": Customer(name="Ada Lovelace", email="ada@example.com"),
        "ship_to": Address(
            name="Ada Lovelace", address1="Unter den Linden 1", city="Berlin", postcode="10117", country="DE"
        ),
        "lines": lines or (a_line(),),
    }
    return ChannelOrder(**(values | more))


def later(order: ChannelOrder, minutes: int = 1, **changes: Any) -> ChannelOrder:
    """Return the channel's version of the order some minutes later."""
    modified_at = order.modified_at + timedelta(minutes=minutes)
    return order.replace(modified_at=modified_at, **changes)


def a_warehouse(name: str = "main", **more: Any) -> Warehouse:
    """Return a warehouse of our own."""
    return Warehouse(id=name, **more)


def a_channel(name: str = "shop", kind: ChannelKind = ChannelKind.OFFLINE, **more: Any) -> Channel:
    """Return an active channel."""
    return Channel(id=name, kind=kind, **more)


def a_configuration(*warehouses: Warehouse, channel: Channel | None = None, **account: Any) -> Configuration:
    """Return a configuration of one channel and of warehouses by priority, the last one the catchall."""
    places = warehouses or (a_warehouse(),)
    settings = {
        "catchall": places[-1].id,
        "priorities": tuple(place.id for place in places),
        "currency": "EUR",
        **account,
    }
    shop = channel or a_channel()
    return Configuration(
        version=1,
        account=Account(**settings),
        warehouses={WarehouseId(place.id): place for place in places},
        channels={ChannelId(shop.id): shop},
    )


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """Return a batch of a queue as Lambda receives it; the message ids are m0, m1, ..."""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "receiptHandle": "",
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
                "awsRegion": "us-east-1",
            }
            for index, body in enumerate(bodies)
        ]
    }
