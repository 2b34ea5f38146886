"""Orders for tests of the API: placed by hand, and brought as far as they should be."""

from typing import Any

from functions.allocate import route
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.builders import an_order
from simulation.merchant import MUG, Context, told
from tests.functions.operate.calls import Answer, call


def an_order_by_hand(**more: Any) -> dict[str, Any]:
    """The body of `POST /orders`: two mugs of the channel `shop`, paid, to Berlin."""
    body: dict[str, Any] = {
        "channel": "shop",
        "ship_to": {
            "name": "Ada Lovelace",
            "address1": "Unter den Linden 1",
            "city": "Berlin",
            "postcode": "10117",
            "country": "Germany",
        },
        "lines": [{"sku": MUG, "quantity": 2, "unit_price": {"amount": "12.50", "currency": "EUR"}}],
        "paid": True,
    }
    return body | more


def routed(*orders: ChannelOrder) -> list[str]:
    """The ids of the orders, after the orders queue has taken them in."""
    assert route.handler(told(*orders), Context()) == {"batchItemFailures": []}
    return [order.order_id for order in orders]


def one_routed(*lines: Any, **more: Any) -> str:
    """The id of one order that was taken in."""
    return routed(an_order(*lines, **more))[0]


def get(order_id: str) -> Any:
    """The order as the API shows it."""
    return call("GET", f"/orders/{order_id}").body


def causes(order_id: str) -> list[str]:
    """The causes of the open exceptions of an order."""
    return [each["cause"] for each in get(order_id)["exceptions"]]


def open_causes() -> list[str]:
    """The causes of all open exceptions, newest first."""
    return [each["cause"] for each in call("GET", "/exceptions").body["items"]]


def step(order_id: str, name: str, body: Any = None, **more: Any) -> Answer:
    """`POST /orders/{id}/<name>`."""
    return call("POST", f"/orders/{order_id}/{name}", body, **more)
