"""What becomes of units that were sent: received, damaged, lost, returned; each line of a receipt once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.plural import agree
from packhorse.domain.purchasing.case_pack import MAX_UNITS, SomeUnits
from packhorse.domain.purchasing.receipts import ReceiptId, spelled
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.transfers.figures import COUNTED_BY_FEED
from packhorse.domain.transfers.state import with_state
from packhorse.domain.transfers.transfer_order import (
    MAX_RECEIVED_LINES,
    MAX_RECORDS,
    TransferLine,
    TransferOrder,
    TransferRecord,
)
from packhorse.domain.values import Text, Value


class ReturnedUnits(Value):
    """Units of a line that came back to where they were sent from: good ones, and `damaged` ones with the reason."""

    line: Annotated[str, Field(min_length=1, max_length=10)]
    accepted: SomeUnits = 0
    damaged: SomeUnits = 0
    reason: Text = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.units:
            raise ValueError("give units")
        if self.damaged and not self.reason:
            raise ValueError("damaged units have a reason")
        return self

    @property
    def units(self) -> int:
        """All units that it is about."""
        return self.accepted + self.damaged


class ArrivedUnits(ReturnedUnits):
    """Units of a line that arrived, and those that are `lost`.

    With `accept_over` units beyond those that were sent are accepted, too: they were found.
    """

    lost: SomeUnits = 0
    accept_over: bool = False

    @property
    def units(self) -> int:
        """All units that it is about."""
        return self.accepted + self.damaged + self.lost


class TransferReceipt(Value):
    """Units that arrived together: the same `receipt` and line again are the same units."""

    receipt: ReceiptId
    lines: Annotated[tuple[ArrivedUnits, ...], Field(min_length=1, max_length=MAX_RECEIVED_LINES)]


class TransferReturn(Value):
    """Units that came back together: the same `receipt` and line again are the same units."""

    receipt: ReceiptId
    lines: Annotated[tuple[ReturnedUnits, ...], Field(min_length=1, max_length=MAX_RECEIVED_LINES)]


class TransferChange(NamedTuple):
    """A transfer order after a change, and the movements that put its units on shelves."""

    order: TransferOrder
    movements: tuple[Movement, ...] = ()


def receive(
    order: TransferOrder, receipt: TransferReceipt, who: str, at: datetime, *, is_counted: bool
) -> TransferChange:
    """Return the transfer order with the lines of a receipt that it does not have yet.

    Unless it `is_counted` here what arrives, since a supplier's feed says what is there, no unit is put on a shelf.
    Raises Rejected where a line was recorded with other units under this receipt, or more units came than were sent.
    """
    records = [
        TransferRecord(receipt=receipt.receipt, at=at, who=who, **line.model_dump(exclude={"accept_over"}))
        for line in receipt.lines
    ]
    may_exceed = {line.line for line in receipt.lines if line.accept_over}
    return _with_records(order, records, may_exceed, is_counted=is_counted)


def take_back(
    order: TransferOrder, receipt: TransferReturn, who: str, at: datetime, *, is_counted: bool
) -> TransferChange:
    """Return the transfer order with units that came back to where they were sent from, likewise."""
    records = [
        TransferRecord(receipt=receipt.receipt, is_return=True, at=at, who=who, **line.model_dump())
        for line in receipt.lines
    ]
    return _with_records(order, records, set(), is_counted=is_counted)


def _with_records(
    order: TransferOrder, records: Sequence[TransferRecord], may_exceed: set[str], *, is_counted: bool
) -> TransferChange:
    _check_sent(order)
    recorded = {(spelled(each.receipt), each.line): each for each in order.receipts}
    if faults := tuple(_faults(order, records, recorded, may_exceed)):
        raise Rejected("the receipt cannot be recorded", faults)
    movements: list[Movement] = []
    for record in records:
        if (spelled(record.receipt), record.line) not in recorded:
            order = _recorded(order, record, is_counted=is_counted)
            movements += _movements(order, record) if is_counted else ()
    return TransferChange(with_state(order), tuple(movements))


def close(order: TransferOrder, only: Collection[str], who: str, at: datetime) -> TransferOrder:
    """Return the transfer order with what is on its way, of these lines or of all, given up as lost."""
    if unknown := [name for name in only if order.line(name) is None]:
        errors = [FieldError("lines", f"transfer order {order.id} has no line {name}") for name in unknown]
        raise Rejected("the lines cannot be closed", errors)
    _check_sent(order)
    closing = [line for line in order.lines if line.open and (not only or line.id in only)]
    if not closing:
        return order
    for line in closing:
        order = order.with_line(line.replace(lost=line.lost + line.open))
    detail = ", ".join(f"{line.open} of {line.sku} lost" for line in closing)
    return with_state(order).with_entry(at, "closed", who, detail)


def _check_sent(order: TransferOrder) -> None:
    if order.sent_at is None:
        raise NotNow(f"transfer order {order.id} is {order.state}: nothing of it was sent")


def _faults(
    order: TransferOrder,
    records: Sequence[TransferRecord],
    recorded: Mapping[tuple[str, str], TransferRecord],
    may_exceed: set[str],
) -> Iterator[FieldError]:
    times = Counter(each.line for each in records)
    for index, record in enumerate(records):
        line = order.line(record.line)
        if line is None:
            yield FieldError(f"lines.{index}.line", f"transfer order {order.id} has no line {record.line}")
        elif times[record.line] > 1:
            yield FieldError(f"lines.{index}.line", "the same line twice: send all its units together")
        elif before := recorded.get((spelled(record.receipt), record.line)):
            same = {name: getattr(before, name) for name in ("receipt", "reason", "at", "who")}
            if before != record.replace(**same):
                problem = f"receipt {record.receipt} has other units of this line: use another receipt id for these"
                yield FieldError(f"lines.{index}", problem)
        else:
            yield from _beyond(line, record, f"lines.{index}", may_exceed)
    if len(order.receipts) + len(records) > MAX_RECORDS:
        yield FieldError("lines", f"a transfer order has at most {MAX_RECORDS} lines of receipts")


def _beyond(line: TransferLine, record: TransferRecord, field: str, may_exceed: set[str]) -> Iterator[FieldError]:
    if record.lost > line.open - min(record.came, line.open):
        yield FieldError(
            f"{field}.lost", f"{line.open} {agree(line.open, 'is', 'are')} on the way, and {record.came} of these came"
        )
    if record.came > line.open + line.lost and line.id not in may_exceed:
        known = f"{line.open} {agree(line.open, 'is', 'are')} on the way" + (f", {line.lost} lost" if line.lost else "")
        more = "" if record.is_return else "; more of them are accepted with `accept_over`"
        yield FieldError(f"{field}.accepted", f"{known}: count again{more}")
    elif line.over + max(0, record.came - line.open - line.lost) > MAX_UNITS:
        yield FieldError(f"{field}.accepted", f"at most {MAX_UNITS:,} units can come beyond those that were sent")


def _recorded(order: TransferOrder, record: TransferRecord, *, is_counted: bool) -> TransferOrder:
    """Return the transfer order with a record, and its units where they are now."""
    before = line = _line(order, record)
    good, damaged = ("returned", "returned") if record.is_return else ("received", "damaged")
    line = _with_found(_with_found(line, good, record.accepted), damaged, record.damaged)
    line = line.replace(lost=line.lost + record.lost)
    order = order.with_line(line).replace(receipts=(*order.receipts, record))
    detail = _detail(before, line, record, "" if is_counted or not record.came else COUNTED_BY_FEED)
    return order.with_entry(record.at, "returned" if record.is_return else "received", record.who, detail)


def _with_found(line: TransferLine, where: str, units: int) -> TransferLine:
    """Return the line with units that came: those on their way, then those given up as lost, then more."""
    expected = min(units, line.open)
    found = min(units - expected, line.lost)
    more = {where: getattr(line, where) + expected + found, "lost": line.lost - found}
    return line.replace(**more, over=line.over + units - expected - found)


def _detail(before: TransferLine, line: TransferLine, record: TransferRecord, note: str) -> str:
    """Return what became of units of a line; the reason of what is damaged or lost is last, since it may be long."""
    parts = [f"{record.accepted} accepted", *filter(None, (note,))]
    if found := before.lost + record.lost - line.lost:
        parts.append(f"{found} of these had been lost")
    if over := line.over - before.over:
        parts.append(f"{over} of these beyond what was sent")
    parts += [f"{units} {what}" for units, what in ((record.damaged, "damaged"), (record.lost, "lost")) if units]
    reason = f" ({record.reason})" if record.reason else ""
    return f"{record.receipt}: {line.sku}, {', '.join(parts)}{reason}"


def _line(order: TransferOrder, record: TransferRecord) -> TransferLine:
    line = order.line(record.line)
    if line is None:
        raise AssertionError(f"transfer order {order.id} has no line {record.line}")
    return line


def _movements(order: TransferOrder, record: TransferRecord) -> Iterator[Movement]:
    """Yield the movement that puts the units of a record on their shelf; damaged ones are quarantined there."""
    if not record.came or not (order.is_counted or record.is_return):
        return
    line = _line(order, record)
    shelf = order.source(line) if record.is_return else order.destination(line)
    what = f"back from {order.to_warehouse}" if record.is_return else f"from {order.from_warehouse}"
    yield Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        # No receipt, whatever it is called, has the event of the sending.
        event=f"transfer#{order.id}#receipt#{record.receipt}#{record.line}",
        kind=MovementKind.TRANSFER_IN,
        on_hand=record.came,
        committed=0,
        quarantined=record.damaged,
        reference=order.id,
        reason=f"{what}, receipt {record.receipt}"[:255],
        who=record.who,
        at=record.at,
        waited_since=order.sent_at.date() if order.sent_at and not order.is_counted else None,
        is_demand=None if order.is_counted else True,  # it is taken no more
    )
