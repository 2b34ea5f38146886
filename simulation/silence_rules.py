"""What is looked for at a supplier and has no answer: its orders say so before anything else follows.

No code of the product computes the expected result: it is read from the documents in the streams of the tables.
"""

import json
from collections.abc import Iterator, Mapping

from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item
from simulation.order_documents import Document

SILENT = "supplier_silent"


class SilenceBooks:
    """The batches of suppliers for whose answers our side has looked, and found none, since the last check."""

    def __init__(self) -> None:
        self._checked: list[Document] = []

    def read(self, record: Record) -> None:
        """Read a change of the Work table."""
        if not str(record.key[0]).startswith("SUPPLIER#") or not str(record.key[1]).startswith("BATCH#"):
            return
        batch = _batch(record.new)
        is_of_orders = batch.get("kind", "orders") == "orders"
        if is_of_orders and batch.get("checks", 0) > _batch(record.old).get("checks", 0):
            self._checked.append(batch)

    def new_faults(self, orders: Mapping[str, Document]) -> Iterator[str]:
        """Yield each order without an answer and without an exception, of the batches that were looked for."""
        checked, self._checked = self._checked, []
        for batch in checked:
            for member in batch["members"]:
                order, number = orders[member["order"]], member["fulfilment"]
                if is_unanswered(order["fulfilments"][number - 1], batch) and not says_so(order, number):
                    name = order["channel_order_id"]
                    yield f"order {name}: its supplier does not answer about {number}, without an exception"


def is_unanswered(fulfilment: Document, batch: Document) -> bool:
    """Return whether the supplier was sent a fulfilment order in that batch and has said nothing of any part of it."""
    is_requested = fulfilment.get("status", "queued") == "requested" and not fulfilment.get("parcels")
    has_agreed = bool((fulfilment.get("cancellation") or {}).get("accepted"))
    has_rejected = any(each["who"] == f"supplier:{fulfilment['supplier']}" for each in fulfilment.get("rejections", ()))
    return is_requested and fulfilment.get("batch") == batch["number"] and not (has_agreed or has_rejected)


def says_so(order: Document, number: int) -> bool:
    """Return whether an exception of the order says that its supplier does not answer about a fulfilment order."""
    return any(each["cause"] == SILENT and each.get("fulfilment") == number for each in order.get("exceptions", ()))


def _batch(item: Item | None) -> Document:
    found: Document = json.loads(item["body"]["S"]) if item else {}
    return found
