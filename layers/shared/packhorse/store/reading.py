"""Reads that take several calls: batches with unprocessed keys, queries with pages."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from packhorse.aws.clients import client
from packhorse.domain.errors import Unavailable

BATCH = 100
MAX_READ_TRIES = 8


def batch_get(table: str, keys: Iterable[Mapping[str, Any]], **read: Any) -> Iterator[dict[str, Any]]:
    """Yield the items of those keys that exist, strongly consistent unless `read` says otherwise.

    Unprocessed keys are read again.
    """
    unique = {tuple(sorted((name, str(value)) for name, value in key.items())): key for key in keys}
    left = iter(unique.values())
    while part := list(islice(left, BATCH)):
        yield from _batch(table, part, {"ConsistentRead": True, **read})


def _batch(table: str, keys: list[Mapping[str, Any]], read: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for _ in range(MAX_READ_TRIES):
        answer = client("dynamodb").batch_get_item(RequestItems={table: {**read, "Keys": keys}})
        yield from answer["Responses"].get(table, [])
        keys = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if not keys:
            return
    raise Unavailable(f"{table} left {len(keys)} keys unread")


def pages(operation: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Yield all items of a query; a page is read when its first item is needed."""
    for page in client("dynamodb").get_paginator(operation).paginate(**query):
        yield from page["Items"]
