"""Voided labels whose carriers are queried about their refunds, in the Work table.

question                       | pk                     | sk     | index
one of them                    | REFUND#order#n#label   | REFUND | -
those to be queried about by now | kind = REFUND          | at     | by_kind
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.labels.label import LabelRef
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import Value, iso
from packhorse.store import expressions
from packhorse.store.reading import of_kind_until

KIND = "REFUND"


class AwaitedRefund(Value):
    """A voided label whose carrier is to be queried about the refund; `account` is the carrier account."""

    ref: LabelRef
    account: str


AWAITED_REFUND = Reader(TypeAdapter(AwaitedRefund))


def ask_at(awaited: AwaitedRefund, at: datetime) -> None:
    """Store when the carrier is queried, instead of an earlier time."""
    values: expressions.Attributes = {
        "pk": _pk(awaited.ref),
        "sk": KIND,
        "kind": KIND,
        "at": iso(at),
        "body": stamped(awaited.model_dump_json()),
    }
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def refunds_due(now: datetime) -> Iterator[AwaitedRefund]:
    """Yield those to be queried about by now, longest due first; one that was stored a moment ago may be missing."""
    for item in of_kind_until(settings.work_table, KIND, now):
        yield AWAITED_REFUND.read(item["body"]["S"])


def ask_no_more(ref: LabelRef) -> None:
    """Delete that the carrier is queried about the refund of a label."""
    where = expressions.key(_pk(ref), KIND)
    client("dynamodb").delete_item(**expressions.delete(settings.work_table, where))


def _pk(ref: LabelRef) -> str:
    return f"{KIND}#{ref.order}#{ref.fulfilment}#{ref.label}"
