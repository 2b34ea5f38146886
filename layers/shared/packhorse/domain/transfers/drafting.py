"""Request transfer orders: by hand, or edited before they are sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.transfers.state import with_state
from packhorse.domain.transfers.transfer_order import (
    MAX_LINES,
    TransferLine,
    TransferOrder,
    TransferState,
    TransferTerms,
    TransferUnits,
)
from packhorse.domain.values import shared_fields


class TransferDraft(TransferTerms):
    """A transfer order as a person writes it."""

    lines: Annotated[tuple[TransferUnits, ...], Field(min_length=1, max_length=MAX_LINES)]


def drafted(transfer_id: str, draft: TransferDraft, who: str, at: datetime) -> TransferOrder:
    """Return a new transfer order; raises Rejected with every fault of it."""
    check_draft(draft)
    order = TransferOrder(
        id=transfer_id, **shared_fields(TransferTerms, draft), lines=_numbered(draft.lines), created_at=at
    )
    return order.with_entry(at, "requested", who)


def edited(order: TransferOrder, draft: TransferDraft, who: str, at: datetime) -> TransferOrder:
    """Return a transfer order as a person edited it; raises Rejected, and NotNow once it is sent."""
    if order.state is not TransferState.REQUESTED:
        raise NotNow(f"transfer order {order.id} is {order.state}: only one that is not sent yet can be edited")
    check_draft(draft)
    after = order.replace(**shared_fields(TransferTerms, draft), lines=_numbered(draft.lines))
    return order if after == order else after.with_entry(at, "edited", who)


def cancelled(order: TransferOrder, who: str, at: datetime) -> TransferOrder:
    """Return the cancelled transfer order; raises NotNow once it is sent."""
    if order.state is TransferState.CANCELLED:
        return order
    if order.state is not TransferState.REQUESTED:
        raise NotNow(f"transfer order {order.id} is {order.state}: what was sent is received, returned or closed")
    return with_state(order.replace(cancelled_at=at)).with_entry(at, "cancelled", who)


def check_draft(draft: TransferDraft) -> None:
    """Raise Rejected with every fault of a draft."""
    if faults := tuple(_faults(draft)):
        raise Rejected("the transfer order cannot be made like this", faults)


def _faults(draft: TransferDraft) -> Iterator[FieldError]:
    if draft.from_warehouse == draft.to_warehouse:
        yield FieldError("to_warehouse", "is the warehouse that sends")
    seen: set[str] = set()
    for index, line in enumerate(draft.lines):
        if line.sku in seen:
            yield FieldError(f"lines.{index}.sku", f"{line.sku} is on another line already: request all units there")
        seen.add(line.sku)


def _numbered(lines: Sequence[TransferUnits]) -> tuple[TransferLine, ...]:
    return tuple(TransferLine(id=str(number), **dict(line)) for number, line in enumerate(lines, start=1))
