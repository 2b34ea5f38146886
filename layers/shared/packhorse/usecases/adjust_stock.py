"""Adjust stock by hand: set, add, receive, count, transfer. A request is done as a whole or not at all."""

from collections.abc import Iterator, Sequence

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.adjustment import AdjustmentRequest, RequestedChange, ShelfUnits, event, plan_movements
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Sku
from packhorse.store import catalogue, configuration, stock
from packhorse.store.backoff import retry_conflicts
from packhorse.store.commit import commit_movements as commit

SEVERAL = frozenset({MovementKind.RECEIVE, MovementKind.TRANSFER})
"""What may happen several times to a place in one request."""


def adjust_stock(wishes: Sequence[RequestedChange], request: AdjustmentRequest) -> tuple[stock.Balance, ...]:
    """Commits the changes of a request, and returns the balances; the same request again changes nothing."""
    if errors := tuple(dict.fromkeys(change_errors(wishes))):
        raise Rejected("the changes do not fit", errors)
    retry_conflicts(lambda: commit_request(wishes, request))
    places = dict.fromkeys(wish.shelf for wish in wishes)
    balances = stock.balances_at(places)
    return tuple(balances.get(place) or stock.empty_balance(place) for place in places)


def change_errors(wishes: Sequence[RequestedChange]) -> Iterator[FieldError]:
    """What names a product or a warehouse that cannot have stock, or sets the same place more than once."""
    warehouses = configuration.current().warehouses
    products = catalogue.find_products(wish.shelf.sku for wish in wishes)
    seen: set[Shelf] = set()
    for wish in wishes:
        sku, warehouse = wish.shelf
        if sku not in products:
            yield FieldError(f"{request_item(wish)}.sku", f"there is no product {sku}")
        elif products[Sku(sku)].is_kit:
            yield FieldError(f"{request_item(wish)}.sku", f"{sku} is a kit: adjust its components")
        if warehouse not in warehouses:
            field = wish.field if wish.note else f"{wish.field}.warehouse"
            yield FieldError(field, f"there is no warehouse {warehouse}")
        if wish.shelf in seen and wish.kind not in SEVERAL:
            yield FieldError(wish.field, "the same sku and warehouse twice")
        seen.add(wish.shelf)


def request_item(wish: RequestedChange) -> str:
    """Which item of the request it comes from; a transfer's field names one of its ends."""
    return wish.field.rpartition(".")[0] if wish.note else wish.field


def commit_request(wishes: Sequence[RequestedChange], request: AdjustmentRequest) -> None:
    """Does it, unless it has happened; what is set goes by what was on hand when it was decided."""
    if any(stock.has_happened(wish.shelf, event(request.id, index)) for index, wish in enumerate(wishes)):
        return
    balances = stock.balances_at(wish.shelf for wish in wishes)
    shelves = {place: ShelfUnits(balance.on_hand, balance.committed) for place, balance in balances.items()}
    if moved := plan_movements(wishes, shelves, request):
        commit(
            moved,
            was={wish.shelf: shelves.get(wish.shelf, ShelfUnits()).on_hand for wish in wishes if wish.to is not None},
        )
