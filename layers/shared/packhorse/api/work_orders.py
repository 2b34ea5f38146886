"""Work orders: made by hand or for orders that wait, submitted, reported on, closed short or cancelled."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_WAREHOUSES, OPERATING, VIEWING, allow, current_name, current_request_id
from packhorse.api.limits import of_warehouse, of_work
from packhorse.api.open_counts import open_counts
from packhorse.api.paging import KEY, Cursor, MadeForOrder, PageSize, Unfinished, Words, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.api.preconditions import IfMatch, Precondition, tagged
from packhorse.api.work_views import WorkOrderPage, WorkOrderSummary, WorkOrderView, rows, summary, view
from packhorse.domain.purchasing.case_pack import PurchaseUnits
from packhorse.domain.values import OrderId, Value
from packhorse.domain.work_orders.drafting import WorkDraft
from packhorse.domain.work_orders.reporting import WorkReport
from packhorse.domain.work_orders.short_lines import NotBuilt
from packhorse.domain.work_orders.state import UNFINISHED
from packhorse.domain.work_orders.steps import cancelled, closed_short
from packhorse.domain.work_orders.unneeded import kept_for_stock
from packhorse.domain.work_orders.work_order import WorkState
from packhorse.store.made_for import newest
from packhorse.store.order_search import words_of
from packhorse.store.work_orders import WORK_ORDERS, WorkFilter
from packhorse.usecases.supply import change_work
from packhorse.usecases.supply.build_short_lines import build_short_lines

router = APIGatewayHttpRouter()
TAGS = ["work orders"]


class WorkSubmission(Value):
    """With `force` also components are reserved that orders wait for."""

    force: bool = False


class WorkClosing(Value):
    """How many of the open units are not to be built; without `units` all of them."""

    units: PurchaseUnits | None = None


class ShortLinesPlanned(Value):
    """The drafts that were made, and what was left out since no work order can build it.

    `more_wait`: younger orders wait that were not read; they are once some of the older ones are served.
    """

    items: tuple[WorkOrderSummary, ...]
    left_out: tuple[NotBuilt, ...]
    more_wait: bool
    next: None = None


@router.post("/work-orders", summary="Make a work order", tags=TAGS, status_code=HTTPStatus.CREATED)
@allow(OPERATING)
def create(draft: WorkDraft) -> WorkOrderView:
    """It is `new`: nothing is reserved, and it may be edited until it is submitted. 422 for what is not built."""
    return view(change_work.create_work(draft, current_request_id(), current_name()))


@router.post(
    "/work-orders/from-short-lines",
    summary="Draft work orders for what orders wait for",
    tags=TAGS,
    status_code=HTTPStatus.CREATED,
)
@allow(OPERATING)
def draft_short_lines() -> ShortLinesPlanned:
    """One for each built product and warehouse, for what is not being built or drafted already.

    `left_out` are lines of products that no work order can build, such as those of too many components, and why.
    """
    found = build_short_lines(current_request_id(), current_name())
    return ShortLinesPlanned(
        items=tuple(map(summary, found.drafts)), left_out=found.left_out, more_wait=found.more_wait
    )


@router.get("/work-orders", summary="Work orders, newest first", tags=TAGS)
@allow(VIEWING | AT_WAREHOUSES, of_warehouse)
def listed(
    state: WorkState | None = None,
    sku: Annotated[str | None, Query(max_length=100)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    unfinished: Unfinished = None,
    order: MadeForOrder = None,
    q: Words = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> WorkOrderPage:
    """A filtered page may be short, or empty, and have a next. One that was made a moment ago may be missing."""
    only = WorkFilter(state, sku, warehouse, unfinished).limits
    made_for = None if order is None else OrderId(order)
    items, position = newest(WORK_ORDERS, only, words_of(q or ""), made_for, position_of(cursor, KEY), limit)
    counts = None if order else open_counts(WORK_ORDERS, UNFINISHED, cursor)
    return WorkOrderPage(items=rows(items, order), next=cursor_of(position), counts=counts)


@router.get("/work-orders/<work_id>", summary="One work order", tags=TAGS)
@allow(VIEWING | AT_WAREHOUSES, of_work)
def show(work_id: PathValue) -> WorkOrderView:
    """With its reports and its timeline."""
    return view(tagged(router, WORK_ORDERS.get(work_id)))


@router.put("/work-orders/<work_id>", summary="Edit a new work order", tags=TAGS)
@allow(OPERATING)
def edit(work_id: PathValue, draft: WorkDraft, if_match: IfMatch = None) -> WorkOrderView:
    """All of it is replaced. 409 once it is submitted."""
    who, read = current_name(), Precondition(if_match)
    return view(tagged(router, change_work.edit_work(work_id, draft, who, read.require)))


@router.post("/work-orders/<work_id>/submit", summary="Submit a work order", tags=TAGS)
@allow(OPERATING)
def submit(work_id: PathValue, how: WorkSubmission | None = None) -> WorkOrderView:
    """Its components are reserved, all or none, and its units `incoming`. Again, it reserves what it lacks by then.

    A component that is built itself becomes a new work order of its own for the units that are not there. 409 names
    each other component of which fewer units are free.
    """
    who = current_name()
    return view(change_work.submit_work(work_id, who, is_forced=how is not None and how.force))


@router.post("/work-orders/<work_id>/report", summary="Report what was done of a work order", tags=TAGS)
@allow(OPERATING | AT_WAREHOUSES, of_work)
def report(work_id: PathValue, done: WorkReport) -> WorkOrderView:
    """Components leave their shelf, units that are done are on hand at once, and serve backorders. Counts once.

    Where a supplier's stock feed says what is there, no stock changes, as the timeline says. 422 for more units than
    are open, or a report that is recorded with other units; 409 where components are lacking.
    """
    return view(change_work.report(work_id, done, current_name()))


@router.post("/work-orders/<work_id>/close", summary="Close a work order short", tags=TAGS)
@allow(OPERATING)
def close(work_id: PathValue, which: WorkClosing | None = None) -> WorkOrderView:
    """What is open, or so many `units` of it, is not built any more, and gives back its components.

    Nested work orders that are new build fewer, or are cancelled.
    """
    units = which.units if which else None
    return _changed(work_id, lambda order, who, at: closed_short(order, units, who, at))


@router.post("/work-orders/<work_id>/keep", summary="Build what orders do not want any more for stock", tags=TAGS)
@allow(OPERATING)
def keep(work_id: PathValue) -> WorkOrderView:
    """Units that were to be built for orders which were cancelled or edited down are for whoever waits.

    That ends the exception. To build fewer, close so many units instead.
    """
    return _changed(work_id, kept_for_stock)


@router.post("/work-orders/<work_id>/cancel", summary="Cancel a work order", tags=TAGS)
@allow(OPERATING)
def cancel(work_id: PathValue) -> WorkOrderView:
    """All its components are given back. 409 once it was worked on: close it short."""
    return _changed(work_id, cancelled)


def _changed(work_id: str, step: change_work.Step) -> WorkOrderView:
    return view(change_work.change_work(work_id, step, current_name()))
