"""Shopify's webhooks about holds: each names a fulfilment order, and neither its order nor all of its holds."""

from collections.abc import Mapping

from pydantic import Field

from packhorse.channels.body import parse_model
from packhorse.channels.shopify.levels import TOPIC
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel, parse_json
from packhorse.http.signature import header

TOPICS = frozenset({"fulfillment_orders/placed_on_hold", "fulfillment_orders/hold_released"})

KIND = "gid://shopify/FulfillmentOrder/"


class Held(ExternalModel):
    """A fulfilment order by its global id."""

    id: str = Field(pattern=f"^{KIND}[0-9]{{1,30}}$")


class HoldChanged(ExternalModel):
    """The part of a webhook that is read: after 2024-10 it also has the hold, which may be released meanwhile."""

    fulfillment_order: Held


def held_orders(headers: Mapping[str, str], raw: bytes) -> tuple[str, ...]:
    """Return the fulfilment order whose order is to be read; none for another topic, and for a body that is none.

    Such a body is no exception, since no retry would help.
    """
    if header(headers, TOPIC) not in TOPICS:
        return ()
    try:
        return (parse_model(HoldChanged, parse_json(raw)).fulfillment_order.id,)
    except Rejected:
        return ()
