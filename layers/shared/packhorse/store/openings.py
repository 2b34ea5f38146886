"""Boxes that scans of products opened at the bench, in the Requests table.

question                              | id        | gone
which box a scan of a product opened  | bench#id  | after a day

Written before the box is opened, so that a repeated request opens the same one, even if that has shipped meanwhile.
"""

from datetime import datetime, timedelta

from packhorse.aws.clients import client, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import missing
from packhorse.store.parcels import FulfilmentKey
from packhorse.store.reading import get_item

KEPT = timedelta(days=1)


def opening_of(scan_id: str) -> FulfilmentKey | None:
    """Return the box that the scan was to open, None if it is not stored."""
    key = expressions.item({"id": _id(scan_id)})
    found = get_item(settings.requests_table, key)
    if found is None:
        return None
    return FulfilmentKey(OrderId(found["order"]["S"]), int(found["fulfilment"]["N"]))


def store_opening(scan_id: str, box: FulfilmentKey, now: datetime) -> FulfilmentKey:
    """Store which box the scan is to open; return it, or the one that was stored before."""
    values: expressions.Attributes = {
        "id": _id(scan_id),
        "order": box.order,
        "fulfilment": box.number,
        "expiration": int((now + KEPT).timestamp()),
    }
    with ignoring("ConditionalCheckFailedException"):
        client("dynamodb").put_item(**expressions.put(settings.requests_table, values, missing("id")))
        return box
    return opening_of(scan_id) or box


def _id(scan_id: str) -> str:
    return f"bench#{scan_id}"
