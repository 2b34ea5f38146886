"""Up to when changes at Amazon are applied, for each warehouse of kind `fba`, in the Work table.

question                                           | pk            | sk
up to when changes are applied, what was read last  | FBA#warehouse | PROGRESS
when its stock was read                            | FBA#warehouse | STOCK
when a long list of its stock was begun            | FBA#warehouse | LONG_READ
"""

from datetime import datetime, timedelta

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import Instant, Text, Value, WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Attributes, less, missing
from packhorse.store.partitions import delete_partition
from packhorse.store.reading import get_item


class Again(FulfilmentRef):
    """A fulfilment order that is attended to again: it fails since then with `problem`.

    Without one it is over here, and lacks a tracking number or could not be read.
    """

    since: Instant
    problem: Text = ""


class ProgressRead(Value):
    """All that changed at Amazon before `until` is applied, but for `again`; `last` is what was read last in turn."""

    until: Instant
    last: str = ""
    again: tuple[Again, ...] = ()


PROGRESS_READ = Reader(TypeAdapter(ProgressRead))


BEFORE_FIRST = timedelta(days=1)


def get_progress_read(warehouse: WarehouseId, now: datetime) -> ProgressRead:
    """Return up to when the changes of a warehouse are applied; of one that is new those of the last day are read.

    Amazon may have shipped for it before its first exchange, as notifications said.
    """
    key = expressions.key(_pk(warehouse), "PROGRESS")
    found = get_item(settings.work_table, key)
    return PROGRESS_READ.read(found["body"]["S"]) if found else ProgressRead(until=now - BEFORE_FIRST)


def save_progress_read(warehouse: WarehouseId, state: ProgressRead) -> None:
    """Store up to when the changes of a warehouse are applied."""
    values: Attributes = {"pk": _pk(warehouse), "sk": "PROGRESS", "body": stamped(state.model_dump_json())}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def find_stock_read(warehouse: WarehouseId) -> datetime | None:
    """Return when the stock of a warehouse was read last."""
    key = expressions.key(_pk(warehouse), "STOCK")
    found = get_item(settings.work_table, key)
    return datetime.fromisoformat(found["read_at"]["S"]) if found else None


def save_stock_read(warehouse: WarehouseId, now: datetime) -> None:
    """Store when the stock of a warehouse was read."""
    values: Attributes = {"pk": _pk(warehouse), "sk": "STOCK", "read_at": iso(now)}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def begin_long_read(warehouse: WarehouseId, now: datetime, lasts: timedelta) -> bool:
    """Store that a long list of a warehouse's stock is begun; return False if one was, and may still be read."""
    values: Attributes = {"pk": _pk(warehouse), "sk": "LONG_READ", "begun_at": iso(now)}
    is_free = missing("pk") | less("begun_at", iso(now - lasts))
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, values, is_free))
        return True
    return False


def delete_progress(warehouse: WarehouseId) -> None:
    """Delete up to when the changes of a warehouse are applied, and when its stock was read."""
    delete_partition(settings.work_table, _pk(warehouse))


def _pk(warehouse: WarehouseId) -> str:
    return f"FBA#{warehouse}"
