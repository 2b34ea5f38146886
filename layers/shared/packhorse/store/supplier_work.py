"""Batches of suppliers, and who exchanges files with one, in the Work table.

question                                    | pk           | sk                | index
the last batch's number, the unfinished one | SUPPLIER#id  | STATE             | -
who exchanges files until when; requests    | SUPPLIER#id  | LEASE             | -
a batch                                     | SUPPLIER#id  | BATCH#000000012   | -
batches without answers, by the next check  | kind = SUPPLIER_WAITS#id | at    | by_kind

The lease keeps two exchanges with a supplier apart as far as their clocks agree. What a batch becomes does not depend
on it: each save of one gives it a new `version`, and is refused if that is not the one that was read.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import TypeAdapter

from packhorse.aws.clients import client, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, NotFound, NotNow
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.batches import UNFINISHED, BatchKind, SupplierBatch
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.commit import write_together
from packhorse.store.conditions import CONDITION_FAILED, ignore_failed_condition
from packhorse.store.expressions import (
    Attributes,
    Expression,
    Request,
    at_most,
    between,
    equals,
    less,
    missing,
    unchanged,
)
from packhorse.store.reading import first_items, get_item, pages

Write = dict[str, Any]
BATCH = Reader(TypeAdapter(SupplierBatch))
BATCHES = "BATCH#"
SLOTS = ("unfinished", "buying")
"""The batches of a supplier that may be on their way at once, by the attribute that has the number."""


class SupplierState(NamedTuple):
    """The number of the last batch (0: none yet), and of the one that is unfinished (0: none).

    A purchase order is `buying` beside it: one that cannot be sent, by mail perhaps, keeps no other batch waiting.
    """

    last: int
    unfinished: int
    buying: int = 0

    def of_kind(self, kind: BatchKind) -> int:
        """Return the number of the batch that is unfinished beside one of that kind."""
        return self.buying if kind is BatchKind.PURCHASE_ORDER else self.unfinished


class Busy(NotNow):
    """Another process exchanges files with the supplier at this moment."""


def get_state(supplier: str) -> SupplierState:
    """Return how far the numbers of batches are."""
    key = expressions.key(_pk(supplier), "STATE")
    found = get_item(settings.work_table, key)
    last, unfinished, buying = (int((found or {}).get(name, {"N": "0"})["N"]) for name in SupplierState._fields)
    return SupplierState(last, unfinished, buying)


def create_batch(batch: SupplierBatch, *beside: Write) -> None:
    """Store a new batch as the unfinished one, with the writes `beside`; whoever creates it goes on with it.

    Raises Conflict if another has its number, or is unfinished.
    """
    slot = _slot(batch.kind)
    is_free = equals(slot, 0) | missing(slot)
    condition = equals("last", batch.number - 1) & is_free if batch.number > 1 else missing("pk")
    begun: Attributes = {"last": batch.number, **{each: 0 for each in SLOTS if batch.number == 1}, slot: batch.number}
    write_together(
        [
            {"Update": _state_update(batch.supplier, begun, condition)},
            {"Put": expressions.put(settings.work_table, _values(batch), missing("pk"))},
            *beside,
        ]
    )


def save_batch(batch: SupplierBatch, *beside: Write) -> SupplierBatch:
    """Store a batch over the one that was read, with the writes `beside`; return it under its new version.

    One that is finished frees its supplier for the next one. Raises Conflict if another process has stored it since:
    that one goes on with it.
    """
    after, writes = saving_writes(batch)
    write_together([*writes, *beside])
    return after


def saving_writes(batch: SupplierBatch) -> tuple[SupplierBatch, list[Write]]:
    """Return a batch under its new version, and the writes of `save_batch`, for the transaction of something else."""
    after = batch.replace(version=uuid4().hex)
    writes: list[Write] = [{"Put": expressions.put(settings.work_table, _values(after), unchanged(batch.version))}]
    if batch.state not in UNFINISHED and get_state(batch.supplier).of_kind(batch.kind) == batch.number:
        slot = _slot(batch.kind)
        writes.append({"Update": _state_update(batch.supplier, {slot: 0}, equals(slot, batch.number))})
    return after, writes


def take_over(batch: SupplierBatch) -> SupplierBatch:
    """Store a batch as it is, under a new version: whoever went on with it before loses at the next write."""
    return save_batch(batch)


def replacing_write(before: SupplierBatch, after: SupplierBatch) -> Write:
    """Return the write that stores a finished batch over what it was, in the transaction of what replaces it."""
    values = _values(after.replace(version=uuid4().hex))
    return {"Put": expressions.put(settings.work_table, values, unchanged(before.version))}


def require_unchanged(batch: SupplierBatch) -> None:
    """Raise Conflict if another process has stored the batch since it was read."""
    if get_batch(batch.supplier, batch.number).version != batch.version:
        raise Conflict(f"another process goes on with batch {batch.number}")


def unchanged_check(batch: SupplierBatch) -> Write:
    """Return the part of a transaction that fails once another process has stored the batch."""
    key = expressions.key(_pk(batch.supplier), _sk(batch.number))
    return {"ConditionCheck": expressions.check(settings.work_table, key, unchanged(batch.version))}


def _slot(kind: BatchKind) -> str:
    return "buying" if kind is BatchKind.PURCHASE_ORDER else "unfinished"


def _state_update(supplier: str, values: Attributes, condition: Expression) -> Request:
    key = expressions.key(_pk(supplier), "STATE")
    return expressions.update(settings.work_table, key, sets=values, condition=condition)


def get_batch(supplier: str, number: int) -> SupplierBatch:
    """Return a batch; raises NotFound."""
    key = expressions.key(_pk(supplier), _sk(number))
    found = get_item(settings.work_table, key)
    if found is None:
        raise NotFound(f"supplier {supplier} has no batch {number}")
    return BATCH.read(found["body"]["S"])


def newest_batches(supplier: str, limit: int, before: int | None = None) -> list[SupplierBatch]:
    """Return the newest batches of a supplier, those `before` a number, newest first."""
    keys = equals("pk", _pk(supplier)) & between("sk", BATCHES, _sk(before - 1) if before else f"{BATCHES}~")
    query = expressions.query(settings.work_table, keys, ConsistentRead=True, ScanIndexForward=False)
    return [BATCH.read(item["body"]["S"]) for item in first_items(limit, query)]


def batches_to_check(supplier: str, now: datetime) -> Iterator[SupplierBatch]:
    """Yield the batches whose answers are overdue; one that became so a moment ago may be missing."""
    keys = equals("kind", _kind(supplier)) & at_most("at", iso(now))
    query = expressions.query(settings.work_table, keys, index="by_kind")
    numbers = [BATCH.read(item["body"]["S"]).number for item in pages("query", **query)]
    for batch in (get_batch(supplier, number) for number in numbers):  # the index may have an older version
        if batch.check_at and batch.check_at <= now:
            yield batch


@contextmanager
def lease(supplier: str, holder: str, now: datetime, seconds: float) -> Iterator[bool]:
    """Hold a supplier's files for the time of a `with` block, at most so many seconds; raises Busy if another does.

    Yields whether an exchange was requested meanwhile, which this one is taken to answer.
    """
    start = int(now.timestamp())
    is_free = missing("until") | less("until", start) | equals("holder", holder)
    with raising({CONDITION_FAILED: Busy(f"files of supplier {supplier} are being exchanged")}):
        requests = _update_lease(supplier, {"holder": holder, "until": start + int(seconds)}, is_free)
    ended: Attributes = {"until": 0, "holder": "-"}
    try:
        yield requests.are_open
        ended = {**ended, "answered": requests.requested}
    finally:
        with ignore_failed_condition():
            _update_lease(supplier, ended, equals("holder", holder))


def request_exchange(supplier: str) -> bool:
    """Request an exchange; return whether no process holds the lease, so that the caller begins one.

    A process that holds the lease does one more exchange before it gives the lease back.
    """
    request = expressions.update(settings.work_table, expressions.key(_pk(supplier), "LEASE"), adds={"requested": 1})
    found = client("dynamodb").update_item(**request, ReturnValues="ALL_NEW")["Attributes"]
    return bool(found.get("until") == {"N": "0"})


def is_exchange_requested(supplier: str) -> bool:
    """Return whether an exchange is requested that none has answered yet."""
    key = expressions.key(_pk(supplier), "LEASE")
    found = get_item(settings.work_table, key)
    return _requests(found or {}).are_open


class Requests(NamedTuple):
    """How often an exchange was requested while another went on, and how many of these were answered."""

    requested: int
    answered: int

    @property
    def are_open(self) -> bool:
        """Whether one is not answered yet."""
        return self.requested > self.answered


def _update_lease(supplier: str, values: Attributes, condition: Expression) -> Requests:
    key = expressions.key(_pk(supplier), "LEASE")
    request = expressions.update(settings.work_table, key, sets=values, condition=condition)
    return _requests(client("dynamodb").update_item(**request, ReturnValues="ALL_NEW")["Attributes"])


def _requests(item: Mapping[str, Mapping[str, str]]) -> Requests:
    requested, answered = (int(item.get(name, {"N": "0"})["N"]) for name in ("requested", "answered"))
    return Requests(requested, answered)


def _values(batch: SupplierBatch) -> Attributes:
    body = stamped(batch.model_dump_json(exclude_defaults=True))
    found: Attributes = {"pk": _pk(batch.supplier), "sk": _sk(batch.number), "body": body}
    if batch.version:
        found = {**found, "version": batch.version}
    return {**found, "kind": _kind(batch.supplier), "at": iso(batch.check_at)} if batch.check_at else found


def _pk(supplier: str) -> str:
    return f"SUPPLIER#{supplier}"


def _sk(number: int) -> str:
    return f"{BATCHES}{number:09d}"


def _kind(supplier: str) -> str:
    return f"SUPPLIER_WAITS#{supplier}"
