"""Names of files by a pattern: `ORD_{batch:6}_{date}.csv`."""

import re
from collections.abc import Iterator

from packhorse.domain.supply.layout import FilePer
from packhorse.domain.supply.sent import Batch

PLACEHOLDERS = ("batch", "fulfilment", "order", "supplier", "date", "time")
MAX_NUMBER = 40
"""Most characters of an order's number in a name; it decorates, batch and fulfilment identify."""
TEMPORARY_SUFFIXES = (".tmp", ".part", ".filepart")
"""Ends of names of files that are still being written; partners skip them."""

_PLACEHOLDER = re.compile(r"\{([a-z]+)(?::([1-9]))?\}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LITERAL = re.compile(r"[A-Za-z0-9._ -]*")


def file_name(pattern: str, batch: Batch) -> str:
    """Return the name of a batch's file, or of that of its only order.

    What is no letter, digit, dot, dash or underscore in an order's number becomes a dash.
    """
    order = batch.orders[0]
    values = {
        "batch": str(batch.number),
        "fulfilment": order.fulfilment,
        "order": (order.number or order.order)[:MAX_NUMBER],
        "supplier": batch.supplier,
        "date": f"{batch.created_at:%Y%m%d}",
        "time": f"{batch.created_at:%H%M%S}",
    }

    def filled(found: re.Match[str]) -> str:
        return _UNSAFE.sub("-", values[found[1]]).zfill(int(found[2] or 0))

    return _PLACEHOLDER.sub(filled, pattern)


def name_faults(pattern: str, file_per: FilePer) -> Iterator[str]:
    """Yield why files with such names would not be unique, or not be written."""
    used = [found[1] for found in _PLACEHOLDER.finditer(pattern)]
    literal = _PLACEHOLDER.sub("", pattern)
    if unknown := [name for name in used if name not in PLACEHOLDERS]:
        yield f"{{{unknown[0]}}} is not one of {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}"
    elif not _LITERAL.fullmatch(literal):
        yield "has a character that not every server takes: use letters, digits, dot, dash and underscore"
    if len(set(used)) < len(used):
        yield "has one of the placeholders twice"
    if pattern.startswith("."):
        yield "begins with a dot: the file would be hidden"
    if pattern.lower().endswith(TEMPORARY_SUFFIXES):
        yield f"ends with one of {', '.join(TEMPORARY_SUFFIXES)}: the file would seem to be still written"
    if "batch" not in used:
        yield "must have {batch}: a second file would replace the first"
    if file_per is FilePer.ORDER and "fulfilment" not in used:
        yield "must have {fulfilment}, since each order has a file of its own"
