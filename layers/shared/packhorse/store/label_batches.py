"""Label batches in the Work table.

question                              | pk                    | sk                | index
a batch                               | LABELS#id             | BATCH             | -
its fulfilment orders                 | LABELS#id             | ENTRY#order#n     | -
batches, newest first                 | kind = LABEL_BATCH    | at                | by_kind
batches made since a time             | kind = LABEL_BATCH    | at                | by_kind
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.labels.batch import BatchEntry, LabelBatch
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.order import Order
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Request, begins_with, equals, missing
from packhorse.store.putting import write_together
from packhorse.store.reading import batch_get, get_item, newest_of_kind, of_kind_since, pages

KIND = "LABEL_BATCH"
PREFIX = "LABELS#"

BATCH = Reader(TypeAdapter(LabelBatch))
ENTRY = Reader(TypeAdapter(BatchEntry))


def get_batch(batch_id: str) -> LabelBatch:
    """Return the batch; raises NotFound."""
    found = find_batch(batch_id)
    if found is None:
        raise NotFound(f"there is no label batch {batch_id}")
    return found


def find_batch(batch_id: str) -> LabelBatch | None:
    """Return the batch, None if it does not exist."""
    key = expressions.key(_pk(batch_id), "BATCH")
    found = get_item(settings.work_table, key)
    return BATCH.read(found["body"]["S"]) if found else None


def create_batch(batch: LabelBatch, entries: Sequence[BatchEntry]) -> None:
    """Store a new batch with its entries; one that exists stays as it is."""
    write_together(settings.work_table, [_entry_values(batch.id, entry) for entry in entries])
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, _values(batch), missing("pk")))


def save_batch(batch: LabelBatch) -> None:
    """Store a batch over what it was; whoever saves it has read the same."""
    client("dynamodb").put_item(**expressions.put(settings.work_table, _values(batch)))


def replace_batch(batch: LabelBatch, before: LabelBatch) -> bool:
    """Store a batch over its state before; return whether it was still that."""
    is_same = equals("body", _values(before)["body"])
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, _values(batch), is_same))
        return True
    return False


def entries_of(batch_id: str) -> list[BatchEntry]:
    """Return the entries of a batch, in the order of the file."""
    which = equals("pk", _pk(batch_id)) & begins_with("sk", "ENTRY#")
    found = pages("query", **expressions.query(settings.work_table, which, ConsistentRead=True))
    return sorted((ENTRY.read(item["body"]["S"]) for item in found), key=lambda entry: entry.place)


def save_entry(batch_id: str, entry: BatchEntry, before: BatchEntry) -> bool:
    """Store an entry over its state before; return whether it was still that."""
    is_same = equals("body", _body(before)) | equals("body", _body(entry))
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, _entry_values(batch_id, entry), is_same))
        return True
    return False


def find_entry(batch_id: str, ref: FulfilmentRef) -> BatchEntry | None:
    """Return the entry of a fulfilment order, None if it is not in the batch."""
    key = expressions.key(_pk(batch_id), _sk(ref))
    found = get_item(settings.work_table, key)
    return ENTRY.read(found["body"]["S"]) if found else None


def change_entries_of_order(order: Order, change: Callable[[BatchEntry], BatchEntry]) -> None:
    """Change the entries of an order's fulfilment orders, as they are when they are written.

    Nothing lists them: they are looked for in each batch that was made since the order came.
    """
    refs = [FulfilmentRef(order=order.id, fulfilment=each.number) for each in order.fulfilments]
    batches = (each.id for each in batches_since(order.received_at)) if refs else ()
    keys = (expressions.key(_pk(batch), _sk(ref)) for batch in batches for ref in refs)
    for item in batch_get(settings.work_table, keys):
        _change_entry(item, change)


def _change_entry(item: Request, change: Callable[[BatchEntry], BatchEntry]) -> None:
    body = item["body"]["S"]
    before = ENTRY.read(body)
    after = change(before)
    if after == before:
        return
    batch = item["pk"]["S"].removeprefix(PREFIX)
    with ignore_failed_condition():
        put = expressions.put(settings.work_table, _entry_values(batch, after), equals("body", body))
        client("dynamodb").put_item(**put)
        return
    if newer := get_item(settings.work_table, {name: item[name] for name in ("pk", "sk")}):
        _change_entry(newer, change)


def newest_batches(limit: int, before: str | None = None) -> tuple[list[LabelBatch], str | None]:
    """Return a page of batches, newest first, and the cursor of the next one.

    One that was made a moment ago may be missing.
    """
    found = newest_of_kind(settings.work_table, KIND, limit + 1, before)
    last = found[limit - 1]["at"]["S"] if len(found) > limit else None
    return [BATCH.read(item["body"]["S"]) for item in found[:limit]], last


def batches_since(moment: datetime) -> Iterator[LabelBatch]:
    """Yield the batches that were made since then; one that was made a moment ago may be missing."""
    for item in of_kind_since(settings.work_table, KIND, moment):
        yield BATCH.read(item["body"]["S"])


def _values(batch: LabelBatch) -> expressions.Attributes:
    return {
        "pk": _pk(batch.id),
        "sk": "BATCH",
        "kind": KIND,
        "at": iso(batch.created_at),
        "body": stamped(batch.model_dump_json()),
    }


def _entry_values(batch_id: str, entry: BatchEntry) -> expressions.Attributes:
    return {"pk": _pk(batch_id), "sk": _sk(entry), "body": _body(entry)}


def _body(entry: BatchEntry) -> str:
    return stamped(entry.model_dump_json())


def _pk(batch_id: str) -> str:
    return f"{PREFIX}{batch_id}"


def _sk(ref: FulfilmentRef) -> str:
    return f"ENTRY#{ref.order}#{ref.fulfilment}"
