"""What all numbered documents are made by: once for a request, of lines whose products exist."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.numbered import Numbered
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement
from packhorse.domain.transfers.figures import may_receive
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import catalogue, configuration, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.register import Register

D = TypeVar("D", bound=Numbered)


def make_once(register: Register[D], request: str, draft: Callable[[str, datetime], D]) -> D:
    """Store a new document, which `draft` makes under its id; the same request again returns the same one."""

    def create() -> D:
        if made := register.made_by(request):
            return register.get(made)
        now, number = datetime.now(UTC), register.next_number()
        return register.create(draft(register.id_of(number), now), number, request, now)

    return retry_conflicts(create)


def make_in_turn(
    register: Register[D], number: int, request: str, drafts: Iterable[Callable[[str, datetime], D]]
) -> Iterator[D]:
    """Store new documents under the numbers from one on, and yield each; raises Conflict if another has its number."""
    now = datetime.now(UTC)
    for place, draft in enumerate(drafts, start=number):
        yield register.create(draft(register.id_of(place), now), place, f"{request}#{place}", now)


def shelves_that_get(movements: Iterable[Movement]) -> list[Shelf]:
    """Return the shelves that units arrive on."""
    return [each.shelf for each in movements if each.on_hand > 0]


def check_shelves(shelves: Collection[Shelf]) -> None:
    """Raise NotNow if no units can arrive there: their product or warehouse was removed, or is of another kind."""
    if not shelves:
        return
    products = catalogue.find_products({shelf.sku for shelf in shelves})
    warehouses = configuration.current().warehouses
    faults = [_product_fault(shelf.sku, products) for shelf in shelves]
    faults += [_warehouse_fault(shelf.warehouse, warehouses) for shelf in shelves]
    if named := dict.fromkeys(filter(None, faults)):
        raise NotNow("; ".join(named))


def check_counted_here(shelves: Iterable[Shelf], instead: str) -> None:
    """Raise NotNow if a warehouse of units that arrive has become Amazon's, which has them in its figures."""
    warehouses = configuration.current().warehouses
    for name in sorted({each.warehouse for each in shelves}):
        if (found := warehouses.get(name)) and found.kind is WarehouseKind.FBA:
            raise NotNow(f"{name} counts by Amazon's figures, which have these units: {instead}")


def is_counted_at(warehouse: str | None) -> bool:
    """Return whether units that arrive at a warehouse, or leave it, change its stock: not where a feed says it."""
    return warehouse not in suppliers.fed_warehouses()


def _product_fault(sku: Sku, products: Mapping[Sku, Product]) -> str | None:
    if sku not in products:
        return f"there is no product {sku} any more"
    return f"{sku} is a kit now, which has no stock of its own" if products[sku].is_kit else None


def _warehouse_fault(name: WarehouseId, warehouses: Mapping[WarehouseId, Warehouse]) -> str | None:
    if name not in warehouses:
        return f"there is no warehouse {name} any more"
    kind = warehouses[name].kind
    return None if may_receive(kind) else f"warehouse {name} is {kind} now: its supplier says what is there"


def product_errors(skus: Iterable[str], instead_of_kit: str) -> list[FieldError]:
    """Return an error for each line, by its sku, whose product does not exist, or is a kit, which has no stock.

    A line whose sku could not be read, an empty one, has its error already.
    """
    named = list(skus)
    products = catalogue.find_products(Sku(sku) for sku in named if sku)
    errors = []
    for index, sku in enumerate(named):
        product = products.get(Sku(sku))
        if not sku:
            continue
        if product is None:
            errors.append(FieldError(f"lines.{index}.sku", f"there is no product {sku}"))
        elif product.is_kit:
            errors.append(FieldError(f"lines.{index}.sku", f"{sku} is a kit: {instead_of_kit}"))
    return errors
