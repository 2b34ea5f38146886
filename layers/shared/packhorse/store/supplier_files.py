"""Files that came from suppliers, their stock feeds and what people decide about them, in the Work table.

question                                 | pk           | sk            | index                           | gone
a file from a supplier                   | SUPPLIER#id  | RECEIVED#file | -                               | half a year
files from a supplier, newest first      | kind = RECEIVED#id | at      | by_kind                         |
how far its stock feeds are              | SUPPLIER#id  | FEED          | -                               |
what a person decided about a held feed  | SUPPLIER#id  | DECIDED#file  | -                               | half a year
"""

from datetime import timedelta

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.feeds import FeedDecision, FeedState
from packhorse.domain.supply.received import ReceivedFile
from packhorse.domain.values import Value, iso
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, equals, less

RECEIVED = Reader(TypeAdapter(ReceivedFile))
FEED = Reader(TypeAdapter(FeedState))
DECISION = Reader(TypeAdapter(FeedDecision))
KEPT = timedelta(days=183)


def save_file(file: ReceivedFile) -> None:
    """Store a file over what it was."""
    values: Attributes = {
        **_body(file),
        "pk": _pk(file.supplier),
        "sk": f"RECEIVED#{file.id}",
        "kind": _kind(file.supplier),
        "at": f"{iso(file.read_at)}#{file.id}",
        "expiration": int((file.read_at + KEPT).timestamp()),
    }
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


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


def newest_files(supplier: str, before: str | None, limit: int) -> tuple[list[ReceivedFile], str | None]:
    """Return a page of the files from a supplier, newest first, and the position where the next page starts."""
    keys = equals("kind", _kind(supplier))
    if before:
        keys &= less("at", before)
    query = expressions.query(settings.work_table, keys, index="by_kind", ScanIndexForward=False, Limit=limit + 1)
    items = client("dynamodb").query(**query)["Items"]
    last = items[limit - 1]["at"]["S"] if len(items) > limit else None
    return [RECEIVED.read(item["body"]["S"]) for item in items[:limit]], last


def get_feed(supplier: str) -> FeedState | None:
    """Return how far a supplier's stock feeds are, None before the first exchange that looked for one."""
    found = _get(supplier, "FEED")
    return FEED.read(found) if found else None


def save_feed(supplier: str, state: FeedState) -> None:
    """Store how far a supplier's stock feeds are."""
    values: Attributes = {**_body(state), "pk": _pk(supplier), "sk": "FEED"}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


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
    found = client("dynamodb").get_item(TableName=settings.work_table, Key=key, ConsistentRead=True).get("Item")
    return found["body"]["S"] if found else None


def _body(value: Value) -> Attributes:
    return {"body": stamped(value.model_dump_json(exclude_defaults=True))}


def _pk(supplier: str) -> str:
    return f"SUPPLIER#{supplier}"


def _kind(supplier: str) -> str:
    return f"RECEIVED#{supplier}"
