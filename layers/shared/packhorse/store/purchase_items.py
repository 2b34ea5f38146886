"""Purchase orders as items: compressed, and never larger than DynamoDB takes."""

import zlib
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Request

KIND = "PURCHASE"
PURCHASE = Reader(TypeAdapter(PurchaseOrder))
MAX_BYTES, MAX_OPEN_BYTES = 400_000, 385_000
"""Compressed bytes of a purchase order: DynamoDB takes items of 400 KiB. One that takes no more can still be closed."""
MAX_DRAFT_BYTES = 180_000
"""Compressed bytes of a new one: its receipts and its timeline need the rest."""


def values_of(order: PurchaseOrder) -> Attributes:
    """Return the item of a purchase order; raises Rejected for one that is too large."""
    return {
        "pk": f"PURCHASE#{order.id}",
        "sk": "PURCHASE",
        "kind": KIND,
        "at": f"{iso(order.created_at)}#{order.id}",
        "state": order.state,
        "supplier": order.supplier,
        "warehouse": order.warehouse,
        "version": order.version,
        "body": _body(order),
    }


def _body(order: PurchaseOrder) -> bytes:
    body = zlib.compress(stamped(order.model_dump_json(exclude_defaults=True)).encode())
    if order.state is PurchaseState.NEW and len(body) > MAX_DRAFT_BYTES:
        fault = FieldError("lines", f"need {len(body):,} bytes of {MAX_DRAFT_BYTES:,}: name fewer lines in made_for")
        raise Rejected("the purchase order is too large: make two of it", [fault])
    if len(body) > (MAX_BYTES if order.state in OVER else MAX_OPEN_BYTES):
        fault = FieldError("lines", f"purchase order {order.id} is full with {len(order.receipts):,} lines of receipts")
        raise Rejected("the purchase order takes no more: close it short, and make another for the rest", [fault])
    return body


def read_purchase(item: Mapping[str, Any]) -> PurchaseOrder:
    """Return the purchase order of an item."""
    return PURCHASE.read(zlib.decompress(bytes(item["body"]["B"])))


def key_of(purchase_id: str) -> Request:
    """Return the key of a purchase order."""
    return expressions.key(f"PURCHASE#{purchase_id}", "PURCHASE")
