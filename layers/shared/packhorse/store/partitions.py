"""Deletions of all items with one partition key."""

from packhorse.aws.clients import client
from packhorse.store import expressions
from packhorse.store.expressions import equals
from packhorse.store.reading import pages


def delete_partition(table: str, pk: str) -> None:
    """Delete each item of a small partition; one that is stored meanwhile may stay."""
    for item in pages("query", **expressions.query(table, equals("pk", pk), ConsistentRead=True)):
        where = {name: item[name] for name in ("pk", "sk")}
        client("dynamodb").delete_item(**expressions.delete(table, where))
