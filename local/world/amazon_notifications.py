"""The Notifications API of the simulated Amazon, and the notifications that it sends to queues.

They go to SQS by real calls, of whichever endpoint the environment names, as Amazon's own account makes them; of what
`settings.deliveries` says, each is sent so often.
"""

import json
import re
import secrets
import uuid
from collections.abc import Callable
from typing import Any

import boto3

from local.world.amazon import Amazon, Json, errors, now
from local.world.routes import BAD_REQUEST, CONFLICT, NOT_FOUND, OK, Answer, Query

DESTINATIONS, SUBSCRIPTIONS = "/notifications/v1/destinations", "/notifications/v1/subscriptions"
ORDER_CHANGE = "ORDER_CHANGE"
VERSIONS = {ORDER_CHANGE: "1.0", "FULFILLMENT_ORDER_STATUS": "1.0"}
"""The types that can be subscribed to, with the version of their payload."""
QUEUE = re.compile(r"arn:aws:sqs:[^:\s]+:[^:\s]+:[^:\s]+")
STATUSES = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
Deliver = Callable[[str, str], None]
"""Sends a body to the queue of an ARN."""


def send_to_queue(arn: str, body: str) -> None:
    """Send a message to a queue, whose owner allows it."""
    region, owner, name = arn.split(":")[3:]
    sqs = boto3.client("sqs", region_name=region)
    url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=owner)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=body)


# ---- sending


def announce(amazon: Amazon, order: Json) -> None:
    """Have a notification of an order that changed sent, if the seller is subscribed."""
    enqueue(amazon, ORDER_CHANGE, {"OrderChangeNotification": _change(amazon, order)})


def enqueue(amazon: Amazon, topic: str, payload: Json) -> None:
    """Put a notification of a type into the outbox, if the seller is subscribed to it."""
    subscription = amazon.subscriptions.get(topic)
    if subscription is None or not amazon.settings.has_notifications:
        return
    envelope = {
        "NotificationVersion": "1.0",
        "NotificationType": topic,
        "PayloadVersion": subscription["payloadVersion"],
        "EventTime": now(),
        "Payload": payload,
        "NotificationMetadata": {
            "ApplicationId": "amzn1.sp.solution.packhorse",
            "SubscriptionId": subscription["subscriptionId"],
            "PublishTime": now(),
            "NotificationId": str(uuid.uuid4()),
        },
    }
    arn = amazon.destinations[subscription["destinationId"]]["arn"]
    amazon.outbox += [{"arn": arn, "body": json.dumps(envelope)} for _ in range(amazon.settings.deliveries)]


def send_all(amazon: Amazon, deliver: Deliver) -> None:
    """Send what is in the outbox; what cannot be sent stays in it."""
    while amazon.outbox:
        with amazon.lock:
            if not amazon.outbox:
                return
            first = amazon.outbox.pop(0)
        try:
            deliver(first["arn"], first["body"])
        except Exception as error:
            amazon.outbox.insert(0, first)
            print(f"a notification is not sent: {error!r}", flush=True)
            return
        amazon.sent.append(first)


def _change(amazon: Amazon, order: Json) -> Json:
    """Return the payload of ORDER_CHANGE."""
    items = order["orderItems"]
    requested = any(item.get("cancellation", {}).get("cancellationRequest") for item in items)
    sent = sum(item.get("fulfillment", {}).get("quantityFulfilled", 0) for item in items)
    status = STATUSES[order["fulfillment"]["fulfillmentStatus"]]
    address = order.get("recipient", {}).get("deliveryAddress", {})
    return {
        "NotificationLevel": "OrderLevel",
        "SellerId": amazon.settings.seller,
        "AmazonOrderId": order["orderId"],
        "OrderChangeType": "BuyerRequestedChange" if requested else "OrderStatusChange",
        "OrderChangeTrigger": {
            "TimeOfOrderChange": order["lastUpdatedTime"],
            "ChangeReason": "Buyer Requested Cancel" if requested else "Order Status Change",
        },
        "Summary": {
            "MarketplaceId": order["salesChannel"].get("marketplaceId"),
            "OrderStatus": status,
            "PurchaseDate": order["createdTime"],
            "DestinationPostalCode": address.get("postalCode"),
            "FulfillmentType": "AFN" if order["fulfillment"].get("fulfilledBy") == "AMAZON" else "MFN",
            "OrderType": "StandardOrder",
            "NumberOfItemsShipped": sent,
            "NumberOfItemsUnshipped": sum(item["quantityOrdered"] for item in items) - sent,
            "OrderItems": [_item(item, status, is_requested=requested) for item in items],
        },
    }


