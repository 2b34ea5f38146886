"""Orders: search them, show one, and change it."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, TypeAdapter

from packhorse.api.access import AT_BENCH, OPERATING, VIEWING, allow, current_limits, current_name, current_request_id
from packhorse.api.limits import finder, of_order, of_shipment, of_warehouse
from packhorse.api.paging import Cursor, Key, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.api.typed_tracking import TypedTracking
from packhorse.api.views import OrderPage, OrderView, summary, view
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import completed
from packhorse.domain.orders.order import OVER, Flag, Status
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.orders.steps import paid, without_hold
from packhorse.domain.values import Instant, OrderId, RecordId, Text, Value
from packhorse.messages.orders import send_advance
from packhorse.store import orders
from packhorse.store.order_search import OrderFilter, Sort
from packhorse.usecases.fulfilment.ship import request_shipment
from packhorse.usecases.orders.cancel_order import cancel_order
from packhorse.usecases.orders.change_order import OrderStep, change_order
from packhorse.usecases.orders.hold_order import NewHold, hold_order
from packhorse.usecases.orders.search_orders import ListPosition, search_orders

router = APIGatewayHttpRouter()
POSITION: TypeAdapter[tuple[bool, Key | Literal[""]]] = TypeAdapter(tuple[bool, Key | Literal[""]])


class Release(Value):
    """Which hold to release; without one, all of them."""

    hold: RecordId | None = None


class Reason(Value):
    """The reason, for the timeline."""

    reason: Text = ""


class NewCancellation(Reason):
    """Why an order is cancelled; with `here_only` it stays as it is in its channel."""

    here_only: bool = False


class NewParcel(ParcelUpdate):
    """A parcel that left, by its tracking number.

    One that is `unnumbered` has none, such as a letter: `tracking` is then a name that the caller gives it, the same in
    each try, under which it counts once. Its channel is notified without a number.
    """

    tracking: TypedTracking


class Shipment(Value):
    """Parcels that left; one without lines holds all remaining units.

    With `override` a held order ships, too, and what was cancelled, or taken from the warehouse, has left all the same.
    """

    parcels: Annotated[tuple[NewParcel, ...], Field(min_length=1, max_length=100)]
    override: bool = False


@router.get("/orders", summary="Search, filter and page through orders, newest first", tags=["orders"])
@allow(VIEWING | AT_BENCH, of_warehouse)
def search(
    status: Annotated[Status | None, Query()] = None,
    channel: Annotated[str | None, Query(max_length=40)] = None,
    flag: Annotated[Flag | None, Query()] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    delivery_method: Annotated[str | None, Query(max_length=255)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    placed_from: Annotated[Instant | None, Query()] = None,
    placed_to: Annotated[Instant | None, Query()] = None,
    ship_by_from: Annotated[Instant | None, Query()] = None,
    ship_by_to: Annotated[Instant | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=200, description="Name, number, sku, tracking number, or parts")] = None,
    sort: Annotated[Sort, Query(description="By the time of the order or of shipping; with a minus, last first")] = (
        Sort.NEWEST
    ),
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> OrderPage:
    """A page is exact for the statuses at the time of the read. Limits of time include both ends.

    With `q`, orders come first that have it as their number, id, tracking number, e-mail address or name, newest first;
    then those that have each of its words in one of these, in a sku, a tag or an internal note. What is rare comes on
    several pages: one may be short, or empty, and still have a next one. `sort=ship_by`, `ship_by_from`, `ship_by_to`
    and `flag=late` are about orders that are not over.
    """
    if sort.is_by_due and status in OVER:
        raise Rejected("the input does not fit", [FieldError("sort", f"an order that is {status} ships no more")])
    only = OrderFilter(
        status=status,
        channel=channel,
        flag=flag,
        warehouse=warehouse,
        delivery_method=delivery_method,
        tag=tag,
        placed_from=placed_from,
        placed_to=placed_to,
        ship_by_from=ship_by_from,
        ship_by_to=ship_by_to,
        now=datetime.now(UTC),
    )
    at = position_of(cursor, POSITION)
    found = search_orders(q, only, sort, ListPosition(*at) if at else None, limit, finder(q, current_limits()))
    return OrderPage(items=tuple(map(summary, found.orders)), next=cursor_of(found.next))


@router.get("/orders/<order_id>", summary="One order with lines, routing, parcels and timeline", tags=["orders"])
@allow(VIEWING | AT_BENCH, of_order)
def show(order_id: PathValue) -> OrderView:
    """The order as it is now."""
    return view(orders.get_order(OrderId(order_id)))


def change(order_id: str, step: OrderStep) -> OrderView:
    """Change an order in the caller's name; return its view."""
    return view(change_order(OrderId(order_id), step, current_name()))


