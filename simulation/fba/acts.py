"""Days on which Amazon ships: exchanges, Amazon's warehouses, people who meddle there, and its list of orders."""

import json
from functools import partial
from typing import Any

from local.world.amazon import now
from local.world.amazon_notifications import ORDER_CHANGE
from local.world.amazon_outbound import cancel
from local.world.amazon_warehouses import CANCELLABLE, ENDED, announce, move, open_units, shelf_of
from packhorse.aws.settings import settings
from packhorse.messages.fba import ExchangeWithAmazon
from simulation.day import place_by_hand, poll, some_lines
from simulation.fba.opening import ACCOUNT, GERMANY, SELLER_SKUS, STRANGERS, WAREHOUSE, put_stock
from simulation.fba.rules import AmazonBooks
from simulation.functions import functions
from simulation.outside import Outside

LONGEST_DELAY = 200.0
"""Seconds that a notification is on its way at most, so that they overtake each other."""


def exchange(day: Outside, name: str, *, at_once: bool = False) -> None:
    """Run the fba function as its schedule does, in a process of its own or, `at_once`, in this task."""
    payload = ExchangeWithAmazon(warehouse=WAREHOUSE).model_dump(mode="json")
    work = partial(day.deployment.run_later, functions()["FbaFunction"], payload)
    if at_once:
        work()
    else:
        day.turns.spawn(work, f"exchange-{name}")


def happens(day: Outside, books: AmazonBooks, name: str, step: str, **body: Any) -> None:
    """Have something happen to an order in Amazon's warehouses, and have it notify us, late, twice or not at all."""
    day.report(lambda: f"at Amazon: {step} {name} {body or ''}".rstrip())
    with day.turns.skewed(0.0):
        move(books.amazon, {}, body or None, name, step)
    send_notifications(day, books)


def send_notifications(day: Outside, books: AmazonBooks) -> None:
    """Send what is in Amazon's outbox to our queue, each after a while of its own."""
    sqs = day.deployment.world.sqs
    while books.amazon.outbox:
        message = {"QueueUrl": settings.amazon_queue_url, "MessageBody": books.amazon.outbox.pop(0)["body"]}
        after = LONGEST_DELAY * day.random.random()
        if day.random.random() < 0.9:
            day.turns.spawn(partial(sqs.send, message), "amazon-notifies", after)


# ---- the acts ----------------------------------------------------------------------------------------------------


def a_schedule_of_amazon(day: Outside, name: str) -> None:
    """Has what waits sent to Amazon and its progress read every few minutes, some times twice at once."""
    for number in range(6):
        day.turns.sleep(30 + 120 * day.random.random())
        for time in range(day.random.choice((1, 1, 2))):
            exchange(day, f"{name}-{number}-{time}")


def buyers_of_amazon(day: Outside, name: str) -> None:
    """Buy what Amazon has, whose units are counted first; one of them changes their mind."""
    if day.amazon is None:
        return
    for sku in day.stocked:
        put_stock(day.amazon.amazon, sku, 6 * day.units)
    exchange(day, f"{name}-counts", at_once=True)
    for number in range(3):
        place_by_hand(day, f"{name}-{number}", some_lines(day), paid=True)
        day.turns.sleep(60 * day.random.random())
    day.turns.sleep(300 * day.random.random())
    if day.random.random() < 0.7:
        _changes_their_mind(day, day.amazon, name)


def _changes_their_mind(day: Outside, books: AmazonBooks, name: str) -> None:
    """Cancel an order of the buyers, one that Amazon has if it has any: perhaps it has just begun to pick it."""
    ours = {each: str(order["channel_order_id"]) for each, order in day.books.orders.items()}
    there = [each for each in books.amazon.outbound if ours.get(each.rpartition("-")[0], "").startswith(f"{name}-")]
    still = [each for each in there if books.amazon.outbound[each]["order"]["fulfillmentOrderStatus"] in CANCELLABLE]
    if still and day.random.random() < 0.5:
        happens(day, books, still[0], "pick")
    found = [each.rpartition("-")[0] for each in still] or [each for each in ours if ours[each] == f"{name}-0"]
    if found:
        day.expected.cancelled.add(ours[found[0]])
        day.call_api("POST", f"/orders/{found[0]}/cancel", {"reason": "changed their mind"})