def _item(item: Json, status: str, *, is_requested: bool) -> Json:
    return {
        "OrderItemId": item["orderItemId"],
        "SellerSKU": item["product"].get("sellerSku"),
        "SupplySourceId": None,
        "OrderItemStatus": status,
        "Quantity": item["quantityOrdered"],
        "QuantityShipped": item.get("fulfillment", {}).get("quantityFulfilled", 0),
        "IsBuyerRequestedCancel": is_requested,
    }


# ---- the API


def get_destinations(amazon: Amazon, _: Query, __: Any) -> Answer:
    """GET /destinations."""
    return OK, {"payload": [_destination(key, each) for key, each in amazon.destinations.items()]}


def post_destination(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST /destinations: one for each queue."""
    arn, name = body["resourceSpecification"].get("sqs", {}).get("arn", ""), body["name"]
    if not QUEUE.fullmatch(arn) or not name or len(name) > 256:
        return BAD_REQUEST, errors("InvalidInput", "name or resourceSpecification.sqs.arn is not valid")
    with amazon.lock:
        if any(each["arn"] == arn for each in amazon.destinations.values()):
            return CONFLICT, errors("ResourceConflict", "a destination of the resource exists")
        new = str(uuid.uuid4())
        amazon.destinations[new] = {"name": name, "arn": arn}
    return OK, {"payload": _destination(new, amazon.destinations[new])}


def _destination(key: str, found: Json) -> Json:
    return {"destinationId": key, "name": found["name"], "resource": {"sqs": {"arn": found["arn"]}}}


def get_subscription(amazon: Amazon, query: Query, _: Any, topic: str) -> Answer:
    """GET /subscriptions/{notificationType}."""
    if topic not in VERSIONS:
        return BAD_REQUEST, errors("InvalidInput", f"{topic} is no notification type")
    found = amazon.subscriptions.get(topic)
    if found is None or query.get("payloadVersion", [found["payloadVersion"]]) != [found["payloadVersion"]]:
        return NOT_FOUND, errors("NotFound", "There is no subscription of the type.")
    return OK, {"payload": found}


def post_subscription(amazon: Amazon, _: Query, body: Json, topic: str) -> Answer:
    """POST /subscriptions/{notificationType}: one for each type."""
    if VERSIONS.get(topic) != body["payloadVersion"] or body["destinationId"] not in amazon.destinations:
        return BAD_REQUEST, errors("InvalidInput", "notificationType, payloadVersion or destinationId is not valid")
    with amazon.lock:
        if topic in amazon.subscriptions:
            return CONFLICT, errors("ResourceConflict", "a subscription of the type exists")
        amazon.subscriptions[topic] = {
            "subscriptionId": secrets.token_hex(16),
            "payloadVersion": body["payloadVersion"],
            "destinationId": body["destinationId"],
        }
    return OK, {"payload": amazon.subscriptions[topic]}


def delete_subscription(amazon: Amazon, _: Query, __: Any, topic: str, key: str) -> Answer:
    """DELETE /subscriptions/{notificationType}/{subscriptionId}."""
    if amazon.subscriptions.get(topic, {}).get("subscriptionId") != key:
        return NOT_FOUND, errors("NotFound", "There is no such subscription.")
    del amazon.subscriptions[topic]
    return OK, {}


ROUTES = (
    ("GET", DESTINATIONS, get_destinations),
    ("POST", DESTINATIONS, post_destination),
    ("GET", rf"{SUBSCRIPTIONS}/([^/]+)", get_subscription),
    ("POST", rf"{SUBSCRIPTIONS}/([^/]+)", post_subscription),
    ("DELETE", rf"{SUBSCRIPTIONS}/([^/]+)/([^/]+)", delete_subscription),
)
RATES = (
    ("getDestinations", rf"GET {DESTINATIONS}", 1, 5),
    ("createDestination", rf"POST {DESTINATIONS}", 1, 5),
    ("getSubscription", rf"GET {SUBSCRIPTIONS}/[^/]+", 1, 5),
    ("createSubscription", rf"POST {SUBSCRIPTIONS}/[^/]+", 1, 5),
    ("deleteSubscriptionById", rf"DELETE {SUBSCRIPTIONS}/.*", 1, 5),
)
GRANTLESS = re.compile(rf"\w+ {DESTINATIONS}(/.*)?|\w+ {SUBSCRIPTIONS}/[^/]+/[^/]+")
"""Operations that take a token of the application, not of a seller."""
