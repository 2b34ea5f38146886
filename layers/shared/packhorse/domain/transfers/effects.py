"""What a change of a transfer order does beside: what units cost, and what needs a person."""

from collections.abc import Iterator, Mapping

from packhorse.domain.numbered import Effects, opened_and_ended
from packhorse.domain.plural import agree
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.stock.costing import Arrival, CostChange, CostedShelf, with_arrival
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.transfers.expecting import late_problem
from packhorse.domain.transfers.transfer_order import TransferLine, TransferOrder


def effects_of(before: TransferOrder, after: TransferOrder, shelves: Mapping[Shelf, CostedShelf]) -> Effects:
    """Return what a change does beside its movements; `shelves` are those of its arrivals, as they were read."""
    opened, ended = opened_and_ended(problems_of(before), problems_of(after))
    return Effects(
        costs=dict(_costs(before, after, shelves)),
        opened=opened,
        ended=ended,
    )


def arrivals_of(before: TransferOrder, after: TransferOrder) -> Iterator[tuple[Shelf, Arrival]]:
    """Yield the shelves that units came to at a cost, which they had where they were sent from."""
    for was, line in after.changed_lines(before):
        units, minor = line.arrived - was.arrived, line.cost_of_arrived - was.cost_of_arrived
        is_return = line.returned != was.returned
        if units > 0 and line.cost and (after.is_counted or is_return):
            shelf = after.source(line) if is_return else after.destination(line)
            yield shelf, Arrival(units, minor, 0, 0, 0, line.cost.currency)


def _costs(
    before: TransferOrder, after: TransferOrder, shelves: Mapping[Shelf, CostedShelf]
) -> Iterator[tuple[Shelf, CostChange]]:
    for shelf, arrival in arrivals_of(before, after):
        there = shelves.get(shelf, CostedShelf())
        new = with_arrival(there.basis, there.on_hand, arrival).basis
        if new and new != there.basis:
            yield shelf, there.changed(new)


def problems_of(order: TransferOrder) -> Iterator[Problem]:
    """Yield what a person has to settle about a transfer order as it is."""
    if late := late_problem(order):
        yield late
    for line in order.lines:
        if line.differs:
            yield _difference(order, line)


def _difference(order: TransferOrder, line: TransferLine) -> Problem:
    sent = f"{line.sent} of {line.sku} {agree(line.sent, 'was', 'were')} sent"
    parts = [_lost_text(order, line)] if line.lost else []
    parts += [_over_text(order, line)] if line.over else []
    message = (
        f"transfer order {order.id}: {sent} from {order.from_warehouse} to {order.to_warehouse}, {'; '.join(parts)}"
    )
    subject = Subject.of_transfer(order.id, line.id, order.destination(line))
    return Problem(cause=Cause.TRANSFER_DIFFERS, subject=subject, message=message)


def _lost_text(order: TransferOrder, line: TransferLine) -> str:
    counts = "" if order.is_counted else f"ask Amazon, which counts {order.to_warehouse}; "
    todo = f"receive there, or take back at {order.from_warehouse}, what is found of them"
    return f"{line.lost} {agree(line.lost, 'is', 'are')} lost: {counts}{todo}, which ends this"


def _over_text(order: TransferOrder, line: TransferLine) -> str:
    fewer = f"set the stock of {order.from_warehouse} to what is counted there"
    return f"{line.over} more came: {fewer}, then dismiss this"
