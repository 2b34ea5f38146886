"""The box size of a parcel of an order: the named one, the smallest that holds its units, or the default."""

from collections.abc import Iterator, Mapping, Sequence

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.labels.box_sizes import BoxChoice, BoxSize, SizedUnits, smallest
from packhorse.domain.orders.order import Order
from packhorse.domain.values import Sku

Products = Mapping[Sku, Product]


def box_choice(
    order: Order,
    units: Mapping[str, int],
    warehouse: Warehouse,
    products: Products,
    config: Configuration,
    named: str | None = None,
) -> BoxChoice | None:
    """Return the box size of a parcel of these units; None where the warehouse has none, and none is named.

    Without dimensions of a product the warehouse's default is taken.
    """
    boxes = [each for each in config.account.boxes if each.is_at(warehouse.id)]
    if named:
        return _named(named, boxes, warehouse)
    if not boxes or not any(units.values()):
        return None
    items = list(_items_of(order, units, products))
    if unknown := [item.sku for item in items if not all(item.sides)]:
        return _default(unknown[0], warehouse)
    choice = smallest(boxes, items)
    if choice.box is None:
        reason = f"{choice.reason}: make several parcels, name a box, or measure the parcel"
        return choice.replace(reason=reason[:255])
    return choice


def _named(named: str, boxes: Sequence[BoxSize], warehouse: Warehouse) -> BoxChoice:
    if any(each.id == named for each in boxes):
        return BoxChoice(box=named, reason="named in the request")
    return BoxChoice(box=None, reason=f"warehouse {warehouse.id} has no box size {named}")


def _default(sku: str, warehouse: Warehouse) -> BoxChoice:
    lacking = f"product {sku} has no dimensions"
    if warehouse.default_box:
        return BoxChoice(box=warehouse.default_box, reason=f"{lacking}: the default of {warehouse.id}")
    return BoxChoice(
        box=None, reason=f"{lacking}: give it some, name a box, or give warehouse {warehouse.id} a default box"
    )


def _items_of(order: Order, units: Mapping[str, int], products: Products) -> Iterator[SizedUnits]:
    for line in order.lines:
        if units.get(line.id):
            yield from _items(line.matched or line.sku, units[line.id], products)


def _items(sku: str, units: int, products: Products) -> Iterator[SizedUnits]:
    """Yield the units of a product; of a kit without dimensions its components."""
    product = products.get(Sku(sku))
    sides = (product.length_mm, product.width_mm, product.height_mm) if product else (0, 0, 0)
    if product and product.is_kit and not all(sides):
        for part, count in product.components.items():
            yield from _items(part, units * count, products)
    else:
        yield SizedUnits(sku, units, sides)
