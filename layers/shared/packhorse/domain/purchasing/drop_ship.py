"""Purchase orders of what a supplier ships to the buyer: the cost side of a fulfilment order, which they follow.

None of it is on a shelf of ours: nothing is incoming, received by people or part of an average cost.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.money import Money
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.purchasing.additions import joined
from packhorse.domain.purchasing.drop_ship_prices import supplier_price, unpriced, with_terms
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER, with_state
from packhorse.domain.supply.sending import names_at
from packhorse.domain.supply.sent_rows import SupplierSkus, numbered_rows
from packhorse.domain.values import Sku

WHO = "packhorse"


class Units(NamedTuple):
    """The units of a product that a fulfilment order is to ship in all, and of those that left, and were rejected."""

    wanted: int
    shipped: int
    rejected: int = 0


def drop_ship_order(
    name: str, supplier: str, order: Order, fulfilment: FulfilmentOrder, products: Mapping[Sku, Product], at: datetime
) -> PurchaseOrder:
    """Return the purchase order of a fulfilment order at the prices of its supplier, submitted with it.

    It is in the currency of the first price; a product without a price in that has 0, as the timeline says.
    """
    kits = _whole_kits(order, fulfilment, names_at(supplier, products))
    units = _units_by_sku(order, fulfilment, fulfilment.wanted, kits) | _shipped(order, fulfilment, kits)
    prices = (supplier_price(products.get(sku), supplier) for sku in units)
    own = order.lines[0].unit_price.currency
    currency = next((price.currency for price in prices if price), own)
    lines = tuple(_lines(units, 0, supplier, currency, products))
    unpriced = [line.sku for line in lines if not _is_priced(products.get(Sku(line.sku)), supplier, currency)]
    made = PurchaseOrder(
        id=name,
        supplier=supplier,
        warehouse=fulfilment.warehouse,
        currency=currency,
        reference=fulfilment.short_id,
        lines=lines,
        created_at=at,
        submitted_at=at,
        ships=FulfilmentRef(order=order.id, fulfilment=fulfilment.number),
    )
    detail = f"without a price in {currency}: {', '.join(unpriced)}" if unpriced else ""
    return with_state(made).with_entry(at, "created", WHO, detail)


def _is_priced(product: Product | None, supplier: str, currency: str) -> bool:
    price = supplier_price(product, supplier)
    return price is not None and price.currency == currency


def _lines(
    units: Mapping[Sku, int], before: int, supplier: str, currency: str, products: Mapping[Sku, Product]
) -> Iterator[PurchaseLine]:
    """Yield a line for each product, numbered after those `before`."""
    for number, (sku, ordered) in enumerate(units.items(), start=before + 1):
        product = products.get(sku)
        price = supplier_price(product, supplier)
        fitting = price if price and price.currency == currency else Money(minor=0, currency=currency)
        theirs = product.supplier_skus.get(supplier, "") if product else ""
        yield PurchaseLine(id=str(number), sku=sku, ordered=ordered, unit_cost=fitting, supplier_sku=theirs)


def _shipped(order: Order, fulfilment: FulfilmentOrder, kits: Collection[str]) -> "Counter[Sku]":
    """Return the units that its supplier shipped, also those that no line wants any more: all will be invoiced."""
    return _units_by_sku(order, fulfilment, contents_of(fulfilment.reported_parcels), kits)


def units_to_price(order: Order, fulfilment: FulfilmentOrder, purchase: PurchaseOrder | None) -> frozenset[Sku]:
    """Return the products that lines, or prices of lines, are missing for in its purchase order, or in a new one."""
    if purchase is None:
        units = _units_by_sku(order, fulfilment, fulfilment.wanted, ()) | _shipped(order, fulfilment, ())
        return frozenset(units) | {Sku(line.matched) for line in order.lines if line.matched and line.components}
    shipped = _shipped(order, fulfilment, _listed_whole(order, fulfilment, purchase))
    return _unlisted(purchase, shipped) | unpriced(purchase)


def _unlisted(purchase: PurchaseOrder, shipped: Mapping[Sku, int]) -> frozenset[Sku]:
    """Return the products that shipped and that no line has."""
    return frozenset(shipped) - {Sku(line.sku) for line in purchase.lines}


def _whole_kits(order: Order, fulfilment: FulfilmentOrder, names: SupplierSkus) -> frozenset[str]:
    """Return the lines of kits that go to the supplier as they are, as in its files."""
    rows = (row.line for row in numbered_rows(order, fulfilment, names) if row.sku is None)
    return frozenset(name for name in rows if (line := order.line(name)) and line.matched and line.components)


def _listed_whole(order: Order, fulfilment: FulfilmentOrder, purchase: PurchaseOrder) -> frozenset[str]:
    """Return the lines that a purchase order has as they are, of kits no components."""
    listed = {line.sku for line in purchase.lines}
    return frozenset(line.id for line in order.lines if line.matched_in(fulfilment.number) in listed)


def _units_by_sku(
    order: Order, fulfilment: FulfilmentOrder, units: Mapping[str, int], kits: Collection[str]
) -> "Counter[Sku]":
    """Return units by line as those of their products: of a kit its components, but for those of `kits`.

    A line that is another item now counts as what it was when the fulfilment order was made.
    """
    found = Counter[Sku]()
    for line in order.lines:
        quantity = units.get(line.id, 0)
        if line.id in kits:
            found[Sku(str(line.matched_in(fulfilment.number)))] += quantity
            continue
        for pick in line.picks_in(fulfilment.number, quantity):
            found[Sku(pick.sku)] += pick.quantity
    return +found


def following(purchase: PurchaseOrder, order: Order, products: Mapping[Sku, Product], at: datetime) -> PurchaseOrder:
    """Return the purchase order as its fulfilment order is: what shipped is received, what will not ship is refused.

    One that is over changes only by what ships late, after it was taken from the supplier. What shipped of a product
    that it has no line of gets one: the line of the order was cancelled before the purchase order was made.
    """
    fulfilment = order.fulfilment(purchase.ships.fulfilment) if purchase.ships else None
    if fulfilment is None or is_left(purchase, fulfilment):
        return purchase
    kits = _listed_whole(order, fulfilment, purchase)
    wanted, rejected = (
        _units_by_sku(order, fulfilment, each, kits) for each in (fulfilment.wanted, fulfilment.rejected)
    )
    shipped = _shipped(order, fulfilment, kits)
    if missing := {sku: shipped[sku] for sku in sorted(_unlisted(purchase, shipped))}:
        new = _lines(missing, len(purchase.lines), purchase.supplier, purchase.currency, products)
        purchase = purchase.replace(lines=(*purchase.lines, *new))
    if purchase.state in OVER:
        return _with_late(purchase, fulfilment, shipped, at)
    purchase = with_terms(purchase, products, WHO, at)
    is_gone = fulfilment.status is FulfilmentStatus.CANCELLED and not shipped
    lines = tuple(
        _following(line, fulfilment, Units(*(each[Sku(line.sku)] for each in (wanted, shipped, rejected))))
        for line in purchase.lines
    )
    if is_gone and not any(line.received for line in purchase.lines):
        return _cancelled(purchase, "its fulfilment order is", at)
    if lines == purchase.lines:
        return purchase
    detail = joined(list(_changes(purchase, lines)))
    return with_state(purchase.replace(lines=lines)).with_entry(at, "followed", WHO, detail)


def is_left(purchase: PurchaseOrder, fulfilment: FulfilmentOrder) -> bool:
    """Return whether it was cancelled while its fulfilment order goes on, by another purchase order or by none."""
    return purchase.state is PurchaseState.CANCELLED and fulfilment.is_open


def is_former(purchase: PurchaseOrder, supplier: str, fulfilment: FulfilmentOrder) -> bool:
    """Return whether a supplier ships its fulfilment order by another purchase order than this one.

    Another supplier does of which this one's accepted and shipped nothing; so does the same one, whose warehouse came
    back to it, after this one was cancelled.
    """
    if purchase.supplier == supplier:
        return is_left(purchase, fulfilment)
    return not any(line.received or line.acknowledged for line in purchase.lines)


def cancelled_as_moved(purchase: PurchaseOrder, supplier: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order as cancelled, since another supplier ships its fulfilment order."""
    if purchase.state in OVER:
        return purchase
    return _cancelled(purchase, f"{supplier} ships its fulfilment order", at)