def a_warehouse_of_amazon(day: Outside, name: str) -> None:
    """Plans, picks and ships what Amazon has, in parts; some units are not found."""
    for _ in range(6):
        day.turns.sleep(100 * day.random.random())
        for order in list(day.amazon.amazon.outbound) if day.amazon else ():
            if day.random.random() < 0.6:
                _moves_on(day, order)
        if day.amazon and day.random.random() < 0.5:
            give_numbers(day.amazon, one_by_one=True)


def _moves_on(day: Outside, name: str) -> None:
    books = day.amazon
    stored = books.amazon.outbound[name] if books else {}
    if books is None or stored["order"]["fulfillmentOrderStatus"] in ENDED:
        return
    dice, left = day.random.random(), open_units(stored)
    if stored["order"]["fulfillmentOrderStatus"] in CANCELLABLE and dice < 0.5:
        happens(day, books, name, day.random.choice(("plan", "pick")))
    elif dice < 0.65:
        item = day.random.choice(sorted(left))
        happens(day, books, name, "ship", packages=[_numbered(day, name, _package(name, stored, {item: 1}))])
    elif dice < 0.9:
        happens(day, books, name, "ship", packages=_packages(day, name, stored, left))
    else:
        some = day.random.choice(sorted(left))
        happens(day, books, name, "fail", **{some: day.random.choice((1, left[some]))})


def a_component_that_amazon_lacks(day: Outside, name: str) -> None:
    """Has all units of an item of an order leave, and those of its other items not found, now or later."""
    for _ in range(4):
        day.turns.sleep(120 * day.random.random())
        for order, stored in list(day.amazon.amazon.outbound.items()) if day.amazon else ():
            left = open_units(stored)
            if day.amazon and len(left) > 1 and day.random.random() < 0.5:
                first, *others = day.random.sample(sorted(left), len(left))
                steps = [
                    partial(_ships_one, day, order, first),
                    *(partial(_lacks, day, order, each) for each in others),
                ]
                for step in day.random.sample(steps, len(steps)):
                    step()
                    day.turns.sleep(day.random.choice((0, 60)))


def _ships_one(day: Outside, name: str, item: str) -> None:
    if (books := day.amazon) and (units := open_units(books.amazon.outbound[name]).get(item)):
        package = _package(name, books.amazon.outbound[name], {item: units})
        happens(day, books, name, "ship", packages=[_numbered(day, name, package)])


def _lacks(day: Outside, name: str, item: str) -> None:
    if (books := day.amazon) and (units := open_units(books.amazon.outbound[name]).get(item)):
        happens(day, books, name, "fail", **{item: units})


def _package(name: str, stored: Any, units: dict[str, int], box: int = 1) -> dict[str, Any]:
    number = f"{_consignment(name)}N{len(stored['shipments']) + 1}B{box}"
    return {"carrierCode": "UPS", "trackingNumber": number, "units": units}


def _consignment(name: str) -> str:
    return f"A{name[:8]}{name.rpartition('-')[2]}"


def _numbered(day: Outside, name: str, package: dict[str, Any]) -> dict[str, Any]:
    """Return a package with a number of its own, that of all packages of its order, or none yet."""
    dice = day.random.random()
    if dice < 0.2:
        package["trackingNumber"] = _consignment(name)
    elif dice < 0.5:
        del package["trackingNumber"]
    return package


def _packages(day: Outside, name: str, stored: Any, left: dict[str, int]) -> list[dict[str, Any]]:
    """Return packages of all that is left: one, one for each item, or two of them."""
    parts = [left]
    if (dice := day.random.random()) < 0.3:
        parts = [{item: units} for item, units in left.items()]
    elif dice < 0.6:
        parts = [{item: some} for item, units in left.items() for some in (1, units - 1) if some]
    return [_numbered(day, name, _package(name, stored, units, box)) for box, units in enumerate(parts, 1)]


