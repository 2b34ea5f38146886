"""Purchase orders: made by hand, submitted, received in parts, closed short or cancelled."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_WAREHOUSES, OPERATING, VIEWING, allow, current_name, current_request_id
from packhorse.api.limits import of_purchase, of_receipt, of_warehouse
from packhorse.api.open_counts import open_counts
from packhorse.api.paging import KEY, Cursor, MadeForOrder, PageSize, Unfinished, Words, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.api.preconditions import IfMatch, Precondition, tagged
from packhorse.api.purchase_views import PurchaseOrderPage, PurchaseOrderSummary, PurchaseOrderView, summary, view
from packhorse.domain.purchasing import steps
from packhorse.domain.purchasing.drafting import PurchaseDraft
from packhorse.domain.purchasing.landed import with_landed_cost, without_landed_cost
from packhorse.domain.purchasing.purchase_order import MAX_LINES, LandedCost, PurchaseState
from packhorse.domain.purchasing.receipts import Decision, ReceiptId
from packhorse.domain.purchasing.receiving import PurchaseReceipt
from packhorse.domain.purchasing.short_lines import NotBought
from packhorse.domain.purchasing.state import UNFINISHED
from packhorse.domain.purchasing.steps import SupplierAnswer
from packhorse.domain.purchasing.unneeded import kept_for_stock
from packhorse.domain.purchasing.withdrawing import ReceiptToWithdraw
from packhorse.domain.values import OrderId, RecordId, Value
from packhorse.store.made_for import newest
from packhorse.store.order_search import words_of
from packhorse.store.purchases import PURCHASES, PurchaseFilter
from packhorse.usecases.supply.buy_short_lines import buy_short_lines
from packhorse.usecases.supply.change_purchase import (
    Step,
    change_purchase,
    create_purchase,
    decide_surplus,
    edit_purchase,
    enter_answer,
    receive_purchase,
    withdraw_receipt,
)
from packhorse.usecases.supply.submit_purchase import resend_purchase, submit_purchase

router = APIGatewayHttpRouter()


class ShortLinesDrafted(Value):
    """The drafts that were made, and what orders wait for that is not in them.

    `more_wait`: younger orders wait that were not read; they are once some of the older ones are served.
    """

    items: tuple[PurchaseOrderSummary, ...]
    left_out: tuple[NotBought, ...]
    more_wait: bool
    next: None = None


class LinesToClose(Value):
    """Ids of the lines to close short; without any, all lines that are open."""

    lines: Annotated[tuple[RecordId, ...], Field(max_length=MAX_LINES)] = ()


class CostToWithdraw(Value):
    """The landed cost that was recorded wrongly, by the number of its invoice."""

    document: ReceiptId


class SurplusDecision(Value):
    """What becomes of the units of a line that arrived beyond the order."""

    decision: Decision


@router.post(
    "/purchase-orders", summary="Make a purchase order", tags=["purchase orders"], status_code=HTTPStatus.CREATED
)
@allow(OPERATING)
def create(draft: PurchaseDraft) -> PurchaseOrderView:
    """It is `new`, and may be edited until it is submitted. 422 names each fault: no whole cases, another currency."""
    return view(create_purchase(draft, current_request_id(), current_name()))


@router.post(
    "/purchase-orders/from-short-lines",
    summary="Draft purchase orders for what orders wait for",
    tags=["purchase orders"],
    status_code=HTTPStatus.CREATED,
)
@allow(OPERATING)
def draft_short_lines() -> ShortLinesDrafted:
    """By supplier and warehouse, in whole cases; what is on its way or drafted already is left out.

    Components that open work orders lack, drafts too, are bought with it. `left_out` are lines of products that name no
    supplier in `bought_from`, or none that exists; of a component it names the work order.
    """
    found = buy_short_lines(current_request_id(), current_name())
    drafts = tuple(map(summary, found.drafts))
    return ShortLinesDrafted(items=drafts, left_out=found.left_out, more_wait=found.more_wait)


@router.get("/purchase-orders", summary="Purchase orders, newest first", tags=["purchase orders"])
@allow(VIEWING | AT_WAREHOUSES, of_warehouse)
def listed(
    state: PurchaseState | None = None,
    supplier: Annotated[str | None, Query(max_length=40)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    unfinished: Unfinished = None,
    order: MadeForOrder = None,
    q: Words = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> PurchaseOrderPage:
    """A filtered page may be short, or empty, and have a next. One that was made a moment ago may be missing."""
    only = PurchaseFilter(state, supplier, warehouse, unfinished).limits
    made_for = None if order is None else OrderId(order)
    items, position = newest(PURCHASES, only, words_of(q or ""), made_for, position_of(cursor, KEY), limit)
    return PurchaseOrderPage(
        items=tuple(summary(each, order) for each in items),
        next=cursor_of(position),
        counts=None if order else open_counts(PURCHASES, UNFINISHED, cursor),
    )


@router.get("/purchase-orders/<purchase_id>", summary="One purchase order", tags=["purchase orders"])
@allow(VIEWING | AT_WAREHOUSES, of_purchase)
def show(purchase_id: PathValue) -> PurchaseOrderView:
    """With its receipts and its timeline."""
    return view(tagged(router, PURCHASES.get(purchase_id)))


@router.put("/purchase-orders/<purchase_id>", summary="Edit a new purchase order", tags=["purchase orders"])
@allow(OPERATING)
def edit(purchase_id: PathValue, draft: PurchaseDraft, if_match: IfMatch = None) -> PurchaseOrderView:
    """All of it is replaced. 409 once it is submitted."""
    who, read = current_name(), Precondition(if_match)
    return view(tagged(router, edit_purchase(purchase_id, draft, who, read.require)))


@router.post("/purchase-orders/<purchase_id>/submit", summary="Submit a purchase order", tags=["purchase orders"])
@allow(OPERATING)
def submit(purchase_id: PathValue) -> PurchaseOrderView:
    """Its units are `incoming` from now on, and it is sent to a supplier that gets purchase orders: see `sending`.

    Once submitted, the same request again changes nothing.
    """
    return view(submit_purchase(purchase_id, current_name()))


@router.post(
    "/purchase-orders/<purchase_id>/resend",
    summary="Send a purchase order again",
    tags=["purchase orders"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING)
def resend(purchase_id: PathValue) -> PurchaseOrderView:
    """202: it goes out as it is now, under a new batch number; one that waits to be sent is tried at once.

    409 if it was never to be sent from here, or nothing is sent to its supplier any more: send it yourself.
    """
    return view(resend_purchase(purchase_id, current_name()))


@router.post("/purchase-orders/<purchase_id>/answer", summary="Enter the supplier's answer", tags=["purchase orders"])
@allow(OPERATING)
def answer(purchase_id: PathValue, said: SupplierAnswer) -> PurchaseOrderView:
    """Of each line: how many of its units the supplier refuses in all, which come no more, another price or date.

    Another price corrects the cost of units that came, also once nothing is open: that of units on hand in the average,
    the rest is `expensed`. One that follows a fulfilment order takes only prices, until units are received.
    """
    return view(enter_answer(purchase_id, said, current_name()))


@router.post(
    "/purchase-orders/<purchase_id>/receive", summary="Receive units of a purchase order", tags=["purchase orders"]
)
@allow(OPERATING | AT_WAREHOUSES, of_receipt)
def receive(purchase_id: PathValue, receipt: PurchaseReceipt) -> PurchaseOrderView:
    """Accepted units are on hand at once, and serve backorders. Each line of a receipt counts once.

    Where a supplier's stock feed says what is there, no stock changes, as the timeline says: the feed has the units.
    422 names a line that this receipt has with other units. What is beyond the order waits for a decision, and opens an
    exception, unless `accept_over` of an operator or an owner says that it is welcome.
    """
    return view(receive_purchase(purchase_id, receipt, current_name()))


@router.post(
    "/purchase-orders/<purchase_id>/receipts/withdraw",
    summary="Withdraw a line of a receipt that was recorded wrongly",
    tags=["purchase orders"],
)
@allow(OPERATING)
def withdraw(purchase_id: PathValue, wrong: ReceiptToWithdraw) -> PurchaseOrderView:
    """Its units leave the shelf with their cost, and are to come again; the same receipt may have other units then.

    409 where fewer are available, since orders have them. Once withdrawn, the same request again changes nothing.
    """
    return view(withdraw_receipt(purchase_id, wrong, current_name()))


@router.post(
    "/purchase-orders/<purchase_id>/lines/<line_id>/surplus",
    summary="Decide on units beyond the order",
    tags=["purchase orders"],
)
@allow(OPERATING)
def settle(purchase_id: PathValue, line_id: PathValue, new: SurplusDecision) -> PurchaseOrderView:
    """`accept` puts them on the shelf, `return` leaves them to be sent back; either ends the exception."""
    who = current_name()
    return view(decide_surplus(purchase_id, line_id, new.decision, who))


@router.post(
    "/purchase-orders/<purchase_id>/keep",
    summary="Keep what orders do not want any more for stock",
    tags=["purchase orders"],
)
@allow(OPERATING)
def keep(purchase_id: PathValue) -> PurchaseOrderView:
    """Units that were bought for orders which were cancelled or edited down come for whoever waits; ends the exception.

    Where the supplier agrees to deliver fewer, enter that as its answer instead.
    """
    return _changed(purchase_id, kept_for_stock)


@router.post(
    "/purchase-orders/<purchase_id>/landed-costs", summary="Add freight, duty or the like", tags=["purchase orders"]
)
@allow(OPERATING)
def add_landed_cost(purchase_id: PathValue, cost: LandedCost) -> PurchaseOrderView:
    """Spread over the units that came or are to come, by value or quantity. The same document again changes nothing."""
    return _changed(purchase_id, lambda order, who, at: with_landed_cost(order, cost, who, at))


@router.post(
    "/purchase-orders/<purchase_id>/landed-costs/withdraw",
    summary="Withdraw a landed cost that was recorded wrongly",
    tags=["purchase orders"],
)
@allow(OPERATING)
def withdraw_landed_cost(purchase_id: PathValue, wrong: CostToWithdraw) -> PurchaseOrderView:
    """Units of it that are on hand cost less by it; its share for those that have left is a negative `expensed`.

    The same document may be recorded again, with the right amount.
    """
    return _changed(purchase_id, lambda order, who, at: without_landed_cost(order, wrong.document, who, at))


@router.post("/purchase-orders/<purchase_id>/close", summary="Close a purchase order short", tags=["purchase orders"])
@allow(OPERATING)
def close(purchase_id: PathValue, which: LinesToClose | None = None) -> PurchaseOrderView:
    """What is open is not expected any more. What arrives all the same is received as if it had been in time."""
    lines = which.lines if which else ()
    return _changed(purchase_id, lambda order, who, at: steps.closed_short(order, lines, who, at))


@router.post("/purchase-orders/<purchase_id>/cancel", summary="Cancel a purchase order", tags=["purchase orders"])
@allow(OPERATING)
def cancel(purchase_id: PathValue) -> PurchaseOrderView:
    """Nothing is expected any more; the supplier is not notified. 409 once anything has arrived: close it short."""
    return _changed(purchase_id, steps.cancelled)


def _changed(purchase_id: str, step: Step) -> PurchaseOrderView:
    return view(change_purchase(purchase_id, step, current_name()))
