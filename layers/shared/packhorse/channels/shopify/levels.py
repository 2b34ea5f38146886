"""Shopify's own changes of stock: the webhook inventory_levels/update, with a quantity of an item at a location."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictInt

from packhorse.channels.body import parse_model
from packhorse.channels.protocol import ReportedQuantity
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalId, ExternalModel, Moment, parse_json, parse_moment
from packhorse.http.signature import header

TOPIC = "x-shopify-topic"
LEVEL_CHANGED = "inventory_levels/update"

TRIGGERED = "x-shopify-triggered-at"
"""The header with the time at which Shopify made the webhook; two may be about one `updated_at`."""


class ChangedLevel(ExternalModel):
    """The quantity that buyers see of an item at a location; none of an item that the store does not count."""

    inventory_item_id: Annotated[ExternalId, Field(max_length=200)]
    location_id: Annotated[ExternalId, Field(max_length=200)]
    available: StrictInt | None = None
    updated_at: Moment


def stock_id(location: str, item: str) -> str:
    """Return the id of an item's stock at a location, each an id of the webhook or of GraphQL.

    >>> stock_id("7001", "9101"), stock_id("gid://shopify/Location/7001", "gid://shopify/InventoryItem/9101")
    ('7001/9101', '7001/9101')
    """
    return f"{_number(location)}/{_number(item)}"


def _number(name: str) -> str:
    return name.rpartition("/")[2]


def reported_quantity(headers: Mapping[str, str], raw: bytes) -> ReportedQuantity | None:
    """Return the quantity of a webhook; None for another topic, and for a body that is none.

    Such a body is no exception, since no retry would help: the nightly comparison finds what it was about.
    """
    if header(headers, TOPIC) != LEVEL_CHANGED:
        return None
    try:
        level = parse_model(ChangedLevel, parse_json(raw))
    except Rejected:
        return None
    sent_at = parse_moment(header(headers, TRIGGERED)) or level.updated_at
    return ReportedQuantity(stock_id(level.location_id, level.inventory_item_id), level.available, sent_at)