def give_numbers(books: AmazonBooks, *, one_by_one: bool = False) -> None:
    """Have packages that left without a tracking number get one, the last ones first, without a notification."""
    for name, stored in books.amazon.outbound.items():
        boxes = [each for shipment in stored["shipments"] for each in shipment["fulfillmentShipmentPackage"]]
        unnumbered = [place for place, each in enumerate(boxes) if "trackingNumber" not in each]
        for place in unnumbered[-1:] if one_by_one else unnumbered:
            boxes[place]["trackingNumber"] = f"{_consignment(name)}L{place}"


def ship_everything(day: Outside, books: AmazonBooks) -> None:
    """Have all that Amazon has leave."""
    for name, stored in list(books.amazon.outbound.items()):
        if stored["order"]["fulfillmentOrderStatus"] not in ENDED:
            happens(day, books, name, "ship", packages=[_package(name, stored, open_units(stored))])


def a_person_at_amazon(day: Outside, name: str) -> None:
    """Cancels an order on Amazon's own pages, or finds and loses units there."""
    for _ in range(2):
        day.turns.sleep(200 * day.random.random())
        books = day.amazon
        if books and books.amazon.outbound and day.random.random() < 0.5:
            order = day.random.choice(list(books.amazon.outbound))
            _cancels(day, books, order)
        elif books:
            sku = day.random.choice(day.stocked)
            there = shelf_of(books.amazon, SELLER_SKUS.get(sku, sku))["fulfillable"]
            put_stock(books.amazon, sku, max(0, there + day.random.choice((-2, -1, 3)) * day.units))


def _cancels(day: Outside, books: AmazonBooks, name: str) -> None:
    day.report(lambda: f"a person cancels {name} at Amazon, if it is not too late")
    with day.turns.skewed(0.0):
        cancel(books.amazon, {}, None, name)
        announce(books.amazon, books.amazon.outbound[name])
    send_notifications(day, books)


def a_list_of_amazon(day: Outside, name: str) -> None:
    """Lists among Amazon's orders those that it ships for us, which polls read: they are no orders of their own."""
    for number in range(3):
        day.turns.sleep(200 * day.random.random())
        if day.amazon:
            list_among_orders(day, day.amazon)
            poll(day, f"{name}-{number}", ACCOUNT)


def a_stranger_at_amazon(day: Outside, _: str) -> None:
    """Has an order of another seller's that changes, of which our queue gets a notification, too."""
    day.turns.sleep(200 * day.random.random())
    change = {"SellerId": "A1STRANGER", "AmazonOrderId": STRANGERS, "Summary": {"MarketplaceId": GERMANY}}
    body = {
        "NotificationVersion": "1.0",
        "NotificationType": ORDER_CHANGE,
        "PayloadVersion": "1.0",
        "NotificationMetadata": {"NotificationId": "stranger-1"},
        "Payload": {"OrderChangeNotification": change},
    }
    message = {"QueueUrl": settings.amazon_queue_url, "MessageBody": json.dumps(body)}
    day.deployment.world.sqs.send(message)


def list_among_orders(day: Outside, books: AmazonBooks) -> None:
    """List what Amazon ships for us among its orders, as changed now."""
    for number, name in enumerate(books.amazon.outbound, 1):
        with day.turns.skewed(0.0):
            moment = now()
        books.amazon.put_order(
            {
                "orderId": f"S01-{number:07}-0000000",
                "orderAliases": [{"aliasId": name, "aliasType": "SELLER_ORDER_ID"}],
                "createdTime": moment,
                "lastUpdatedTime": moment,
                "salesChannel": {"channelName": "NON_AMAZON", "marketplaceId": GERMANY},
                "fulfillment": {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"},
                "orderItems": [],
            }
        )
