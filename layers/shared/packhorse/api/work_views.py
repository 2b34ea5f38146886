"""Work orders as the API shows them: one with all its parts, and those of a list, a page of which is one answer."""

from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry, shared_fields
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.values import Instant, Value
from packhorse.domain.work_orders.state import OVER
from packhorse.domain.work_orders.work_order import Input, Output, WorkKind, WorkOrder, WorkRecord, WorkState


class InputView(Value):
    """A product that is used up; `lacking` units are neither reserved nor awaited from a nested work order."""

    sku: str
    per_unit: int
    reserved: int
    awaited: int
    lacking: int
    used: int
    scrapped: int
    nested: str


class WorkOrderSummary(Value):
    """A work order among those that a request made."""

    id: str
    kind: WorkKind
    state: WorkState
    sku: str
    warehouse: str
    units: int
    done: int
    open: int
    closed: int
    reference: str
    note: str
    builds_for: str
    created_at: Instant
    submitted_at: Instant | None
    cancelled_at: Instant | None


class WorkOrderRow(WorkOrderSummary):
    """A work order in a list; `for_order` is what of it is made for the order of the request's filter."""

    for_order: tuple[MadeFor, ...]


class WorkOrderView(WorkOrderSummary):
    """A work order; `cost` is what was spent on it, `expense` what of that no unit brought to a shelf in the end.

    `unneeded` units are to be built, and the orders that they were made for do not want them.
    """

    labour: Money | None
    inputs: tuple[InputView, ...]
    outputs: tuple[Output, ...]
    unneeded: int
    made_for: tuple[MadeFor, ...]
    reports: tuple[WorkRecord, ...]
    cost: Money | None
    expense: Money | None
    timeline: tuple[Entry, ...]


class WorkOrderPage(Value):
    """A page of work orders."""

    items: tuple[WorkOrderRow, ...]
    next: str | None


def summary(order: WorkOrder) -> WorkOrderSummary:
    """Return a work order as the answer of what made it shows it."""
    return WorkOrderSummary(**shared_fields(WorkOrderSummary, order))


def row(order: WorkOrder, for_order: str | None = None) -> WorkOrderRow:
    """Return a work order as a list shows it, which may be that of an order."""
    named = tuple(each for each in order.made_for if each.order == for_order)
    return WorkOrderRow(**shared_fields(WorkOrderRow, order, "for_order"), for_order=named)


def view(order: WorkOrder) -> WorkOrderView:
    """Return a work order as the API shows it."""
    same = shared_fields(WorkOrderView, order, "inputs", "cost", "expense")
    is_over = order.state in OVER
    return WorkOrderView(
        **same,
        inputs=tuple(_input(order, each) for each in order.inputs),
        cost=_money(order, order.spent),
        expense=_money(order, order.pending if is_over else 0),
    )


def _input(order: WorkOrder, part: Input) -> InputView:
    return InputView(**shared_fields(InputView, part, "lacking"), lacking=order.lacking(part))


def _money(order: WorkOrder, minor: int) -> Money | None:
    return Money(minor=minor, currency=order.currency) if order.currency else None
