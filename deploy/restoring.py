"""Bringing a table back to what a restored one holds, which has another name, by which no function knows it."""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import boto3
from boto3.dynamodb.types import Binary

from deploy.sam import DeploymentFailed

READ = 100
"""Items of one BatchGetItem."""
MAX_READ_TRIES = 20

Item = Mapping[str, Any]


class Copied(NamedTuple):
    """How many items were written, since they differed or were missing, and deleted, since they came later."""

    written: int
    deleted: int


def table_of(session: boto3.Session, stack: str, logical_id: str) -> str:
    """Return the name of a stack's table, by its name in template.yaml."""
    resource = session.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(resource["StackResourceDetail"]["PhysicalResourceId"])


def bring_back(session: boto3.Session, restored: str, table: str, lose_erasure: Callable[[str], None]) -> Copied:
    """Make a table hold what a restored one holds; what is equal is not written, so that it is in no stream.

    `lose_erasure` is called with the id of each order whose buyer was erased, or was to be, after the second that the
    restored table is of: that is undone. Stopped half-way, it is run again. Raises DeploymentFailed for a table with
    other keys.
    """
    tables = session.resource("dynamodb")
    keys = _keys(tables, table)
    if keys != _keys(tables, restored):
        raise DeploymentFailed(f"{restored} has other keys than {table}")
    written = deleted = 0
    with tables.Table(table).batch_writer() as writer:
        for before, now in _differing(tables, restored, table, keys):
            if _is_erased(now) and not _is_erased(before):
                lose_erasure(now["pk"])
            if before:
                writer.put_item(Item=before)
                written += 1
            else:
                writer.delete_item(Key={name: now[name] for name in keys})
                deleted += 1
    return Copied(written, deleted)


def _differing(tables: Any, restored: str, table: str, keys: Sequence[str]) -> Iterator[tuple[Item, Item]]:
    """Yield each item that differs, as the restored table has it, then as the table has it; empty if one lacks it."""
    for items in _items(tables, restored):
        there = _found(tables, table, items, keys)
        pairs = ((each, there.get(_key(each, keys), {})) for each in items)
        yield from ((before, now) for before, now in pairs if before != now)
    for items in _items(tables, table):
        there = _found(tables, restored, items, keys)
        yield from (({}, each) for each in items if _key(each, keys) not in there)


def _is_erased(item: Item) -> bool:
    """Return whether an item is an order whose buyer is erased, or is to be."""
    body = item.get("body")
    if item.get("sk") != "ORDER" or not isinstance(body, Binary):
        return False
    order = json.loads(zlib.decompress(body.value))
    return bool(order.get("erase_requested_at") or order.get("erased_at"))


def _keys(tables: Any, table: str) -> list[str]:
    return [each["AttributeName"] for each in tables.Table(table).key_schema]


def _key(item: Item, keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(item[name] for name in keys)


def _items(tables: Any, table: str) -> Iterator[Sequence[Item]]:
    """Yield all items of a table, some at a time."""
    for page in tables.meta.client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        found = page["Items"]
        yield from (found[start : start + READ] for start in range(0, len(found), READ))


def _found(tables: Any, table: str, items: Sequence[Item], keys: Sequence[str]) -> dict[tuple[Any, ...], Item]:
    """Return the items of a table that have the keys of these, by key."""
    found: dict[tuple[Any, ...], Item] = {}
    wanted = [{name: each[name] for name in keys} for each in items]
    left: dict[str, Any] = {table: {"Keys": wanted, "ConsistentRead": True}}
    for _ in range(MAX_READ_TRIES):
        answer = tables.batch_get_item(RequestItems=left)
        found |= {_key(each, keys): each for each in answer["Responses"].get(table, [])}
        left = answer.get("UnprocessedKeys", {})
        if not left:
            return found
    raise DeploymentFailed(f"{table} left keys unread: run it again")
