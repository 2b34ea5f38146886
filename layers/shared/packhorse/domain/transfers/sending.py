"""Send a transfer order: its units leave their shelves together, at the average cost of these."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.plural import agree
from packhorse.domain.purchasing.case_pack import SomeUnits
from packhorse.domain.stock.costing import CostBasis, CostChange, rounded
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.shelf_change import Reserved
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.transfers.figures import COUNTED_BY_FEED
from packhorse.domain.transfers.state import with_state
from packhorse.domain.transfers.transfer_order import MAX_LINES, TransferLine, TransferOrder, TransferState
from packhorse.domain.values import Value


class SentLine(Value):
    """How many units of a line are sent: no more than were requested."""

    line: Annotated[str, Field(min_length=1, max_length=10)]
    units: SomeUnits


class TransferSending(Value):
    """What is sent of a transfer order: all that was requested, but of these `lines`.

    With `force` also units that orders wait for are sent. `expected_on` is the day on which they are to arrive, if that
    is another one than was requested.
    """

    lines: Annotated[tuple[SentLine, ...], Field(max_length=MAX_LINES)] = ()
    force: bool = False
    expected_on: date | None = None


class Sent(NamedTuple):
    """A transfer order that was sent, the movements of its units, and what must hold of the shelves that they leave."""

    order: TransferOrder
    movements: tuple[Movement, ...] = ()
    reserved: Mapping[Shelf, Reserved] = {}
    costs: Mapping[Shelf, CostChange] = {}


def send(
    order: TransferOrder,
    sending: TransferSending,
    shelves: Mapping[Shelf, SourceShelf],
    who: str,
    at: datetime,
    *,
    is_counted: bool,
    leaves_shelf: bool = True,
) -> Sent:
    """Return the transfer order as it is sent; one that was sent with these units stays as it is.

    Raises Rejected for units that were not requested, and NotNow where fewer are available, or orders wait for them.
    Unless it `leaves_shelf`, a supplier's feed says what is there: it may have left that out already, or will.
    """
    if order.state is TransferState.CANCELLED:
        raise NotNow(f"transfer order {order.id} is cancelled: make another one")
    units = _units(order, sending)
    if order.sent_at is not None:
        if sending.lines and any(line.sent != units[line.id] for line in order.lines):
            raise NotNow(f"transfer order {order.id} was sent already, with other units")
        return Sent(order)
    if faults := tuple(_cost_faults(order, units, shelves)):
        raise Rejected("the transfer order cannot be sent at once", faults)
    if leaves_shelf and (lacking := tuple(_lacking(order, units, shelves, is_forced=sending.force))):
        raise NotNow("less can be sent than that", lacking)
    lines = tuple(_sent(line, units[line.id], shelves.get(order.source(line))) for line in order.lines)
    day = sending.expected_on or order.expected_on
    after = with_state(order.replace(lines=lines, sent_at=at, is_counted=is_counted, expected_on=day))
    detail = ", ".join(f"{line.sent} of {line.sku}" for line in lines if line.sent)
    after = after.with_entry(at, "sent", who, detail if leaves_shelf else f"{COUNTED_BY_FEED}; {detail}")
    leaving = {order.source(line): line for line in lines if line.sent and leaves_shelf}
    found = {shelf: shelves.get(shelf, SourceShelf()) for shelf in leaving}
    kept = {} if sending.force else {at_: each.kept for at_, each in found.items()}
    return Sent(
        after,
        tuple(_movement(after, shelf, line, who, at) for shelf, line in leaving.items()),
        kept,
        {shelf: CostChange(each.basis, each.basis) for shelf, each in found.items()},
    )


def _units(order: TransferOrder, sending: TransferSending) -> dict[str, int]:
    """Return the units that are sent of each line; raises Rejected."""
    units = {line.id: line.units for line in order.lines}
    faults = []
    for index, each in enumerate(sending.lines):
        if each.line not in units:
            faults.append(FieldError(f"lines.{index}.line", f"transfer order {order.id} has no line {each.line}"))
        elif any(other.line == each.line for other in sending.lines[:index]):
            faults.append(FieldError(f"lines.{index}.line", "the same line twice"))
        elif each.units > units[each.line]:
            faults.append(FieldError(f"lines.{index}.units", _requested(units[each.line])))
        else:
            units[each.line] = each.units
    if not faults and not any(units.values()):
        faults.append(FieldError("lines", "nothing is left to be sent: cancel the transfer order"))
    if faults:
        raise Rejected("the transfer order cannot be sent like this", faults)
    return units


def _requested(units: int) -> str:
    return f"{units} {agree(units, 'was', 'were')} requested"


def _lacking(
    order: TransferOrder, units: Mapping[str, int], shelves: Mapping[Shelf, SourceShelf], *, is_forced: bool
) -> Iterator[FieldError]:
    for index, line in enumerate(order.lines):
        shelf, wanted = shelves.get(order.source(line), SourceShelf()), units[line.id]
        if wanted > shelf.available:
            committed, there = "", max(shelf.available, 0)
            if shelf.committed:
                verb = agree(shelf.committed, "is", "are")
                committed = f", {shelf.committed} more {verb} committed to orders"
            verb = agree(there, "is", "are")
            problem = f"{there} of {line.sku} {verb} available at {order.from_warehouse}{committed}"
            yield FieldError(f"lines.{index}.units", problem)
        elif wanted > shelf.available - shelf.waiting and wanted and not is_forced:
            problem = (
                f"orders wait for {shelf.waiting} of the {shelf.available} available units of {line.sku} at "
                f"{order.from_warehouse}: send fewer, or all the same with `force`"
            )
            yield FieldError(f"lines.{index}.units", problem)


def _cost_faults(
    order: TransferOrder, units: Mapping[str, int], shelves: Mapping[Shelf, SourceShelf]
) -> Iterator[FieldError]:
    for index, line in enumerate(order.lines):
        if not is_amount(_cost(shelves.get(order.source(line), SourceShelf()).basis, units[line.id])):
            yield FieldError(f"lines.{index}.units", f"what they cost {AMOUNT_TOO_LARGE}: send fewer at once")


def _cost(basis: CostBasis | None, units: int) -> int:
    return rounded(basis.minor * units, basis.units) if basis else 0


def _sent(line: TransferLine, units: int, shelf: SourceShelf | None) -> TransferLine:
    basis = shelf.basis if shelf and units else None
    cost = basis and Money(minor=_cost(basis, units), currency=basis.currency)
    return line.replace(sent=units, cost=cost)


def _movement(order: TransferOrder, shelf: Shelf, line: TransferLine, who: str, at: datetime) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=f"transfer#{order.id}#sent#{line.id}",
        kind=MovementKind.TRANSFER_OUT,
        on_hand=-line.sent,
        committed=0,
        reference=order.id,
        reason=f"sent to {order.to_warehouse}",
        who=who,
        at=at,
        # Nothing is suggested to be bought for Amazon's warehouses: it is bought for those that feed them.
        is_demand=None if order.is_counted else True,
    )
