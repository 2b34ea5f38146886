"""Fulfilment orders on their way to a supplier: which may be sent, as what, and in which batch."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import FieldError
from packhorse.domain.money import Money
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import price_paid
from packhorse.domain.orders.sent_row import SentRow
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.spreading import spread
from packhorse.domain.supply.arrivals import content_hash
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.sent import SentOrder, SentOrderLine
from packhorse.domain.supply.sent_rows import NO_NAMES, SupplierSkus, numbered_rows, units_each
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku, Units

SENDABLE = frozenset({FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED})


def may_be_sent(order: Order, number: int, supplier: str, replaces: int | None = None) -> bool:
    """Return whether a fulfilment order may go into a new batch: open, not held, and in no batch but `replaces`."""
    fulfilment = order.fulfilment(number)
    if fulfilment is None or order.holds or fulfilment.status not in SENDABLE or is_requested_back(fulfilment):
        return False
    is_free = fulfilment.batch == replaces and fulfilment.supplier in ("", supplier)
    return is_free and bool(fulfilment.remaining)


def is_requested_back(fulfilment: FulfilmentOrder) -> bool:
    """Return whether its supplier is requested to keep units of it back, and has not answered."""
    return fulfilment.cancellation is not None and fulfilment.cancellation.is_pending


def may_be_reminded(fulfilment: FulfilmentOrder) -> bool:
    """Return whether its supplier's silence has a consequence.

    What is requested back waits for the answer to that, and what may have shipped for a person.
    """
    return fulfilment.is_unanswered and not is_requested_back(fulfilment) and not fulfilment.may_have_shipped


def marked(order: Order, number: int, batch: SupplierBatch, at: datetime, names: SupplierSkus = NO_NAMES) -> Order:
    """Return the order with its fulfilment order marked as in a batch; unchanged if it may not be sent."""
    if not may_be_sent(order, number, batch.supplier, batch.replaces):
        return order
    fulfilment = _of(order, number)
    rows = numbered_rows(order, fulfilment, names)
    changed = with_fulfilment(order, fulfilment.replace(batch=batch.number, supplier=batch.supplier, sent_rows=rows))
    detail = f"{fulfilment.warehouse}, file {batch.number}"
    return with_status(with_entry(changed, at, "sent_to_supplier", "packhorse", detail), at, "packhorse")


def is_of(fulfilment: FulfilmentOrder, batch: SupplierBatch) -> bool:
    """Return whether that batch has the fulfilment order; another supplier may have one of the same number."""
    return fulfilment.batch == batch.number and fulfilment.supplier in ("", batch.supplier)


def was_sent_to(fulfilment: FulfilmentOrder | FulfilmentRow, supplier: Supplier) -> bool:
    """Return whether a supplier has got the fulfilment order, whoever ships the orders of its warehouse now.

    Of one that was sent before its supplier was stored, that is who ships them now.
    """
    if fulfilment.batch is None:
        return False
    if not fulfilment.supplier:
        return fulfilment.warehouse in supplier.warehouses
    return fulfilment.supplier == supplier.id


def is_in_batch(order: Order | None, number: int, batch: SupplierBatch) -> bool:
    """Return whether a fulfilment order is in that batch, and still to be sent."""
    fulfilment = order.fulfilment(number) if order else None
    if fulfilment is None or not is_of(fulfilment, batch) or is_requested_back(fulfilment):
        return False
    return bool(fulfilment.remaining)


def units_said(found: Iterable[tuple[Order | None, int]]) -> str:
    """Return a hash of the units that are still to leave of fulfilment orders: another one, and files say too many."""
    units = [
        (f"{order.id}-{number}", sorted(fulfilment.remaining.items()))
        for order, number in found
        if order and (fulfilment := order.fulfilment(number))
    ]
    return content_hash(repr(sorted(units)).encode())


def unmarked(order: Order, number: int, batch: int) -> Order:
    """Return the order with its fulfilment order in no batch, if it is in that one: no file had its rows."""
    free = taken_out(order, number, batch)
    return free if free == order else with_fulfilment(free, _without_rows(_of(free, number)))


def taken_out(order: Order, number: int, batch: int) -> Order:
    """Return the order with its fulfilment order in no batch, if it is in that one: files may have had its rows."""
    fulfilment = _of(order, number)
    if fulfilment.batch != batch:
        return order
    return with_fulfilment(order, fulfilment.replace(batch=None, supplier="", is_answered=False))


def never_sent(order: Order, number: int) -> Order:
    """Return the order with what is left of a fulfilment order in no batch, and as if nothing had been taken from it.

    Its supplier heard of neither, so that what it ships is no unit that it had agreed to keep back.
    """
    fulfilment = _of(order, number)
    if not fulfilment.is_open:
        return order
    free = fulfilment.replace(batch=None, supplier="", cancellation=None, is_answered=False)
    return with_fulfilment(order, _without_rows(free))


def _without_rows(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    """Return a fulfilment order that a file has never had: its lines are rows as its next supplier names them."""
    return fulfilment.replace(sent_rows=(), sent_lines=())


def moved_back(order: Order, number: int, batch: SupplierBatch) -> Order:
    """Return the order with its fulfilment order in the batch that this one sends again, if units are to leave."""
    fulfilment = order.fulfilment(number)
    if fulfilment is None or not is_of(fulfilment, batch) or not fulfilment.remaining:
        return order
    return with_fulfilment(order, fulfilment.replace(batch=batch.replaces))


def with_layout_exception(order: Order, number: int, faults: Sequence[FieldError], at: datetime) -> Order:
    """Return the order with the exception that its fulfilment order does not fit the supplier's layout."""
    named = "; ".join(f"{fault.field.partition('.')[2] or fault.field}: {fault.message}" for fault in faults[:10])
    message = f"fulfilment {number}: does not fit the layout of its supplier: {named}"
    problem = OrderException(
        cause=Cause.SUPPLIER_LAYOUT_REFUSED, fulfilment=number, message=message[:2000], opened_at=at
    )
    return with_current_exception(order, problem)


