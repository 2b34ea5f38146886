"""Print documents of fulfilment orders: read what is on them, have them drawn, and record it in the orders."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws.bucket import document_key
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.documents.packing_slip import PackingSlip, PackingSlips, packing_slip
from packhorse.domain.documents.pick_list import Picked, PickList, pick_list
from packhorse.domain.errors import Conflict, FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import DocumentKind, FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import printable, printed
from packhorse.domain.plural import plural
from packhorse.domain.values import ChannelId, OrderId, Sku, WarehouseId
from packhorse.messages.documents import DrawDocument, request_document
from packhorse.store import catalogue, configuration, orders, short_ids
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.store.parcels import FulfilmentKey

CANNOT_PRINT = {
    DocumentKind.PACKING_SLIP: "the packing slips cannot be printed",
    DocumentKind.PICK_LIST: "the pick list cannot be printed",
}


class PrintCaller(NamedTuple):
    """Who prints: the name in timelines, what that person sees of an order, and an id equal for repeated requests."""

    who: str
    sees: Callable[[Order], Order]
    request: str


def print_packing_slips(named: Sequence[FulfilmentKey], caller: PrintCaller) -> str:
    """Print packing slips, one file in this sequence; return the key of its PDF.

    The buyer's note and gift message are on them, whoever prints. Raises Rejected, with the place of each that is
    missing, there twice, cancelled or taken back; of a single one what is the matter with it.
    """
    now = datetime.now(UTC)
    found = orders.find_orders({each.order for each in named})
    to_print = _to_print(named, found, DocumentKind.PACKING_SLIP)
    config, products = configuration.current(), _products_of(found.values())
    slips = []
    for each, fulfilment in zip(named, to_print, strict=True):
        order = found[each.order]
        seen = caller.sees(order).replace(note=order.note, gift_message=order.gift_message)
        channel = config.channels.get(ChannelId(order.channel))
        slips.append(packing_slip(seen, each.number, _warehouse(config, fulfilment.warehouse), channel, products, now))
    document = slips[0] if len(slips) == 1 else PackingSlips(slips=tuple(slips))
    return _print(document, named, DocumentKind.PACKING_SLIP, caller, now)


def print_pick_list(named: Sequence[FulfilmentKey], caller: PrintCaller) -> str:
    """Print the pick list of fulfilment orders of one warehouse; return the key of its PDF.

    Raises Rejected, with the place of each that is missing or there twice, has nothing to pick, or is of another
    warehouse; of a single one what is the matter with it.
    """
    now = datetime.now(UTC)
    found = orders.find_orders({each.order for each in named})
    to_pick = _to_print(named, found, DocumentKind.PICK_LIST)
    config = configuration.current()
    warehouse = _warehouse(config, to_pick[0].warehouse)
    picked = [Picked(caller.sees(found[each.order]), each.number) for each in named]
    document = pick_list(picked, warehouse, config.channels, _products_of(found.values()), now)
    return _print(document, named, DocumentKind.PICK_LIST, caller, now)


def _print(
    document: PackingSlip | PackingSlips | PickList,
    named: Sequence[FulfilmentKey],
    kind: DocumentKind,
    caller: PrintCaller,
    now: datetime,
) -> str:
    key = document_key(kind, caller.request, now)
    request_document(DrawDocument(key=key, document=document))
    _record(named, kind, caller.who, now)
    return key


def _to_print(
    named: Sequence[FulfilmentKey], found: Mapping[OrderId, Order], kind: DocumentKind
) -> list[FulfilmentOrder]:
    """Return what is to be printed; raises Rejected with every place that does not fit."""
    errors, to_print = [], list[FulfilmentOrder]()
    for place, each in enumerate(named):
        field = f"fulfilments.{place}"
        try:
            fulfilment = _printable(each, found, kind)
        except (NotFound, NotNow) as error:
            if len(named) == 1:
                raise
            errors.append(FieldError(field, str(error)))
            continue
        if each in named[:place]:
            errors.append(FieldError(field, f"fulfilment {each.number} is there twice"))
        elif kind is DocumentKind.PICK_LIST and to_print and fulfilment.warehouse != to_print[0].warehouse:
            errors.append(FieldError(field, f"is at {fulfilment.warehouse}, others are not"))
        else:
            to_print.append(fulfilment)
    if errors:
        raise Rejected(CANNOT_PRINT[kind], errors)
    return to_print


def _printable(named: FulfilmentKey, found: Mapping[OrderId, Order], kind: DocumentKind) -> FulfilmentOrder:
    if named.order not in found:
        raise NotFound(f"there is no order {named.order}")
    return printable(found[named.order], named.number, kind)


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
    raise Conflict(f"{plural(len(pending), 'order')} changed meanwhile")