def _cancelled(purchase: PurchaseOrder, why: str, at: datetime) -> PurchaseOrder:
    lines = tuple(line.ended for line in purchase.lines)
    return with_state(purchase.replace(lines=lines, cancelled_at=at)).with_entry(at, "cancelled", WHO, why)


def _with_late(
    purchase: PurchaseOrder, fulfilment: FulfilmentOrder, shipped: Mapping[Sku, int], at: datetime
) -> PurchaseOrder:
    """Return a purchase order that is over with what shipped all the same, as received."""
    if all(shipped[Sku(line.sku)] <= line.received for line in purchase.lines):
        return purchase
    lines = tuple(_following(line, fulfilment, Units(line.ordered, shipped[Sku(line.sku)])) for line in purchase.lines)
    late = purchase.replace(lines=lines, cancelled_at=None)
    return with_state(late).with_entry(at, "followed", WHO, f"late: {_detail(lines)}")


def _following(line: PurchaseLine, fulfilment: FulfilmentOrder, units: Units) -> PurchaseLine:
    received = max(units.shipped, line.received)
    coming = max(units.wanted, received) if fulfilment.is_open else received  # of one that is over the rest does not
    # What was rejected before the purchase order was made is no part of what its line orders.
    ordered = max(units.wanted, coming, min(coming + units.rejected, line.ordered)) or line.ordered
    is_answered = fulfilment.status is FulfilmentStatus.ACCEPTED or bool(units.shipped)
    return line.replace(
        ordered=ordered,
        received=received,
        refused=ordered - coming,
        closed=0,
        acknowledged=line.acknowledged or is_answered,
    )


def _changes(before: PurchaseOrder, lines: Iterable[PurchaseLine]) -> Iterator[str]:
    """Yield how far each line is that changed, and how many units more of it its supplier refused."""
    for line in lines:
        was = before.line(line.id)
        if line == was:
            continue
        yield f"{line.received} of {line.ordered} {line.sku} shipped"
        if (more := line.refused - (was.refused if was else 0)) > 0:
            yield f"{more} of {line.sku} refused"


def _detail(lines: Iterable[PurchaseLine]) -> str:
    return ", ".join(f"{line.received} of {line.ordered} {line.sku} shipped" for line in lines)
