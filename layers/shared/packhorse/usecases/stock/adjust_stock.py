"""Adjust stock by hand: set, add, receive, count, transfer. The changes of a request are committed together or not."""

from collections.abc import Iterator, Sequence

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.adjustment import AdjustmentRequest, RequestedChange, ShelfUnits, event, plan_movements
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Sku
from packhorse.store import catalogue, configuration, stock
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import commit_movements

SEVERAL = frozenset(MovementKind) - {MovementKind.SET, MovementKind.ADJUST, MovementKind.COUNT}
"""Kinds that one request may have several times for the same shelf."""


def adjust_stock(changes: Sequence[RequestedChange], request: AdjustmentRequest) -> tuple[stock.Balance, ...]:
    """Commit the changes of a request, and return the balances after it; a repeated request changes nothing."""
    if errors := tuple(dict.fromkeys(change_errors(changes))):
        raise Rejected("the changes do not fit", errors)
    retry_conflicts(lambda: commit_request(changes, request))
    shelves = dict.fromkeys(change.shelf for change in changes)
    balances = stock.balances_at(shelves)
    return tuple(balances.get(shelf) or stock.empty_balance(shelf) for shelf in shelves)


def change_errors(changes: Sequence[RequestedChange]) -> Iterator[FieldError]:
    """Yield an error for each product or warehouse that cannot have stock, and each shelf that is set twice."""
    config = configuration.current()
    warehouses, counted_elsewhere = config.warehouses, config.counted_elsewhere
    products = catalogue.find_products(change.shelf.sku for change in changes)
    seen: set[Shelf] = set()
    for change in changes:
        sku, warehouse = change.shelf
        if sku not in products:
            yield FieldError(f"{request_item(change)}.sku", f"there is no product {sku}")
        elif products[Sku(sku)].is_kit:
            yield FieldError(f"{request_item(change)}.sku", f"{sku} is a kit: adjust its components")
        if warehouse in counted_elsewhere:
            yield FieldError(change.field, f"the stock of {warehouse} is Amazon's to count: it is read from there")
        if warehouse not in warehouses:
            field = change.field if change.note else f"{change.field}.warehouse"
            yield FieldError(field, f"there is no warehouse {warehouse}")
        if change.shelf in seen and change.kind not in SEVERAL:
            yield FieldError(change.field, "the same sku and warehouse twice")
        seen.add(change.shelf)


def request_item(change: RequestedChange) -> str:
    """Return the field of the request item that a change comes from; a transfer's field names one of its ends."""
    return change.field.rpartition(".")[0] if change.note else change.field


def commit_request(changes: Sequence[RequestedChange], request: AdjustmentRequest) -> None:
    """Commit the changes, unless an earlier try did; a shelf that is set must still have what it had on hand."""
    if any(stock.has_happened(change.shelf, event(request.id, index)) for index, change in enumerate(changes)):
        return
    units = stock.units_at(change.shelf for change in changes)
    if moved := plan_movements(changes, units, request):
        commit_movements(
            moved,
            was={
                change.shelf: units.get(change.shelf, ShelfUnits()).on_hand
                for change in changes
                if change.to is not None
            },
        )
