"""Receive purchase orders: each line of a receipt counts once, however often and by whom it is sent."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, NamedTuple, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.purchasing.case_pack import MAX_UNITS, SomeUnits
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import MAX_RECEIVED_LINES, MAX_RECORDS, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import Decision, ReceiptId, ReceivedLine, records_of, spelled
from packhorse.domain.purchasing.state import with_state
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.transfers.figures import COUNTED_BY_FEED
from packhorse.domain.values import Text, Value


class ArrivedLine(Value):
    """What arrived of a line: good units, and `rejected` ones with the reason; those may be `replaced`.

    With `accept_over` good units beyond the order are accepted, too; without it a person decides on them.
    """

    line: Annotated[str, Field(min_length=1, max_length=10)]
    accepted: SomeUnits = 0
    rejected: SomeUnits = 0
    reason: Annotated[Text, Field(validate_default=True)] = ""
    replaced: bool = False
    accept_over: bool = False

    @field_validator("reason")
    @classmethod
    def _says_why(cls, reason: str, read: ValidationInfo) -> str:
        if bool(read.data.get("rejected")) != bool(reason):
            raise ValueError("rejected units have a reason, and only these")
        return reason

    @field_validator("replaced")
    @classmethod
    def _is_of_rejected(cls, replaced: bool, read: ValidationInfo) -> bool:
        if replaced and not read.data.get("rejected"):
            raise ValueError("only rejected units are replaced")
        return replaced

    @model_validator(mode="after")
    def _has_units(self) -> Self:
        if not (self.accepted or self.rejected):
            raise ValueError("give accepted or rejected units")
        return self


class PurchaseReceipt(Value):
    """A delivery, or a part of one: the same `receipt` and line again are the same units."""

    receipt: ReceiptId
    lines: Annotated[tuple[ArrivedLine, ...], Field(min_length=1, max_length=MAX_RECEIVED_LINES)]


class PurchaseChange(NamedTuple):
    """A purchase order after a change, and the movements that put its units on shelves."""

    order: PurchaseOrder
    movements: tuple[Movement, ...] = ()


def receive(
    order: PurchaseOrder, receipt: PurchaseReceipt, who: str, at: datetime, *, is_counted: bool
) -> PurchaseChange:
    """Return the purchase order with the lines of a receipt that it does not have yet.

    Unless it `is_counted` here what arrives, since a supplier's feed says what is there, no unit is put on a shelf.
    Raises Rejected where a line was recorded with other units under this receipt, and NotNow before it is submitted:
    what arrives later than that is never refused.
    """
    if order.state is PurchaseState.NEW:
        raise NotNow(f"purchase order {order.id} is not submitted yet: submit it, then receive it")
    recorded = {(spelled(each.receipt), each.line): each for each in order.receipts}
    if faults := tuple(_faults(order, receipt, recorded)):
        raise Rejected("the receipt cannot be recorded", faults)
    movements = []
    for arrived in receipt.lines:
        if (spelled(receipt.receipt), arrived.line) in recorded:
            continue
        order, record = _with_arrived(order, receipt.receipt, arrived, who, at, is_counted=is_counted)
        if record.accepted and is_counted:
            event = event_of(order, record)
            movements.append(received_movement(order, record, record.accepted, event, record.at, who))
    return PurchaseChange(with_state(order), tuple(movements))


def _faults(
    order: PurchaseOrder, receipt: PurchaseReceipt, recorded: dict[tuple[str, str], ReceivedLine]
) -> Iterator[FieldError]:
    times = Counter(each.line for each in receipt.lines)
    for index, arrived in enumerate(receipt.lines):
        line = order.line(arrived.line)
        if line is None:
            yield FieldError(f"lines.{index}.line", f"purchase order {order.id} has no line {arrived.line}")
        elif times[arrived.line] > 1:
            yield FieldError(f"lines.{index}.line", "the same line twice: send all its units together")
        elif (before := recorded.get((spelled(receipt.receipt), arrived.line))) and not _is_same(before, arrived):
            yield _other_units(f"lines.{index}", before, arrived)
        elif before is None:
            yield from _faults_of_new(order, line, receipt.receipt, arrived, f"lines.{index}")
    if len(order.receipts) + len(order.withdrawn) + len(receipt.lines) > MAX_RECORDS:
        yield FieldError("lines", f"a purchase order has at most {MAX_RECORDS} lines of receipts")


def _faults_of_new(
    order: PurchaseOrder, line: PurchaseLine, receipt: str, arrived: ArrivedLine, field: str
) -> Iterator[FieldError]:
    if any(_is_same(each, arrived) for each in records_of(order.withdrawn, receipt, line.id)):
        # It may be the request once more that recorded what was withdrawn since.
        problem = f"receipt {receipt} of this line was withdrawn with these units: use another receipt id"
        yield FieldError(field, problem)
    elif (came := line.came + line.surplus) + arrived.accepted > MAX_UNITS:
        problem = f"{came:,} units of this line have come, and it takes {MAX_UNITS:,} at most: order them anew"
        yield FieldError(f"{field}.accepted", problem)
    elif line.all_rejected + arrived.rejected > MAX_UNITS:
        problem = f"{line.all_rejected:,} units of this line were rejected, and at most {MAX_UNITS:,} can be"
        yield FieldError(f"{field}.rejected", problem)


def _is_same(before: ReceivedLine, arrived: ArrivedLine) -> bool:
    was = (before.arrived, before.rejected, before.replaced)
    return was == (arrived.accepted, arrived.rejected, arrived.replaced)


def _other_units(field: str, before: ReceivedLine, arrived: ArrivedLine) -> FieldError:
    """Return the error of a line that its receipt has with other units, or with other ones that replace them."""
    recorded = f"receipt {before.receipt} has {before.arrived} good and {before.rejected} rejected units of this line"
    if (before.arrived, before.rejected) != (arrived.accepted, arrived.rejected):
        return FieldError(field, f"{recorded}: use another receipt id for other units")
    if before.replaced:
        return FieldError(f"{field}.replaced", f"{recorded}, which are replaced: close what does not come after all")
    problem = f"{recorded}, which are not replaced: if others come after all, accept them as a surplus"
    return FieldError(f"{field}.replaced", problem)


def _with_arrived(
    order: PurchaseOrder, receipt: str, arrived: ArrivedLine, who: str, at: datetime, *, is_counted: bool
) -> tuple[PurchaseOrder, ReceivedLine]:
    """Return the purchase order with units that arrived, and the record of them."""
    before = _line(order, arrived.line)
    is_expected = order.state is not PurchaseState.CANCELLED
    line, beyond = _with_units(before, "received", arrived.accepted) if is_expected else (before, arrived.accepted)
    gone = 0 if arrived.replaced else arrived.rejected
    line, gone_beyond = _with_units(line, "rejected", gone) if is_expected else (line, gone)
    surplus = 0 if arrived.accept_over else beyond
    line = line.replace(
        over=line.over + beyond - surplus,
        surplus=line.surplus + surplus,
        over_rejected=line.over_rejected + gone_beyond,
    )
    record = ReceivedLine(
        receipt=receipt,
        line=line.id,
        accepted=arrived.accepted - surplus,
        rejected=arrived.rejected,
        reason=arrived.reason,
        replaced=arrived.replaced,
        surplus=surplus,
        is_counted=is_counted,
        at=at,
        who=who,
    )
    order = order.with_line(line).replace(receipts=(*order.receipts, record))
    return order.with_entry(at, "received", who, _detail(before, line, record)), record


def _with_units(line: PurchaseLine, where: str, units: int) -> tuple[PurchaseLine, int]:
    """Return the line with units that came and were received or rejected, and how many of them it has no room for.

    Those that were closed short or refused come all the same: they were ordered, and are no surplus.
    """
    expected = min(units, line.open)
    late = min(units - expected, line.closed)
    refused = min(units - expected - late, line.refused)
    came = expected + late + refused
    counted = {where: getattr(line, where) + came}
    return line.replace(**counted, closed=line.closed - late, refused=line.refused - refused), units - came


def _detail(before: PurchaseLine, line: PurchaseLine, record: ReceivedLine) -> str:
    """Return what came of a line; the reason of what is rejected is last, since it may be long."""
    over = line.over - before.over
    parts = [f"{record.accepted} accepted" + (f", {over} of these beyond the order" if over else "")]
    if record.accepted and not record.is_counted:
        parts.append(COUNTED_BY_FEED)
    if record.surplus:
        parts.append(f"{record.surplus} beyond the order")
    for units, why in ((before.refused - line.refused, "refused"), (before.closed - line.closed, "closed short")):
        if units:
            parts.append(f"{units} of these had been {why}")
    if record.rejected:
        beyond = line.over_rejected - before.over_rejected
        said = f"{record.rejected} rejected" + (f", {beyond} of these beyond the order" if beyond else "")
        parts.append(f"{said}{', to be replaced' if record.replaced else ''} ({record.reason})")
    return f"{record.receipt}: {line.sku}, {', '.join(parts)}"


def settle_surplus(
    order: PurchaseOrder, line_id: str, decision: Decision, who: str, at: datetime, *, is_counted: bool
) -> PurchaseChange:
    """Return the purchase order with the decision on all units of a line that came beyond the order.

    The same decision again changes nothing. Raises NotNow for another one, and where no unit waits for any.
    `is_counted` is as in `receive`.
    """
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"purchase order {order.id} has no line {line_id}")
    waiting = [each for each in order.receipts if each.line == line_id and each.undecided]
    if not waiting:
        _require_same(order, line, decision)
        return PurchaseChange(order)
    records = tuple(each.replace(decision=decision) if each in waiting else each for each in order.receipts)
    accepted = line.surplus if decision is Decision.ACCEPT else 0
    # A withdrawal may have opened the line since: what is accepted then is what was to come.
    is_expected = order.state is not PurchaseState.CANCELLED
    settled, beyond = _with_units(line, "received", accepted) if is_expected else (line, accepted)
    settled = settled.replace(surplus=0, over=line.over + beyond)
    what = "surplus accepted" if accepted else "surplus returned"
    after = with_state(order.with_line(settled).replace(receipts=records))
    after = after.with_entry(at, what, who, f"{line.surplus} of {line.sku}")
    event = event_of(order, waiting[0], "surplus")
    movement = received_movement(order, waiting[0], accepted, event, at, who)
    return PurchaseChange(after, (movement,) if accepted and is_counted else ())


def _require_same(order: PurchaseOrder, line: PurchaseLine, decision: Decision) -> None:
    at_once = [Decision.ACCEPT] if line.over else []  # with their receipt
    decided = [*at_once, *(each.decision for each in order.receipts if each.line == line.id and each.decision)]
    if not decided:
        raise NotNow(f"no unit of line {line.id} waits for a decision")
    if decided[-1] is not decision:
        what = "accepted" if decided[-1] is Decision.ACCEPT else "returned"
        raise NotNow(f"the units beyond the order of line {line.id} were {what} already")


def event_of(order: PurchaseOrder, record: ReceivedLine, step: str = "receipt") -> str:
    """Return the business event of a step of a line of a receipt: the same in every try.

    After each time that the line was withdrawn it is another one.
    """
    times = len(records_of(order.withdrawn, record.receipt, record.line))
    return f"purchase#{order.id}#{step}{f'-{times}' if times else ''}#{record.receipt}#{record.line}"


def _line(order: PurchaseOrder, line_id: str) -> PurchaseLine:
    line = order.line(line_id)
    if line is None:
        raise AssertionError(f"purchase order {order.id} has no line {line_id}")
    return line


def received_movement(
    order: PurchaseOrder, record: ReceivedLine, units: int, event: str, at: datetime, who: str
) -> Movement:
    """Return the movement of units of a line of a receipt."""
    shelf = order.shelf(_line(order, record.line))
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=event,
        kind=MovementKind.RECEIVE,
        on_hand=units,
        committed=0,
        reference=order.id,
        reason=f"receipt {record.receipt}",
        who=who,
        at=at,
    )