@router.post("/orders/<order_id>/pay", summary="Mark as paid", tags=["orders"])
@allow(OPERATING)
def pay(order_id: PathValue) -> OrderView:
    """A second time changes nothing."""
    return change(order_id, lambda order, now, who: Change(paid(order, now, now, who)))


@router.post("/orders/<order_id>/hold", summary="Hold: keep the stock, do not hand over", tags=["orders"])
@allow(OPERATING)
def hold(order_id: PathValue, new: NewHold) -> OrderView:
    """Adds a hold; an order may have several.

    Its channel holds it, too, where it can and its `share_holds` is set: `hold_in_channel` of the order says whether it
    has. It gets the category, never the reason. With `until` the hold ends by itself, within minutes of that moment.
    """
    hold_id = current_request_id()[:8]
    return view(hold_order(OrderId(order_id), hold_id, new, current_name()))


@router.post("/orders/<order_id>/release", summary="Release one hold or all", tags=["orders"])
@allow(OPERATING)
def release(order_id: PathValue, which: Release = Release()) -> OrderView:  # noqa: B008 - frozen
    """Without holds the order is advanced."""
    return change(order_id, lambda order, now, who: Change(without_hold(order, which.hold, now, who)))


@router.post("/orders/<order_id>/cancel", summary="Cancel what has not shipped", tags=["orders"])
@allow(OPERATING)
def cancel(order_id: PathValue, why: NewCancellation = NewCancellation()) -> OrderView:  # noqa: B008 - frozen
    """Its stock is given back as the account's `restock` says; 409 for an order that is complete.

    Its channel cancels it, too, where it can: `cancellation` of the order says whether it has. No money moves.
    """
    who = current_name()
    return view(cancel_order(OrderId(order_id), why.reason, who, here_only=why.here_only))


@router.post(
    "/orders/<order_id>/complete", summary="Complete by hand: it was shipped without Packhorse", tags=["orders"]
)
@allow(OPERATING)
def complete(order_id: PathValue) -> OrderView:
    """All open units count as shipped; those that were committed leave the stock."""
    return change(order_id, lambda order, now, who: completed(order, now, who))


@router.post(
    "/orders/<order_id>/reroute", summary="Route short lines again", tags=["orders"], status_code=HTTPStatus.ACCEPTED
)
@allow(OPERATING)
def reroute(order_id: PathValue) -> OrderView:
    """202: the order is advanced in a moment."""
    order = orders.get_order(OrderId(order_id))
    send_advance([order.id])
    return view(order)


@router.post(
    "/orders/<order_id>/fulfilments/<number>/ship",
    summary="Enter tracking",
    tags=["orders"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OPERATING | AT_BENCH, of_shipment)
def ship(order_id: PathValue, number: Annotated[int, Path(ge=1)], shipment: Shipment) -> OrderView:
    """202: the parcels are valid and on the tracking queue; the answer is the order before them.

    A parcel whose tracking number the order has already changes nothing. 409 or 422 for more than is left to ship,
    without `override`.
    """
    now, parcels, override = datetime.now(UTC), shipment.parcels, shipment.override
    return view(request_shipment(OrderId(order_id), number, parcels, now, current_name(), override=override))
