"""Boxes that scans of products opened at the bench, in the Requests table.

question                              | id                              | gone
which box a scan of a product opened  | bench#warehouse#station#id#sku  | after a day

Written before the box is opened, so that a repeated request opens the same one, even if that has shipped meanwhile.
The bench chooses the id alone: that of another station or warehouse, or for another product, is another scan.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId, Sku
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import missing
from packhorse.store.parcels import FulfilmentKey
from packhorse.store.reading import get_item

KEPT = timedelta(days=1)


class ProductScan(NamedTuple):
    """A scan of a product: where, under which id of the bench, and of what."""

    warehouse: str
    station: str
    id: str
    sku: Sku


def opening_of(scan: ProductScan) -> FulfilmentKey | None:
    """Return the box that the scan was to open, None if it is not stored."""
    key = expressions.item({"id": _id(scan)})
    found = get_item(settings.requests_table, key)
    if found is None:
        return None
    return FulfilmentKey(OrderId(found["order"]["S"]), int(found["fulfilment"]["N"]))


def store_opening(scan: ProductScan, box: FulfilmentKey, now: datetime) -> FulfilmentKey:
    """Store which box the scan is to open; return it, or the one that was stored before."""
    values: expressions.Attributes = {
        "id": _id(scan),
        "order": box.order,
        "fulfilment": box.number,
        "expiration": int((now + KEPT).timestamp()),
    }
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.requests_table, values, missing("id")))
        return box
    return opening_of(scan) or box


def _id(scan: ProductScan) -> str:
    return "#".join(("bench", *scan))
