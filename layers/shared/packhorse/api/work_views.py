"""Work orders as the API shows them: one with all its parts, and those of a list, a page of which is one answer."""

from collections.abc import Mapping, Sequence

from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.values import Instant, Value, shared_fields
from packhorse.domain.work_orders.state import OVER
from packhorse.domain.work_orders.work_order import Input, Output, WorkKind, WorkOrder, WorkRecord, WorkState
from packhorse.store import catalogue


class InputView(Value):
    """A product that is used up; `lacking` units are neither reserved nor awaited from a nested work order."""

    sku: str
    name: str
    per_unit: int
    reserved: int
    awaited: int
    lacking: int
    used: int
    scrapped: int
    nested: str


class OutputView(Output):
    """A product that comes out; `name` is empty where it does not exist any more."""

    name: str


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

    name: str
    for_order: tuple[MadeFor, ...]


class WorkOrderView(WorkOrderSummary):
    """A work order; `cost` is what was spent on it, `expense` what of that no unit brought to a shelf in the end.

    `unneeded` units are to be built, and the orders that they were made for do not want them.
    """

    name: str
    labour: Money | None
    inputs: tuple[InputView, ...]
    outputs: tuple[OutputView, ...]
    unneeded: int
    made_for: tuple[MadeFor, ...]
    reports: tuple[WorkRecord, ...]
    cost: Money | None
    expense: Money | None
    timeline: tuple[Entry, ...]


class WorkOrderPage(Value):
    """A page of work orders.

    `counts` are those of each state that is not over, whatever the filters: on a first page, of a thousand at most,
    and for people of all warehouses.
    """

    items: tuple[WorkOrderRow, ...]
    next: str | None
    counts: Mapping[str, int] | None = None


def summary(order: WorkOrder) -> WorkOrderSummary:
    """Return a work order as the answer of what made it shows it."""
    return WorkOrderSummary(**shared_fields(WorkOrderSummary, order))


def rows(orders: Sequence[WorkOrder], for_order: str | None) -> tuple[WorkOrderRow, ...]:
    """Return work orders as a list shows them, which may be that of an order."""
    names = catalogue.names_of(order.sku for order in orders)
    return tuple(_row(order, names.get(order.sku, ""), for_order) for order in orders)


def _row(order: WorkOrder, name: str, for_order: str | None) -> WorkOrderRow:
    named = tuple(each for each in order.made_for if each.order == for_order)
    return WorkOrderRow(**shared_fields(WorkOrderRow, order, "name", "for_order"), name=name, for_order=named)


def view(order: WorkOrder) -> WorkOrderView:
    """Return a work order as the API shows it."""
    same = shared_fields(WorkOrderView, order, "name", "inputs", "outputs", "cost", "expense")
    names = catalogue.names_of((order.sku, *(part.sku for part in (*order.inputs, *order.outputs))))
    is_over = order.state in OVER
    return WorkOrderView(
        **same,
        name=names.get(order.sku, ""),
        inputs=tuple(_input(order, each, names.get(each.sku, "")) for each in order.inputs),
        outputs=tuple(OutputView(**dict(each), name=names.get(each.sku, "")) for each in order.outputs),
        cost=_money(order, order.spent),
        expense=_money(order, order.pending if is_over else 0),
    )


def _input(order: WorkOrder, part: Input, name: str) -> InputView:
    return InputView(**shared_fields(InputView, part, "name", "lacking"), name=name, lacking=order.lacking(part))


def _money(order: WorkOrder, minor: int) -> Money | None:
    return Money(minor=minor, currency=order.currency) if order.currency else None
