"""Shopify's webhooks on an EventBridge partner event bus: headers as `metadata`, the body as `payload`, no signature.

Whoever may put events on the bus of a partner event source is Shopify: the bus is the authentication.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from packhorse.channels.body import parse_model
from packhorse.channels.protocol import BusDelivery
from packhorse.http.body import ExternalModel
from packhorse.http.signature import header

SHOP_DOMAIN = "x-shopify-shop-domain"


class Detail(ExternalModel):
    """The headers of a webhook, and its body."""

    metadata: Mapping[str, JsonValue]
    payload: Mapping[str, JsonValue]


class Event(ExternalModel):
    """An event as EventBridge delivers it."""

    detail: Detail


def sending_shop(headers: Mapping[str, str]) -> str:
    """Return the host of the shop that sent a webhook."""
    return header(headers, SHOP_DOMAIN).lower()


def read_event(event: Mapping[str, Any]) -> BusDelivery:
    """Return the webhook of an event; raises Rejected if it is none."""
    detail = parse_model(Event, event).detail
    headers = {name: value for name, value in detail.metadata.items() if isinstance(value, str)}
    payload = json.dumps(detail.payload, ensure_ascii=False, separators=(",", ":"))
    return BusDelivery(sending_shop(headers), headers, payload.encode(errors="replace"))