def sent_order(
    order: Order, number: int, products: Mapping[Sku, Product], supplier: str, *, is_past: bool = False
) -> SentOrder:
    """Return a fulfilment order as its supplier gets it, with what has not left yet; of a past one with all."""
    fulfilment = _of(order, number)
    return _sent_order(order, number, products, supplier, fulfilment.wanted if is_past else fulfilment.remaining)


def cancelled_order(order: Order, number: int, products: Mapping[Sku, Product], supplier: str) -> SentOrder:
    """Return a request to keep units back as its supplier gets it: the fulfilment order with these units."""
    fulfilment = _of(order, number)
    if fulfilment.cancellation is None:
        raise AssertionError(f"nothing of fulfilment {fulfilment.id} is requested back")
    units = Counter(fulfilment.cancellation.units) & fulfilment.remaining
    return _sent_order(order, number, products, supplier, units)


def _sent_order(order: Order, number: int, products: Mapping[Sku, Product], supplier: str, units: Units) -> SentOrder:
    fulfilment = _of(order, number)
    rows = numbered_rows(order, fulfilment, names_at(supplier, products))
    numbered = ((place, row) for place, row in enumerate(rows, 1) if units[row.line] and units_each(order, row))
    lines = tuple(_line(order, row, place, units[row.line], products, supplier) for place, row in numbered)
    return SentOrder(
        fulfilment=fulfilment.id,
        order=order.id,
        number=(order.number or order.channel_order_id)[:100],
        channel=order.channel,
        warehouse=fulfilment.warehouse,
        placed_at=order.placed_at,
        ship_by=order.due_from(fulfilment.warehouse),
        deliver_by=order.deliver_by,
        expedited=bool(order.expedited),
        delivery_method=order.delivery_method,
        ship_to=order.ship_to or Address(),
        email=order.customer.email if order.customer else "",
        note=order.note,
        gift_message=order.gift_message,
        lines=lines,
    )


def names_at(supplier: str, products: Mapping[Sku, Product]) -> SupplierSkus:
    """Return a supplier's skus of products by ours."""
    return {sku: name for sku, each in products.items() if (name := each.supplier_skus.get(supplier))}


def _line(
    order: Order, row: SentRow, number: int, units: int, products: Mapping[Sku, Product], supplier: str
) -> SentOrderLine:
    """Return a row for so many units of its line."""
    line = order.line(row.line)
    if line is None:
        raise AssertionError(f"order {order.id} has no line {row.line}")
    sku = Sku(row.sku or line.matched or line.sku)
    product, is_component = products.get(sku), row.sku is not None
    amount = price_paid(line, units)
    return SentOrderLine(
        id=line.id,
        number=number,
        sku=sku,
        supplier_sku=product.supplier_skus.get(supplier, "") if product else "",
        barcode=(product.barcode if product else None) or ("" if is_component else line.barcode),
        name=("" if is_component else line.name) or (product.name if product else ""),
        quantity=units * units_each(order, row),
        price=_share(price_paid(line, 1), line, sku, 1) if is_component else price_paid(line, 1),
        amount=_share(amount, line, sku, line.recipe[sku]) if is_component else amount,
    )


def _share(price: Money | None, line: OrderLine, sku: Sku, units: int) -> Money | None:
    """Return the share that a component has in the price of a kit, by its units, of so many of these in one kit."""
    if price is None:
        return None
    each = line.recipe
    shares = dict(zip(each, spread(price.minor, list(each.values())), strict=True))
    return price.replace(minor=shares[sku] * units // each[sku])


def _of(order: Order, number: int) -> FulfilmentOrder:
    found = order.fulfilment(number)
    if found is None:
        raise AssertionError(f"order {order.id} has no fulfilment {number}")
    return found
