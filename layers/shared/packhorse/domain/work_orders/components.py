"""What work orders lack of their components, and what nested ones that they will need are to be built of."""

from collections.abc import Iterable, Iterator

from packhorse.domain.catalogue.kits import Catalogue
from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.purchasing.need import Need
from packhorse.domain.stock.goods import Goods, Recipe, Shelf, take
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.domain.work_orders.recipe import components_or_reason
from packhorse.domain.work_orders.work_order import WorkKind, WorkOrder


def building(works: Iterable[WorkOrder]) -> list[WorkOrder]:
    """Return the work orders that build, oldest first."""
    found = [each for each in works if each.kind is WorkKind.BUILD and each.open]
    return sorted(found, key=lambda each: (each.created_at, each.id))


def shelves_for(works: Iterable[WorkOrder], products: Catalogue) -> set[Shelf]:
    """Return the shelves of all that the work orders, and those nested in them, may be built of."""
    return {Shelf(sku, WarehouseId(work.warehouse)) for work in works for sku in _all_parts(Sku(work.sku), products)}


def _all_parts(sku: Sku, products: Catalogue) -> set[Sku]:
    found, left = set[Sku](), [sku]
    while left:
        product = products.get(left.pop())
        new = {Sku(name) for name in product.components} - found if product else set[Sku]()
        found |= new
        left += new
    return found


def lacking_components(works: Iterable[WorkOrder], products: Catalogue, free: Goods) -> Iterator[Need]:
    """Yield what work orders lack of their components beyond what is free: each unit is for the oldest of them.

    Of a component that is built itself it is what that is built of: a nested work order will need it.
    """
    left = Goods(free)
    for work in building(works):
        wanted = list(_wanted(work, products).items())
        while wanted:
            sku, units = wanted.pop(0)
            shelf = Shelf(sku, WarehouseId(work.warehouse))
            if not (rest := units - take(left, shelf, units)):
                continue
            if taken := _parts_of(sku, products):
                wanted += [(name, rest * each) for name, each in taken.items()]
            else:
                yield Need(OrderId(""), "", shelf, rest, work_order=work.id)


def _wanted(work: WorkOrder, products: Catalogue) -> Recipe:
    """Return the units that a work order still needs; one that is new takes them by the recipe of that day."""
    if work.is_submitted:
        return {Sku(part.sku): work.lacking(part) for part in work.inputs}
    taken = _parts_of(Sku(work.sku), products) or {Sku(part.sku): part.per_unit for part in work.inputs}
    return {sku: units * work.open for sku, units in taken.items()}


def _parts_of(sku: Sku, products: Catalogue) -> Recipe:
    """Return the stock that one unit of a product is built of, nothing if it cannot be built."""
    product = products.get(sku)
    if product is None or product.kind is not ProductKind.BUILT:
        return {}
    taken = components_or_reason(sku, products)
    return {} if isinstance(taken, str) else taken
