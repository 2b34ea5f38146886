"""Puts that take several calls: batches with unprocessed items."""

from collections.abc import Sequence

from packhorse.aws.clients import client
from packhorse.domain.batching import batched
from packhorse.domain.errors import Unavailable
from packhorse.store import expressions
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.expressions import Attributes

PUTS_AT_ONCE = 25
"""Items that DynamoDB takes in one call."""


def write_together(table: str, items: Sequence[Attributes]) -> None:
    """Put items of different keys, whatever is stored; raises Unavailable if the table does not take all of them."""
    for part in batched(items, PUTS_AT_ONCE):
        requests = {table: [{"PutRequest": {"Item": expressions.item(each)}} for each in part]}
        for attempt in range(MAX_TRIES):
            requests = client("dynamodb").batch_write_item(RequestItems=requests).get("UnprocessedItems") or {}
            if not requests:
                break
            pause(attempt)
        else:
            raise Unavailable("the table takes no more at this moment; try again")
