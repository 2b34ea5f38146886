"""What the input of `inventorySetQuantities` may be in API version 2026-10, and the errors of what it may not be."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
MAX_QUANTITY = 1_000_000_000
NAMES = frozenset({"available", "on_hand"})
REASONS = frozenset(
    "correction cycle_count_available damaged movement_canceled movement_created movement_received movement_updated "
    "other promotion quality_control received reservation_created reservation_deleted reservation_updated restock "
    "safety_stock shrinkage".split()
)
PATH = ("input", "quantities")


def input_errors(requested: Json) -> Iterator[Json]:
    """Yield what is wrong with the input as a whole."""
    if requested["name"] not in NAMES:
        yield error("INVALID_NAME", "The quantity name must be either 'available' or 'on_hand'.", ("input", "name"))
    if requested["reason"] not in REASONS:
        yield error("INVALID_REASON", "The specified reason is invalid.", ("input", "reason"))
    reference = requested.get("referenceDocumentUri")
    if reference and not re.fullmatch(r"gid://[^/]+/[^/]+/.+|(?!gid:)[a-z][a-z0-9+.-]*://.+", reference):
        text = "The specified reference document is invalid."
        yield error("INVALID_REFERENCE_DOCUMENT", text, ("input", "referenceDocumentUri"))


def error(code: str, message: str, path: tuple[str, ...]) -> Json:
    """Return an error of a user, as the API has it."""
    return {"code": code, "message": message, "field": list(path) or None}


def number(gid: str) -> str:
    """Return the number in a global id."""
    return gid.rpartition("/")[2]
