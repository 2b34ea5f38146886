"""Print documents of fulfilment orders: read what is on them, have them drawn, and record it in the orders."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws.bucket import document_key
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.documents.packing_slip import packing_slip
from packhorse.domain.documents.pick_list import Picked, pick_list
from packhorse.domain.errors import Conflict, FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import printable, printed
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId
from packhorse.messages.documents import DrawDocument, request_document
from packhorse.store import catalogue, configuration, orders, short_ids
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.store.parcels import FulfilmentKey


class Caller(NamedTuple):
    """Who prints: the name in timelines, what that person sees of an order, and an id equal for repeated requests."""

    who: str
    sees: Callable[[Order], Order]
    request: str


def print_packing_slip(named: FulfilmentKey, caller: Caller) -> str:
    """Print a packing slip; return the key of its PDF. The buyer's note and gift message are on it, whoever prints."""
    now = datetime.now(UTC)
    order = orders.get_order(named.order)
    config = configuration.current()
    warehouse = _warehouse(config, fulfilment_order_of(order, named.number).warehouse)
    slip = packing_slip(
        caller.sees(order).replace(note=order.note, gift_message=order.gift_message),
        named.number,
        warehouse,
        config.channels.get(ChannelId(order.channel)),
        _products_of([order]),
        now,
    )
    key = document_key(DocumentKind.PACKING_SLIP, caller.request, now)
    request_document(DrawDocument(key=key, document=slip))
    _record((named,), DocumentKind.PACKING_SLIP, caller.who, now)
    return key


def print_pick_list(named: Sequence[FulfilmentKey], caller: Caller) -> str:
    """Print the pick list of fulfilment orders of one warehouse; return the key of its PDF.

    Raises Rejected, with the place of each that is missing or there twice, has nothing to pick, or is of another
    warehouse.
    """
    now = datetime.now(UTC)
    found = orders.find_orders({each.order for each in named})
    config = configuration.current()
    warehouse = _warehouse(config, _one_warehouse(named, found))
    picked = [Picked(caller.sees(found[each.order]), each.number) for each in named]
    document = pick_list(picked, warehouse, config.channels, _products_of(found.values()), now)
    key = document_key(DocumentKind.PICK_LIST, caller.request, now)
    request_document(DrawDocument(key=key, document=document))
    _record(named, DocumentKind.PICK_LIST, caller.who, now)
    return key


def _one_warehouse(named: Sequence[FulfilmentKey], found: Mapping[OrderId, Order]) -> WarehouseId:
    """Return the warehouse that all are of; raises Rejected with every place that does not fit."""
    errors, warehouses = [], []
    for place, each in enumerate(named):
        if each in named[:place]:
            errors.append(FieldError(f"fulfilments.{place}", f"fulfilment {each.number} is there twice"))
            continue
        try:
            warehouses.append(_to_pick(each, found).warehouse)
        except (NotFound, NotNow) as error:
            if len(named) == 1:
                raise
            errors.append(FieldError(f"fulfilments.{place}", str(error)))
        else:
            if warehouses[-1] != warehouses[0]:
                errors.append(FieldError(f"fulfilments.{place}", f"is at {warehouses[-1]}, others are not"))
    if errors:
        raise Rejected("the pick list cannot be printed", errors)
    return warehouses[0]


def _to_pick(named: FulfilmentKey, found: Mapping[OrderId, Order]) -> FulfilmentOrder:
    if named.order not in found:
        raise NotFound(f"there is no order {named.order}")
    return printable(found[named.order], named.number, DocumentKind.PICK_LIST)


def _warehouse(config: Configuration, name: WarehouseId) -> Warehouse:
    return config.warehouses.get(name) or Warehouse(id=name)  # removed meanwhile: what it has to ship stays


def _products_of(read: Iterable[Order]) -> dict[Sku, Product]:
    return catalogue.find_products(
        sku for order in read for line in order.lines for sku in (*line.recipe, Sku(line.matched or line.sku))
    )


def _record(named: Sequence[FulfilmentKey], kind: DocumentKind, who: str, now: datetime) -> None:
    """Record in each order that a document was printed; raises Conflict for orders that never stop changing."""
    short_ids.remember(each.order for each in named)
    pending: dict[OrderId, list[int]] = {}
    for each in named:
        pending.setdefault(each.order, []).append(each.number)
    for attempt in range(MAX_TRIES):
        writes = []
        for order in orders.find_orders(pending).values():
            after = order
            for number in pending[order.id]:
                after = printed(after, number, kind, now, who)
            writes.append(Write(Change(after), order, who))
        done = commit(writes, now)
        for order in done.values():
            commit_owed(order, who, now)
        pending = {order_id: numbers for order_id, numbers in pending.items() if order_id not in done}
        if not pending:
            return
        pause(attempt)
    raise Conflict(f"{len(pending)} orders changed meanwhile")
