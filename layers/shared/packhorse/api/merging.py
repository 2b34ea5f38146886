"""Fulfilment orders of several orders that leave as one parcel."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import AT_BENCH, OPERATING, VIEWING, allow, current_name, current_request_id
from packhorse.api.limits import of_order, of_printed
from packhorse.api.paths import PathValue
from packhorse.api.views import OrderView, view
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.merging import MAX_MEMBERS, FulfilmentOfOrder
from packhorse.domain.values import OrderId, Value
from packhorse.usecases.packing import merge as usecase

router = APIGatewayHttpRouter()
Number = Annotated[int, Path(ge=1)]


class NewMerge(Value):
    """What is to leave as one parcel: fulfilment orders of as many orders."""

    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(min_length=2, max_length=MAX_MEMBERS)]


class MergeItem(Value):
    """A fulfilment order that leaves, or could leave, with others; `number` is that of its order."""

    order: str
    fulfilment: int
    short_id: str
    number: str
    channel: str
    warehouse: str
    units: int
    merge: str | None


class Merged(Value):
    """Fulfilment orders that leave, or could leave, as one parcel."""

    items: tuple[MergeItem, ...]
    next: None = None


@router.post(
    "/merges", summary="Merge fulfilment orders into one parcel", tags=["orders"], status_code=HTTPStatus.CREATED
)
@allow(OPERATING | AT_BENCH, of_printed)
def merge(new: NewMerge) -> Merged:
    """One label bought for any of them is for all; each order keeps its documents, stock and completion.

    422 names those that do not fit: another warehouse, recipient, address or delivery method, held, packed or labelled.
    """
    return _answer(usecase.merge(new.fulfilments, current_request_id(), current_name()))


@router.post("/orders/<order_id>/fulfilments/<number>/unmerge", summary="Take it out of its merge", tags=["orders"])
@allow(OPERATING | AT_BENCH, of_order)
def unmerge(order_id: PathValue, number: Number) -> OrderView:
    """It leaves by itself again; of two, so does the other one. 409 while they have a label: void it first."""
    return view(usecase.unmerge(OrderId(order_id), number, current_name()))


@router.get("/orders/<order_id>/fulfilments/<number>/could-ship-with", summary="What could be merged", tags=["orders"])
@allow(VIEWING | AT_BENCH, of_order)
def could_ship_with(order_id: PathValue, number: Number) -> Merged:
    """Fulfilment orders of other orders to the same recipient and address, at the same warehouse, soonest first."""
    return _answer(usecase.could_ship_with(OrderId(order_id), number))


def _answer(members: list[FulfilmentOfOrder]) -> Merged:
    return Merged(items=tuple(map(_item, members)))


def _item(member: FulfilmentOfOrder) -> MergeItem:
    order, fulfilment = member
    return MergeItem(
        order=order.id,
        fulfilment=fulfilment.number,
        short_id=fulfilment.short_id,
        number=order.number or order.channel_order_id,
        channel=order.channel,
        warehouse=fulfilment.warehouse,
        units=fulfilment.remaining.total(),
        merge=fulfilment.merge.id if fulfilment.merge else None,
    )
