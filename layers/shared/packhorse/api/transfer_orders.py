"""Transfer orders: requested, sent, received in parts with differences, returned, closed or cancelled."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_WAREHOUSES, OPERATING, VIEWING, allow, current_name, current_request_id
from packhorse.api.limits import of_sending, of_transfer, of_transfer_receipt, of_transfer_return, of_warehouse
from packhorse.api.open_counts import open_counts
from packhorse.api.paging import KEY, Cursor, PageSize, Unfinished, Words, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.api.preconditions import IfMatch, Precondition, tagged
from packhorse.api.transfer_views import TransferOrderPage, TransferOrderView, summary, view
from packhorse.domain.transfers import receiving
from packhorse.domain.transfers.drafting import TransferDraft, cancelled, edited
from packhorse.domain.transfers.expecting import ExpectedDay, expected_on
from packhorse.domain.transfers.receiving import TransferReceipt, TransferReturn
from packhorse.domain.transfers.sending import TransferSending
from packhorse.domain.transfers.state import UNFINISHED
from packhorse.domain.transfers.transfer_order import MAX_LINES, TransferOrder, TransferState
from packhorse.domain.values import RecordId, Value
from packhorse.store.order_search import words_of
from packhorse.store.transfers import TRANSFERS, TransferFilter
from packhorse.usecases.supply.change_transfer import (
    change_transfer,
    check_references,
    create_transfer,
    receive_transfer,
    return_transfer,
    send_transfer,
)

router = APIGatewayHttpRouter()
TAGS = ["transfer orders"]


class LostLines(Value):
    """Ids of the lines whose units are given up as lost; without any, all that are on their way."""

    lines: Annotated[tuple[RecordId, ...], Field(max_length=MAX_LINES)] = ()


@router.post("/transfer-orders", summary="Request a transfer order", tags=TAGS, status_code=HTTPStatus.CREATED)
@allow(OPERATING)
def create(draft: TransferDraft) -> TransferOrderView:
    """Nothing is reserved until it is sent; until then it may be edited. 422 names each fault."""
    return view(create_transfer(draft, current_request_id(), current_name()))


@router.get("/transfer-orders", summary="Transfer orders, newest first", tags=TAGS)
@allow(VIEWING | AT_WAREHOUSES, of_warehouse)
def listed(
    state: TransferState | None = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    unfinished: Unfinished = None,
    q: Words = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> TransferOrderPage:
    """Those of a `warehouse` are from it or to it. A filtered page may be short, or empty, and have a next."""
    only = TransferFilter(state, warehouse, unfinished).condition
    items, position = TRANSFERS.newest(only, position_of(cursor, KEY), limit, words_of(q or ""))
    counts = open_counts(TRANSFERS, UNFINISHED, cursor)
    return TransferOrderPage(items=tuple(map(summary, items)), next=cursor_of(position), counts=counts)


@router.get("/transfer-orders/<transfer_id>", summary="One transfer order", tags=TAGS)
@allow(VIEWING | AT_WAREHOUSES, of_transfer)
def show(transfer_id: PathValue) -> TransferOrderView:
    """With its receipts and its timeline."""
    return view(tagged(router, TRANSFERS.get(transfer_id)))


@router.put("/transfer-orders/<transfer_id>", summary="Edit a transfer order that is not sent", tags=TAGS)
@allow(OPERATING)
def edit(transfer_id: PathValue, draft: TransferDraft, if_match: IfMatch = None) -> TransferOrderView:
    """All of it is replaced. 409 once it is sent."""
    check_references(draft)
    read = Precondition(if_match)

    def step(order: TransferOrder, who: str, at: datetime) -> TransferOrder:
        read.require(order)
        return edited(order, draft, who, at)

    return view(tagged(router, change_transfer(transfer_id, step, current_name())))


@router.post("/transfer-orders/<transfer_id>/send", summary="Send a transfer order", tags=TAGS)
@allow(OPERATING | AT_WAREHOUSES, of_sending)
def send(transfer_id: PathValue, sending: TransferSending | None = None) -> TransferOrderView:
    """Its units leave their shelves, all or none, and are `in_transit` to the others. Once sent, it stays sent.

    409 names each line of which fewer units are available, or orders wait for them; with `force` an operator or an
    owner sends what orders wait for. Units that are committed to orders are never sent: move their lines first. Where a
    supplier's stock feed says what is there, no stock changes at that end, as the timeline says.
    """
    return view(send_transfer(transfer_id, sending or TransferSending(), current_name()))


@router.post("/transfer-orders/<transfer_id>/expect", summary="Expect it on another day", tags=TAGS)
@allow(OPERATING)
def expect(transfer_id: PathValue, new: ExpectedDay) -> TransferOrderView:
    """What has not arrived by then is an exception; until then, none is late any more. 409 once it is over."""
    who, day = current_name(), new.expected_on
    return view(change_transfer(transfer_id, lambda order, who, at: expected_on(order, day, who, at), who))


@router.post("/transfer-orders/<transfer_id>/receive", summary="Receive units of a transfer order", tags=TAGS)
@allow(OPERATING | AT_WAREHOUSES, of_transfer_receipt)
def receive(transfer_id: PathValue, receipt: TransferReceipt) -> TransferOrderView:
    """Accepted units are on hand at once, and serve backorders; damaged ones are quarantined. Each line counts once.

    422 names a line that this receipt has with other units, or of which more came than were sent, unless `accept_over`.
    Lost units, and those beyond the ones sent, open an exception. Where a supplier's stock feed says what is there, no
    stock changes, as the timeline says: the feed has the units.
    """
    return view(receive_transfer(transfer_id, receipt, current_name()))


@router.post("/transfer-orders/<transfer_id>/return", summary="Receive units back where they were sent", tags=TAGS)
@allow(OPERATING | AT_WAREHOUSES, of_transfer_return)
def take_back(transfer_id: PathValue, receipt: TransferReturn) -> TransferOrderView:
    """They are on hand there again, at what they cost. Each line of a receipt counts once."""
    return view(return_transfer(transfer_id, receipt, current_name()))


@router.post("/transfer-orders/<transfer_id>/close", summary="Give up what is on its way", tags=TAGS)
@allow(OPERATING)
def close(transfer_id: PathValue, which: LostLines | None = None) -> TransferOrderView:
    """What is on its way is lost, which opens an exception. Units that come all the same are received: that ends it."""
    who, lines = current_name(), which.lines if which else ()
    return view(change_transfer(transfer_id, lambda order, who, at: receiving.close(order, lines, who, at), who))


@router.post("/transfer-orders/<transfer_id>/cancel", summary="Cancel a transfer order", tags=TAGS)
@allow(OPERATING)
def cancel(transfer_id: PathValue) -> TransferOrderView:
    """409 once it is sent: what was sent is received, returned or given up."""
    return view(change_transfer(transfer_id, cancelled, current_name()))
