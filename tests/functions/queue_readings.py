"""Every queue with the function that reads it, and work for it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from functions.allocate import route
from functions.complete import track
from functions.fulfil import own
from packhorse.aws import clients
from packhorse.aws.queues import message_body
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN, ChannelKind
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Status
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.orders import OrderReceived
from packhorse.store import catalogue, configuration, listings, orders, published
from simulation.aws.boundary import World
from simulation.aws.queues import Queue
from simulation.builders import NOON, a_channel, a_line, an_order, sqs_event
from simulation.functions import Source, queue_sources
from simulation.merchant import Context, put_stock, stored, told

SHOP = ChannelId("shop")
MINUTE = 60
GERMANY = "A1PA6795UKMFR9"


class Work(NamedTuple):
    """A message, what it reads (a part of a key), the field that names that, and whether it is done."""

    message: dict[str, Any]
    key: str
    field: str
    is_done: Callable[[], bool]


def a_routing(_: World, number: int) -> Work:
    order = an_order(a_line(), channel_order_id=f"#{number}")
    body = json.loads(message_body(OrderReceived(order=order, who="channel:shop")))

    return Work(body, order.order_id, "order_id", lambda: has_status(order.order_id, Status.IN_FULFILMENT))


def has_status(order_id: OrderId, status: Status) -> bool:
    found = orders.find_orders([order_id])
    return order_id in found and found[order_id].status is status


def a_hand_over(_: World, number: int) -> Work:
    order = an_order(a_line(), channel_order_id=f"#{number}", lists_parcels=True)
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": f"token-{number}"}
    return Work(
        message, order.order_id, "order", lambda: stored(order).fulfilments[0].status is FulfilmentStatus.REQUESTED
    )


def a_shipment(world: World, number: int) -> Work:
    asked = a_hand_over(world, number)
    own.handler(sqs_event(asked.message), Context())
    parcel = {"carrier": "UPS", "tracking": f"1Z{number}"}
    message = {"order_id": asked.key, "fulfilment": 1, "parcels": [parcel], "who": "user:ada", "at": NOON.isoformat()}
    return Work(message, asked.key, "order_id", lambda: has_status(OrderId(asked.key), Status.COMPLETE))


def a_quantity(world: World, number: int) -> Work:
    sku = Sku(f"CUP-{number}")
    catalogue.put_product(Product(sku=sku))
    listings.put_listing(Listing(channel=SHOP, reference=f"ref-{number}", sku=sku))
    put_stock(7, sku, event=f"start-{number}")
    message = {"kind": "tell", "channel": SHOP, "sku": sku, "at": NOON.isoformat()}

    def is_done() -> bool:
        return sku in (sent := published.last_published(SHOP, [sku], MAIN)) and sent[sku].quantity == 7

    return Work(message, sku, "sku", is_done)


def a_notice(world: World, number: int) -> Work:
    shipped = a_shipment(world, number)
    track.handler(sqs_event(shipped.message), Context())
    message = {"kind": "notify", "channel": SHOP, "order": shipped.key}

    def is_done() -> bool:
        [parcel] = orders.get_order(OrderId(shipped.key)).parcels
        return parcel.notice is not None

    return Work(message, shipped.key, "order", is_done)


def a_notification(world: World, number: int) -> Work:
    name, seller, order = f"amazon-{number}", f"A3SELLER{number}", f"902-{number:07}-0000000"
    channel = a_channel(name, ChannelKind.AMAZON, base_url="https://amazon.example", seller=seller, marketplace=GERMANY)
    configuration.apply_edit(lambda before: before.with_channel(channel), "owner", NOON)
    about = {"SellerId": seller, "AmazonOrderId": order}
    message = {
        "NotificationVersion": "1.0",
        "NotificationType": "ORDER_CHANGE",
        "PayloadVersion": "1.0",
        "Payload": {"OrderChangeNotification": about},
    }

    def is_done() -> bool:
        return {"channel": name, "orders": [order]} in [each.payload for each in world.functions.invocations]

    return Work(message, name, "NotificationType", is_done)


WORK: Mapping[str, Callable[[World, int], Work]] = {
    "orders": a_routing,
    "own": a_hand_over,
    "tracking": a_shipment,
    "channels": lambda world, number: (a_quantity, a_notice)[number % 2](world, number),
    "amazon": a_notification,
}


def short(target: str) -> str:
    return target.removeprefix("test-").removesuffix(".fifo").removesuffix("-queue")


SOURCES = {short(source.target): source for source in queue_sources()}


class Reading(NamedTuple):
    """A queue of the template and the function that reads it."""

    name: str
    source: Source
    queue: Queue
    world: World

    def work(self, number: int) -> Work:
        return WORK[self.name](self.world, number)

    def send(self, *bodies: Any) -> None:
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            fifo = {"MessageGroupId": SHOP, "MessageDeduplicationId": str(self.queue._numbers)}
            self.queue.send({"MessageBody": text, **(fifo if self.queue.is_fifo else {})})

    def deliver(self) -> None:
        received = self.queue.receive(self.source.most)
        if received:
            event = self.queue.event(received)
            self.queue.settle(event, self.source.function.handler(event, Context()))

    def seconds_to_dead_letter(self) -> float:
        """Deliver until the queue is empty; return how long that took."""
        began = self.world.clock.now
        while self.queue.messages:
            self.deliver()
            self.world.clock.sleep(max(0.0, (self.queue.next_at() or 0.0) - self.world.clock.now))
        assert self.queue.dead
        assert len(self.queue.dead.messages) == 1
        return float(self.world.clock.now - began)


def refuse_batches_with(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have DynamoDB refuse every batch of reads in which that key is, and Lambda every invocation that names it."""
    read, invoke = clients.client("dynamodb").batch_get_item, clients.client("lambda").invoke

    def refusing(**request: Any) -> Any:
        keys = [each for table in request["RequestItems"].values() for each in table["Keys"]]
        if any(key in json.dumps(each) for each in keys):
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too long"}}, "BatchGetItem")
        return read(**request)

    def not_invoking(**request: Any) -> Any:
        if key in request["Payload"].decode():
            raise ClientError({"Error": {"Code": "ServiceException", "Message": "it fails"}}, "Invoke")
        return invoke(**request)

    monkeypatch.setattr(clients.client("dynamodb"), "batch_get_item", refusing)
    monkeypatch.setattr(clients.client("lambda"), "invoke", not_invoking)
