"""Withdraw a line of a receipt that was recorded wrongly: its units leave the shelf, and are to come again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.plural import agree
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.receipts import Decision, ReceiptId, ReceivedLine, records_of
from packhorse.domain.purchasing.receiving import PurchaseChange, event_of, received_movement
from packhorse.domain.purchasing.state import with_state
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.values import Text, Value


class ReceiptToWithdraw(Value):
    """A line of a receipt as it was recorded, and why it is withdrawn."""

    receipt: ReceiptId
    line: Annotated[str, Field(min_length=1, max_length=10)]
    reason: Text = ""


def withdrawn(
    order: PurchaseOrder,
    wrong: ReceiptToWithdraw,
    shelves: Mapping[Shelf, SourceShelf],
    who: str,
    at: datetime,
    *,
    is_counted: bool,
) -> PurchaseChange:
    """Return the purchase order without a line of a receipt, which may be recorded again with other units.

    One that is withdrawn already changes nothing. Raises Rejected for one that was not recorded, and NotNow where its
    units are not available any more. No unit leaves a shelf that it was not put on, or unless it `is_counted` here.
    """
    record = next(iter(records_of(order.receipts, wrong.receipt, wrong.line)), None)
    line = order.line(wrong.line)
    if record is None or line is None:
        if records_of(order.withdrawn, wrong.receipt, wrong.line):
            return PurchaseChange(order)
        faults = [FieldError("receipt", f"purchase order {order.id} has no line {wrong.line} of {wrong.receipt}")]
        raise Rejected("nothing is to be withdrawn", faults)
    units = _accepted(record) if is_counted and record.is_counted else 0
    _check_available(order.shelf(line), units, shelves)
    event, reason = event_of(order, record, "withdrawn"), f"receipt {record.receipt} withdrawn"
    movement = received_movement(order, record, -units, event, at, who).replace(reason=reason)
    after = order.with_line(_without(line, record, _accepted(record))).replace(
        receipts=tuple(each for each in order.receipts if each != record), withdrawn=(*order.withdrawn, record)
    )
    after = with_state(after).with_entry(at, "receipt withdrawn", who, _detail(line, record, wrong.reason))
    return PurchaseChange(after, (movement,) if units else ())


def _accepted(record: ReceivedLine) -> int:
    return record.accepted + (record.surplus if record.decision is Decision.ACCEPT else 0)


def _check_available(shelf: Shelf, units: int, shelves: Mapping[Shelf, SourceShelf]) -> None:
    found = shelves.get(shelf, SourceShelf())
    left = max(found.available, 0)
    if units > left:
        there = f"{left} of {shelf.sku} {agree(left, 'is', 'are')} available at {shelf.warehouse}"
        kept = f"{found.committed} {agree(found.committed, 'is', 'are')} committed to orders"
        raise NotNow(f"{units} would leave the shelf, and {there}, {kept}: move or cancel what has them first")


def _without(line: PurchaseLine, record: ReceivedLine, units: int) -> PurchaseLine:
    """Return the line without the units of a record: those beyond the order are the first that did not come."""
    over = min(line.over, units)
    gone = 0 if record.replaced else record.rejected
    over_rejected = min(line.over_rejected, gone)
    left = line.replace(
        over=line.over - over,
        received=line.received - (units - over),
        surplus=line.surplus - record.undecided,
        over_rejected=line.over_rejected - over_rejected,
        rejected=line.rejected - (gone - over_rejected),
    )
    return _within_order(left)


def _within_order(line: PurchaseLine) -> PurchaseLine:
    """Return the line with as many of the units beyond the order as it is open for counted as ordered ones."""
    over = min(line.over, line.open)
    over_rejected = min(line.over_rejected, line.open - over)
    return line.replace(
        over=line.over - over,
        received=line.received + over,
        over_rejected=line.over_rejected - over_rejected,
        rejected=line.rejected + over_rejected,
    )


def _detail(line: PurchaseLine, record: ReceivedLine, reason: str) -> str:
    parts = ((record.arrived, "good"), (record.rejected, "rejected"))
    units = ", ".join(f"{number} {what}" for number, what in parts if number)
    return f"{record.receipt}: {line.sku}, {units}" + (f" ({reason})" if reason else "")
