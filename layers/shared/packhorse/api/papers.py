"""Documents to print: packing slips, pick lists and purchase orders."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import (
    AT_BENCH,
    AT_WAREHOUSES,
    OPERATING,
    VIEWING,
    allow,
    current_limits,
    current_name,
    current_request_id,
)
from packhorse.api.limits import of_order, of_paper, of_printed, of_purchase, own_part
from packhorse.api.paths import PathValue
from packhorse.aws.bucket import URL_LIFETIME, presign_get
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.values import Instant, OrderId, Value
from packhorse.store.parcels import FulfilmentKey
from packhorse.usecases.packing.print_documents import PrintCaller, print_packing_slips, print_pick_list
from packhorse.usecases.supply.print_purchase import print_purchase

router = APIGatewayHttpRouter()
MAX_PICKED = 500
MAX_SLIPS = 200
"""Slips of one request: a page of five lines takes 30 ms to draw, while the caller waits."""
Number = Annotated[int, Path(ge=1)]


class Document(Value):
    """A PDF to print: the presigned URL to GET it from, and until when."""

    url: str
    expires_at: Instant


class NewPickList(Value):
    """What to pick together, at one warehouse; the list keeps the sequence."""

    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(min_length=1, max_length=MAX_PICKED)]


class NewPackingSlips(Value):
    """What to print the packing slips of; the file keeps the sequence."""

    fulfilments: Annotated[tuple[FulfilmentRef, ...], Field(min_length=1, max_length=MAX_SLIPS)]


@router.get("/orders/<order_id>/fulfilments/<number>/packing-slip", summary="Print a packing slip", tags=["documents"])
@allow(OPERATING | AT_BENCH, of_paper)
def slip(order_id: PathValue, number: Number) -> Document:
    """The answer links to the PDF. The order's timeline has it as `printed`, and later ones as `reprinted`.

    409 once the fulfilment order is cancelled or rejected, and while a hold has taken it back.
    """
    return _link(print_packing_slips([FulfilmentKey(OrderId(order_id), number)], _caller()))


@router.get("/orders/<order_id>/fulfilments/<number>/pick-list", summary="Print a pick list", tags=["documents"])
@allow(OPERATING | AT_BENCH, of_order)
def single_pick_list(order_id: PathValue, number: Number) -> Document:
    """As `POST /pick-lists`, of one fulfilment order. 409 once it is shipped, too."""
    return _link(print_pick_list([FulfilmentKey(OrderId(order_id), number)], _caller()))


@router.post("/pick-lists", summary="Print one pick list of many", tags=["documents"], status_code=HTTPStatus.CREATED)
@allow(OPERATING | AT_BENCH, of_printed)
def batch_pick_list(new: NewPickList) -> Document:
    """What to fetch from which bin for all of them, then what goes to which; of kits their components.

    All are of one warehouse and have something left to pick; 422 names those that do not fit. A single one is 404 or
    409, as by its own address.
    """
    return _link(print_pick_list(_keys(new.fulfilments), _caller()))


@router.post(
    "/packing-slips", summary="Print packing slips of many", tags=["documents"], status_code=HTTPStatus.CREATED
)
@allow(OPERATING | AT_BENCH, of_printed)
def batch_slips(new: NewPackingSlips) -> Document:
    """One file with the slips in this sequence, of any warehouses; 422 names those that do not fit, and prints none.

    A single one is 404 or 409, as by its own address.
    """
    return _link(print_packing_slips(_keys(new.fulfilments), _caller()))


@router.get("/purchase-orders/<purchase_id>/document", summary="Print a purchase order", tags=["documents"])
@allow(VIEWING | AT_WAREHOUSES, of_purchase)
def purchase_order(purchase_id: PathValue) -> Document:
    """As it is now, with a barcode of its number; a draft and a cancelled one say so. Warehouses see no prices."""
    return _link(print_purchase(purchase_id, current_request_id(), has_prices=current_limits() is None))


def _keys(refs: Iterable[FulfilmentRef]) -> list[FulfilmentKey]:
    return [FulfilmentKey(OrderId(each.order), each.fulfilment) for each in refs]


def _caller() -> PrintCaller:
    return PrintCaller(current_name(), partial(own_part, limits=current_limits()), current_request_id())


def _link(key: str) -> Document:
    return Document(url=presign_get(key), expires_at=datetime.now(UTC) + URL_LIFETIME)
