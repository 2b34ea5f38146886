"""Webhooks of the simulated store: signed, sent once, and disabled after five failed deliveries in a row."""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

import httpx

from local.world.routes import OK, Answer, Query
from local.world.woocommerce.rest import Json, RestError, invalid, page_of, route
from local.world.woocommerce.store import Store

CREATED = 201
MAX_FAILURES = 5
CLIENT = httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
"""One for all deliveries: to make one takes longer than a delivery."""

STATES = frozenset({"active", "paused", "disabled"})


def send(store: Store, order: str, topic: str) -> list[Json]:
    """Send an order to each active webhook of a topic; return the deliveries."""
    wanted = [each for each in store.webhooks.values() if (each["topic"], each["status"]) == (topic, "active")]
    body = {"id": int(order)} if topic == "order.deleted" else store.orders[order]
    return [deliver(store, webhook, body) for webhook in wanted]


def send_later(store: Store, order: str, topic: str) -> None:
    """Send an order while the request that changed it is answered."""
    if any(each["topic"] == topic for each in store.webhooks.values()):
        store.later(lambda: send(store, order, topic))


def deliver(store: Store, webhook: Json, body: Json) -> Json:
    """Post a body; a webhook whose deliveries fail too often is disabled."""
    raw = json.dumps(body).encode()
    status = _post(webhook["delivery_url"], raw, signed_headers(webhook, raw))
    webhook["failures"] = 0 if status and 200 <= status < 300 else webhook["failures"] + 1
    if webhook["failures"] > MAX_FAILURES:
        webhook["status"] = "disabled"
    delivery = {"webhook": webhook["id"], "topic": webhook["topic"], "order": body["id"], "status": status}
    store.deliveries.append(delivery)
    return delivery


def signed_headers(webhook: Json, raw: bytes) -> dict[str, str]:
    """Return the headers of a delivery."""
    resource, _, event = webhook["topic"].partition(".")
    return {
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": "https://woo.example/",
        "X-WC-Webhook-Topic": webhook["topic"],
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": signature(raw, webhook["secret"]),
        "X-WC-Webhook-ID": str(webhook["id"]),
        "X-WC-Webhook-Delivery-ID": uuid.uuid4().hex,
    }


def signature(body: bytes, secret: str) -> str:
    """Return the X-WC-Webhook-Signature of a raw body.

    >>> signature(b"{}", "secret")
    'dzJZAsrKgS3CWXM6rNBGtzgXNyx3e42VtAJkdHRRbhM='
    """
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def _post(url: str, raw: bytes, headers: dict[str, str]) -> int | None:
    try:
        return CLIENT.post(url, content=raw, headers=headers).status_code
    except httpx.HTTPError:
        return None


def _ping(store: Store, webhook: Json) -> None:
    """Post what WooCommerce posts, unsigned, when a webhook is created."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status = _post(webhook["delivery_url"], f"webhook_id={webhook['id']}".encode(), headers)
    store.deliveries.append({"webhook": webhook["id"], "topic": "ping", "order": None, "status": status})


def _shown(webhook: Json) -> Json:
    """Return a webhook as it is answered: without its secret."""
    return {name: value for name, value in webhook.items() if name not in ("secret", "failures")}


@route
def list_webhooks(store: Store, query: Query, _: Any) -> Answer:
    """GET /webhooks."""
    return page_of(query, [_shown(each) for each in store.webhooks.values()])


@route
def post_webhook(store: Store, _: Query, body: Json) -> Answer:
    """POST /webhooks."""
    if not body.get("delivery_url", "").startswith("http"):
        raise RestError(400, "woocommerce_rest_webhook_invalid_delivery_url", "Delivery URL must be valid.")
    if body.get("topic", "").partition(".")[0] not in ("order", "product", "customer", "coupon", "action"):
        raise RestError(400, "woocommerce_rest_webhook_invalid_topic", "Webhook topic is required and must be valid.")
    usual = {"name": "Webhook", "status": "active", "secret": ""}
    webhook = {"id": store.next_id(), **usual, **body, "failures": 0}
    store.webhooks[str(webhook["id"])] = webhook
    _ping(store, webhook)
    return CREATED, _shown(webhook)


@route
def put_webhook(store: Store, _: Query, body: Json, name: str) -> Answer:
    """PUT /webhooks/{id}: only a delivery that is taken forgets those that failed before."""
    if name not in store.webhooks:
        raise RestError(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
    if body.get("status", "active") not in STATES:
        raise invalid("status")
    webhook = store.webhooks[name]
    webhook |= body
    return OK, _shown(webhook)


@route
def delete_webhook(store: Store, query: Query, _: Any, name: str) -> Answer:
    """DELETE /webhooks/{id}: webhooks have no trash."""
    if query.get("force") != ["true"]:
        raise RestError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
    if name not in store.webhooks:
        raise RestError(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
    return OK, _shown(store.webhooks.pop(name))
