"""Reads of DynamoDB: an item by its key, batches with unprocessed keys, queries with pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from packhorse.aws.clients import client
from packhorse.domain.batching import batched
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import iso
from packhorse.store import expressions

BATCH = 100
MAX_READ_TRIES = 8


def get_item(table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the item of a key, strongly consistent; None without one."""
    found: dict[str, Any] | None = (
        client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    )
    return found


def batch_get(table: str, keys: Iterable[Mapping[str, Any]], **read: Any) -> Iterator[dict[str, Any]]:
    """Yield the items of those keys that exist, strongly consistent unless `read` says otherwise.

    Unprocessed keys are read again.
    """
    unique = {tuple(sorted((name, str(value)) for name, value in key.items())): key for key in keys}
    for part in batched(unique.values(), BATCH):
        yield from _batch(table, part, {"ConsistentRead": True, **read})


def _batch(table: str, keys: Sequence[Mapping[str, Any]], read: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for _ in range(MAX_READ_TRIES):
        answer = client("dynamodb").batch_get_item(RequestItems={table: {**read, "Keys": keys}})
        yield from answer["Responses"].get(table, [])
        keys = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if not keys:
            return
    raise Unavailable(f"{table} left {len(keys)} keys unread")


def newest_of_kind(table: str, kind: str, limit: int, before: str | None) -> list[dict[str, Any]]:
    """Return the newest items of a kind, those `before` a time; one that was stored a moment ago may be missing."""
    of_kind = expressions.equals("kind", kind)
    which = of_kind & expressions.less("at", before) if before else of_kind
    return list(first_items(limit, expressions.query(table, which, index="by_kind", ScanIndexForward=False)))


def first_items(limit: int, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield up to `limit` items of a query, of as many pages as they take: one ends at a megabyte."""
    return islice(pages("query", **query, Limit=limit), limit)


def of_kind_since(table: str, kind: str, moment: datetime) -> Iterator[dict[str, Any]]:
    """Yield the items of a kind since that moment; one that was stored a moment ago may be missing."""
    which = expressions.equals("kind", kind) & expressions.at_least("at", iso(moment))
    yield from pages("query", **expressions.query(table, which, index="by_kind"))


def of_kind_until(table: str, kind: str, moment: datetime) -> Iterator[dict[str, Any]]:
    """Yield the items of a kind up to that moment, oldest first; one that was stored a moment ago may be missing."""
    which = expressions.equals("kind", kind) & expressions.at_most("at", iso(moment))
    yield from pages("query", **expressions.query(table, which, index="by_kind"))


def pages(operation: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield all items of a query; a page is read when its first item is needed."""
    for page in whole_pages(operation, **query):
        yield from page["Items"]


def whole_pages(operation: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield the answers to a query, page by page, each read when it is needed."""
    read = getattr(client("dynamodb"), operation)  # botocore's paginator is a class that is made anew for each query
    while True:
        page = read(**query)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]
