"""Stock that people change: adjusted, received, counted, transferred. Each request is done as a whole or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import caller_name, request_id
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.adjustment import (
    Adjustment,
    AdjustmentRequest,
    Count,
    Receipt,
    RequestedChange,
    ShelfUnits,
    Transfer,
    event,
    plan_movements,
)
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Sku, Text, Value
from packhorse.store import catalogue, configuration, stock
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import commit_movements as commit

router = APIGatewayHttpRouter()
SEVERAL = frozenset({MovementKind.RECEIVE, MovementKind.TRANSFER})
"""What may happen several times to a place in one request."""


class Adjustments(Value):
    """Up to fifty adjustments, done together or not at all."""

    adjustments: Annotated[tuple[Adjustment, ...], Field(min_length=1, max_length=50)]


class Receipts(Value):
    """Up to fifty receipts, and what they came with: a delivery note, an order of ours."""

    receipts: Annotated[tuple[Receipt, ...], Field(min_length=1, max_length=50)]
    reference: Text = ""


class Counts(Value):
    """Up to fifty counts."""

    counts: Annotated[tuple[Count, ...], Field(min_length=1, max_length=50)]
    reference: Text = ""


class Transfers(Value):
    """Up to twenty-five transfers."""

    transfers: Annotated[tuple[Transfer, ...], Field(min_length=1, max_length=25)]
    reference: Text = ""


class Changed(Value):
    """The balances after it."""

    items: tuple[stock.Balance, ...]


@router.post("/stock/adjustments", summary="Set or add to what is on hand", tags=["stock"])
def adjust(new: Adjustments) -> Changed:
    """All or none. 409 where a balance is not what was expected, or more is committed than would be left."""
    return apply_changes(each.changes(f"adjustments.{index}") for index, each in enumerate(new.adjustments))


@router.post("/stock/receipts", summary="Take in what arrived", tags=["stock"])
def receive(new: Receipts) -> Changed:
    """All or none; orders that wait for it are served at once, oldest first."""
    return apply_changes((each.changes(f"receipts.{index}") for index, each in enumerate(new.receipts)), new.reference)


@router.post("/stock/counts", summary="Set what is on hand to what was counted", tags=["stock"])
def count(new: Counts) -> Changed:
    """All or none; a count that agrees is in the ledger, too. 409 where more is committed than was counted."""
    return apply_changes((each.changes(f"counts.{index}") for index, each in enumerate(new.counts)), new.reference)


@router.post("/stock/transfers", summary="Move stock from one warehouse to another", tags=["stock"])
def transfer(new: Transfers) -> Changed:
    """All or none, both ends at once. 409 where less is available than is to leave."""
    return apply_changes(
        (each.changes(f"transfers.{index}") for index, each in enumerate(new.transfers)), new.reference
    )


def apply_changes(asked: Iterable[Iterable[RequestedChange]], reference: str = "") -> Changed:
    """The balances once all of it is done; the same request again changes nothing."""
    wishes = [wish for each in asked for wish in each]
    caller = router.current_event.raw_event
    request = AdjustmentRequest(
        request_id(caller), reference or request_id(caller), caller_name(caller), datetime.now(UTC)
    )
    if errors := tuple(dict.fromkeys(change_errors(wishes))):
        raise Rejected("the changes do not fit", errors)
    retry_conflicts(lambda: commit_request(wishes, request))
    places = dict.fromkeys(wish.place for wish in wishes)
    balances = stock.balances_at(places)
    return Changed(items=tuple(balances.get(place) or stock.empty_balance(place) for place in places))


def change_errors(wishes: Sequence[RequestedChange]) -> Iterator[FieldError]:
    """What names a product or a warehouse that cannot have stock, or sets the same place more than once."""
    warehouses = configuration.current().warehouses
    products = catalogue.find_products(wish.place.sku for wish in wishes)
    seen: set[Shelf] = set()
    for wish in wishes:
        sku, warehouse = wish.place
        if sku not in products:
            yield FieldError(f"{request_item(wish)}.sku", f"there is no product {sku}")
        elif products[Sku(sku)].is_kit:
            yield FieldError(f"{request_item(wish)}.sku", f"{sku} is a kit: adjust its components")
        if warehouse not in warehouses:
            field = wish.field if wish.note else f"{wish.field}.warehouse"
            yield FieldError(field, f"there is no warehouse {warehouse}")
        if wish.place in seen and wish.kind not in SEVERAL:
            yield FieldError(wish.field, "the same sku and warehouse twice")
        seen.add(wish.place)


def request_item(wish: RequestedChange) -> str:
    """Which item of the request it comes from; a transfer's field names one of its ends."""
    return wish.field.rpartition(".")[0] if wish.note else wish.field


def commit_request(wishes: Sequence[RequestedChange], request: AdjustmentRequest) -> None:
    """Does it, unless it has happened; what is set goes by what was on hand when it was decided."""
    if any(stock.has_happened(wish.place, event(request.id, index)) for index, wish in enumerate(wishes)):
        return
    balances = stock.balances_at(wish.place for wish in wishes)
    shelves = {place: ShelfUnits(balance.on_hand, balance.committed) for place, balance in balances.items()}
    if moved := plan_movements(wishes, shelves, request):
        commit(
            moved,
            was={wish.place: shelves.get(wish.place, ShelfUnits()).on_hand for wish in wishes if wish.to is not None},
        )
