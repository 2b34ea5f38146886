"""Files that came from suppliers, their stock feeds and what people decide about them, in the Work table.

question                                 | pk           | sk            | index                           | gone
a file from a supplier                   | SUPPLIER#id  | RECEIVED#file | -                               | half a year
files from a supplier, newest first      | kind = RECEIVED#id | at      | by_kind                         |
how far its stock feeds are              | SUPPLIER#id  | FEED          | -                               |
what a person decided about a held feed  | SUPPLIER#id  | DECIDED#file  | -                               | half a year

How far feeds are is saved under the `version` that was read, and stock is set by a feed only while that is as it was.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter

from packhorse.aws.clients import client, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, NotFound
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.feeds import FeedDecision, FeedState
from packhorse.domain.supply.received import FileState, ReceivedFile
from packhorse.domain.values import Value, iso
from packhorse.store import expressions
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import Check, write_together
from packhorse.store.conditions import CONDITION_FAILED
from packhorse.store.expressions import Attributes, equals, less, missing, unchanged
from packhorse.store.reading import batch_get, first_items, get_item

RECEIVED = Reader(TypeAdapter(ReceivedFile))
FEED = Reader(TypeAdapter(FeedState))
Write = dict[str, Any]
DECISION = Reader(TypeAdapter(FeedDecision))
KEPT = timedelta(days=183)


def save_file(file: ReceivedFile) -> None:
    """Store a file with its report, over what it was."""
    client("dynamodb").put_item(**expressions.put(settings.work_table, _values(file)))


def change_file(
    supplier: str, file_id: str, change: Callable[[ReceivedFile | None], ReceivedFile | None]
) -> ReceivedFile | None:
    """Store a changed file, None for one that does not exist, over the one that was read; return it."""

    def save() -> ReceivedFile | None:
        before = _get(supplier, f"RECEIVED#{file_id}")
        after = change(RECEIVED.read(before) if before else None)
        if after is not None:
            is_same = equals("body", before) if before else missing("pk")
            with raising({CONDITION_FAILED: Conflict(f"file {after.name} changes at every try")}):
                client("dynamodb").put_item(**expressions.put(settings.work_table, _values(after), is_same))
        return after

    return retry_conflicts(save)


def _values(file: ReceivedFile) -> Attributes:
    return {
        **_body(file),
        "pk": _pk(file.supplier),
        "sk": f"RECEIVED#{file.id}",
        "kind": _kind(file.supplier),
        "at": f"{iso(file.read_at)}#{file.id}",
        "expiration": int((file.read_at + KEPT).timestamp()),
    }


def find_file(supplier: str, file_id: str) -> ReceivedFile | None:
    """Return a file from a supplier, None if it does not exist."""
    found = _get(supplier, f"RECEIVED#{file_id}")
    return RECEIVED.read(found) if found else None


def get_file(supplier: str, file_id: str) -> ReceivedFile:
    """Return a file from a supplier; raises NotFound."""
    found = find_file(supplier, file_id)
    if found is None:
        raise NotFound(f"supplier {supplier} has sent no file {file_id}")
    return found


def held_files(supplier: str) -> list[ReceivedFile]:
    """Return the stock feeds of a supplier that wait for a person, newest first."""
    feed = find_feed(supplier)
    keys = [expressions.key(_pk(supplier), f"RECEIVED#{each.id}") for each in (feed.all_held if feed else ())]
    found = [RECEIVED.read(item["body"]["S"]) for item in batch_get(settings.work_table, keys)]
    held = [each for each in found if each.state is FileState.HELD]
    return sorted(held, key=lambda each: each.read_at, reverse=True)


def newest_files(supplier: str, before: str | None, limit: int) -> tuple[list[ReceivedFile], str | None]:
    """Return a page of the files from a supplier, newest first, and the position where the next page starts."""
    keys = equals("kind", _kind(supplier))
    if before:
        keys &= less("at", before)
    query = expressions.query(settings.work_table, keys, index="by_kind", ScanIndexForward=False)
    items = list(first_items(limit + 1, query))
    last = items[limit - 1]["at"]["S"] if len(items) > limit else None
    return [RECEIVED.read(item["body"]["S"]) for item in items[:limit]], last


def find_feed(supplier: str) -> FeedState | None:
    """Return how far a supplier's stock feeds are, None before the first exchange that looked for one."""
    found = _get(supplier, "FEED")
    return FEED.read(found) if found else None


def save_feed(supplier: str, state: FeedState, *beside: Write) -> FeedState:
    """Store how far a supplier's stock feeds are over what was read, with the writes `beside`.

    Return it under its new version. Raises Conflict if another process has stored it since: that one goes on.
    """
    after = state.replace(version=uuid4().hex)
    values: Attributes = {**_body(after), "pk": _pk(supplier), "sk": "FEED", "version": after.version}
    write_together([{"Put": expressions.put(settings.work_table, values, unchanged(state.version))}, *beside])
    return after


def take_over_feed(supplier: str, state: FeedState) -> FeedState:
    """Store how far feeds are as it is, under a new version: what another process sets by a feed is refused then."""
    return save_feed(supplier, state)


def require_unchanged(supplier: str, state: FeedState) -> None:
    """Raise Conflict if another process has stored how far feeds are since it was read."""
    found = find_feed(supplier)
    if found is None or found.version != state.version:
        raise Conflict(f"another process reads the stock feeds of supplier {supplier}")


def unchanged_check(supplier: str, state: FeedState) -> Check:
    """Return the part of a transaction that fails once another process has stored how far feeds are."""
    key = expressions.key(_pk(supplier), "FEED")
    return {"ConditionCheck": expressions.check(settings.work_table, key, unchanged(state.version))}


def find_decision(supplier: str, file_id: str) -> FeedDecision | None:
    """Return what a person decided about a held feed, None before that."""
    found = _get(supplier, f"DECIDED#{file_id}")
    return DECISION.read(found) if found else None


def save_decision(supplier: str, file_id: str, decision: FeedDecision) -> None:
    """Store what a person decided about a held feed: the next exchange does it."""
    values: Attributes = {
        **_body(decision),
        "pk": _pk(supplier),
        "sk": f"DECIDED#{file_id}",
        "expiration": int((decision.at + KEPT).timestamp()),
    }
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def _get(supplier: str, name: str) -> str | None:
    key = expressions.key(_pk(supplier), name)
    found = get_item(settings.work_table, key)
    return found["body"]["S"] if found else None


def _body(value: Value) -> Attributes:
    return {"body": stamped(value.model_dump_json(exclude_defaults=True))}


def _pk(supplier: str) -> str:
    return f"SUPPLIER#{supplier}"


def _kind(supplier: str) -> str:
    return f"RECEIVED#{supplier}"
