"""What needs a person about a purchase order: its exceptions follow from it, and end with what they are about."""

from collections.abc import Iterator

from packhorse.domain.plural import agree, plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.purchasing.late import late_problem
from packhorse.domain.purchasing.made_for import orders_giving_up
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.sending import SendingState
from packhorse.domain.purchasing.to_supplier import is_unanswered
from packhorse.domain.values import iso


def problems_of(order: PurchaseOrder) -> Iterator[Problem]:
    """Yield what a person has to decide about a purchase order as it is."""
    for line in order.lines:
        if line.surplus:
            yield _surplus(order, line)
    if any(_has_undecided_price(order, line) for line in order.lines):
        yield _prices(order)
    if late := late_problem(order):
        yield late
    if any(line.unneeded for line in order.lines) and order.is_open:
        yield _unneeded(order)
    if order.sending and order.sending.state is SendingState.NOT_SENT and order.is_open:
        message = f"purchase order {order.id} could not be sent to {order.supplier}: {order.sending.reason}"
        subject = Subject.of_purchase_order(order.id, order.warehouse)
        attempt = iso(order.sending.at)  # each that fails opens it again, also once a person dismissed it
        yield Problem(cause=Cause.PURCHASE_NOT_SENT, subject=subject, message=message, event=attempt)
    if order.sending and order.sending.silent_hours and is_unanswered(order):
        silent = plural(order.sending.silent_hours, "hour")
        message = f"{order.supplier} has not answered purchase order {order.id} for {silent}"
        subject = Subject.of_purchase_order(order.id, order.warehouse)
        yield Problem(cause=Cause.PURCHASE_UNANSWERED, subject=subject, message=message)


def _has_undecided_price(order: PurchaseOrder, line: PurchaseLine) -> bool:
    """Return whether units that came, or are to come, are offered at another price: what came is paid all the same."""
    return line.offered is not None and bool(line.came or (line.open and order.is_open))


def _prices(order: PurchaseOrder) -> Problem:
    """Return one problem for all lines: one for each would make the step that ends them too large a transaction."""
    parts = [
        f"{line.offered.amount} instead of {line.unit_cost.amount} for a unit of {line.sku} (line {line.id})"
        for line in order.lines
        if line.offered and _has_undecided_price(order, line)
    ]
    message = f"{order.supplier} wants other prices for purchase order {order.id}, in {order.currency}: "
    subject = Subject.of_purchase_order(order.id, order.warehouse)
    return Problem(cause=Cause.PURCHASE_PRICE_DIFFERS, subject=subject, message=message + "; ".join(parts))


def _surplus(order: PurchaseOrder, line: PurchaseLine) -> Problem:
    message = f"{plural(line.surplus, 'unit')} of {line.sku} came to {order.warehouse} {_why_surplus(order, line)}"
    subject = Subject.of_purchase(order.id, line.id, order.shelf(line))
    return Problem(cause=Cause.OVER_RECEIVED, subject=subject, message=message)


def _why_surplus(order: PurchaseOrder, line: PurchaseLine) -> str:
    name = f"purchase order {order.id} of {order.supplier}"
    if order.cancelled_at:
        todo = f"make sure that {order.supplier} knows, then return them, or accept what is wanted all the same"
        return f"by {name}, which was cancelled: {todo}"
    rejected = f", {line.all_rejected} rejected" if line.all_rejected else ""
    return f"beyond {name}: {line.ordered} ordered, {line.received} received{rejected}"


def _unneeded(order: PurchaseOrder) -> Problem:
    lines = [line for line in order.lines if line.unneeded]
    names = orders_giving_up(each for line in lines for each in line.made_for)
    need = agree(len(names), "order does", "orders do")
    what = ", ".join(f"{line.unneeded} of {line.sku}" for line in lines)
    name = f"purchase order {order.id} of {order.supplier}"
    message = f"{len(names)} {need} not need any more what is to come with {name}: {what}"
    subject = Subject.of_purchase_order(order.id, order.warehouse)
    return Problem(cause=Cause.PURCHASE_UNNEEDED, subject=subject, message=message, orders=names)
