"""The Stock table: balances; and the Movements table: their ledger.

question                                  | pk             | sk                 | index
stock of a sku, by warehouse              | sku            | warehouse          | -
stock of a warehouse                      | warehouse      | sku                | in_warehouse (keys only)
movements of a sku in a warehouse         | sku#warehouse  | business event     | by_time: + at

A balance changes with every order, so in_warehouse holds keys only: an index with balances would be written as often.
A movement never changes, and costs one write unit in its index.
on_hand = committed + quarantined + available, always. `waiting` are the units that short lines wait for there; an order
takes only what those before it cannot use. `incoming` are the open units of purchase orders to the warehouse, of work
orders there, and those on their way by transfer orders; the latter are `in_transit`. A movement holds the changes of
the first three; the balance after it is calculated from the ledger, since storing it would need a lock on the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.money import Money
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.stock.shelf_change import ShelfChange
from packhorse.domain.values import Sku, Value, WarehouseId, iso
from packhorse.store import costs, expressions
from packhorse.store.expressions import (
    Attributes,
    Expression,
    Request,
    at_least,
    at_most,
    between,
    equals,
    less,
    missing,
)
from packhorse.store.reading import BATCH, batch_get, first_items, get_item, pages

QUANTITIES = ("on_hand", "committed", "quarantined", "available", "incoming", "in_transit", "waiting")

ZERO = {"N": "0"}
"""A quantity that the item does not have."""


class Balance(Value):
    """The balance of a shelf; `average_cost` is what a unit cost, as far as purchase orders brought them."""

    sku: Sku
    warehouse: WarehouseId
    on_hand: int = 0
    committed: int = 0
    quarantined: int = 0
    available: int = 0
    incoming: int = 0
    in_transit: int = 0
    waiting: int = 0
    average_cost: Money | None = None

    @property
    def shelf(self) -> Shelf:
        """The shelf that it is of."""
        return Shelf(self.sku, self.warehouse)

    @property
    def units(self) -> ShelfUnits:
        """What a change of on_hand has to know."""
        return ShelfUnits(self.on_hand, self.committed, self.quarantined)

    @property
    def free(self) -> int:
        """Units that no order waits for; negative if more are waited for than are available."""
        return self.available - self.waiting


def empty_balance(shelf: Shelf) -> Balance:
    """Return the balance of a shelf that never had any stock."""
    return Balance(sku=shelf.sku, warehouse=shelf.warehouse)


def available(shelves: Iterable[Shelf]) -> Goods:
    """Return the available units of those shelves."""
    return Goods({shelf: balance.available for shelf, balance in balances_at(shelves).items()})


def sellable(shelves: Iterable[Shelf]) -> Goods:
    """Return the available units of those shelves that no order waits for."""
    return Goods({shelf: max(0, balance.free) for shelf, balance in balances_at(shelves).items()})


def balances_at(shelves: Iterable[Shelf]) -> dict[Shelf, Balance]:
    """Return the balances of those shelves that have one."""
    items = batch_get(settings.stock_table, (_key(shelf) for shelf in shelves))
    return {found.shelf: found for found in map(_balance, items)}


def units_at(shelves: Iterable[Shelf]) -> dict[Shelf, ShelfUnits]:
    """Return what a change of on_hand has to know of those shelves that have a balance."""
    return {shelf: balance.units for shelf, balance in balances_at(shelves).items()}


def of_sku(sku: Sku) -> list[Balance]:
    """Return the balances of a sku, of every warehouse that ever had any."""
    query = expressions.query(settings.stock_table, equals("pk", sku), ConsistentRead=True)
    return [_balance(item) for item in pages("query", **query)]


def page(warehouse: WarehouseId | None, after: Shelf | None, limit: int) -> tuple[list[Balance], Shelf | None]:
    """Return a page of balances, of one warehouse or of all, and the shelf after which the next page starts."""
    options: dict[str, Any] = {"Limit": limit}
    if after:
        options["ExclusiveStartKey"] = _key(after._replace(warehouse=warehouse or after.warehouse))
    if warehouse:
        answer = client("dynamodb").query(**_of_warehouse(warehouse, **options))
    else:
        answer = client("dynamodb").scan(TableName=settings.stock_table, **options)
    shelves, last = list(map(_shelf, answer["Items"])), answer.get("LastEvaluatedKey")
    if not warehouse:
        return list(map(_balance, answer["Items"])), last and _shelf(last)
    found = balances_at(shelves)
    return [found[shelf] for shelf in shelves if shelf in found], last and _shelf(last)


def skus_at(warehouse: WarehouseId) -> Iterator[Sku]:
    """Yield the skus that the warehouse has a balance of; one that it got a moment ago may be missing."""
    return (_shelf(item).sku for item in pages("query", **_of_warehouse(warehouse)))


def holds_any(warehouse: WarehouseId) -> bool:
    """Return whether any unit is on hand, committed or incoming in the warehouse."""
    shelves = map(_shelf, pages("query", **_of_warehouse(warehouse)))
    for batch in batched(shelves, BATCH):
        if any(each.on_hand or each.committed or each.incoming for each in balances_at(batch).values()):
            return True
    return False


def _of_warehouse(warehouse: WarehouseId, **options: Any) -> Request:
    return expressions.query(settings.stock_table, equals("sk", warehouse), index="in_warehouse", **options)


def _key(shelf: Shelf) -> Request:
    return expressions.key(shelf.sku, shelf.warehouse)


def _shelf(item: Mapping[str, Any]) -> Shelf:
    return Shelf(Sku(item["pk"]["S"]), WarehouseId(item["sk"]["S"]))


def _balance(item: Mapping[str, Any]) -> Balance:
    numbers: dict[str, Any] = {name: int(item[name]["N"]) for name in QUANTITIES if name in item}
    basis = costs.cost_in(item)
    return empty_balance(_shelf(item)).replace(**numbers, average_cost=basis and basis.average)


def balance_write(shelf: Shelf, change: ShelfChange, was: int | None) -> dict[str, Any]:
    """Return the write that changes a balance, if no quantity becomes negative and, if given, `was` is on hand.

    What is reserved for older orders has to stay available too.
    """
    deltas = {"on_hand": change.on_hand, "committed": change.committed, "available": change.available}
    floors = {name: -delta for name, delta in deltas.items()}
    floors["available"] = max(floors["available"], change.needed)
    conditions = [at_least(name, floor) for name, floor in floors.items() if floor > 0]
    if change.waiting:
        deltas["waiting"] = change.waiting
    for name in ("incoming", "in_transit", "quarantined"):
        if delta := getattr(change, name):
            deltas[name] = delta
            conditions += [at_least(name, -delta)] if delta < 0 else []
    if change.exactly is not None:
        conditions.append(_has("available", change.exactly))
    if change.waiting_limit is not None:
        conditions.append(missing("waiting") | at_most("waiting", change.waiting_limit))
    if was is not None:
        conditions.append(_has("on_hand", was))
    sets: Attributes = {}
    if change.cost:
        conditions += costs.has_cost(change.cost.before)
        conditions += [_has("on_hand", units)] if (units := change.cost.on_hand) is not None else []
        sets = costs.attributes_of(change.cost.after) if change.cost.after else {}
    condition = expressions.all_of(conditions)
    return {
        "Update": expressions.update(settings.stock_table, _key(shelf), sets=sets, adds=deltas, condition=condition)
    }


def _has(name: str, units: int) -> Expression:
    return equals(name, units) if units else missing(name) | equals(name, 0)


def movement_write(movement: Movement) -> dict[str, Any]:
    """Return the write of a movement; its condition fails if the event is in the ledger already."""
    values: Attributes = {
        "pk": f"{movement.sku}#{movement.warehouse}",
        "sk": movement.event,
        "at": time_key(movement),
        "kind": movement.kind,
        "on_hand": movement.on_hand,
        "committed": movement.committed,
        **({"quarantined": movement.quarantined} if movement.quarantined else {}),
        "reference": movement.reference,
        "reason": movement.reason,
        "who": movement.who,
        **({"waited_since": movement.waited_since.isoformat()} if movement.waited_since else {}),
        **({"is_demand": int(movement.is_demand)} if movement.is_demand is not None else {}),
    }
    return {"Put": expressions.put(settings.movements_table, values, missing("pk"))}


def has_happened(shelf: Shelf, event: str) -> bool:
    """Return whether the ledger of the shelf has a movement of that event."""
    key = expressions.key(f"{shelf.sku}#{shelf.warehouse}", event)
    return get_item(settings.movements_table, key) is not None


def time_key(movement: Movement) -> str:
    """Return the sort key of a movement by time: unique, also across warehouses."""
    return f"{iso(movement.at)}#{movement.event}#{movement.warehouse}"


def newest_movements(shelf: Shelf, before: str | None, limit: int) -> list[Movement]:
    """Return up to `limit` movements of a shelf, newest first, those before a `time_key` if one is given."""
    reach = less("at", before or "9")
    return [_movement(shelf, item) for item in first_items(limit, _in_time(shelf, reach, ScanIndexForward=False))]


def _movement(shelf: Shelf, item: Mapping[str, Any]) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=item["sk"]["S"],
        kind=MovementKind(item["kind"]["S"]),
        on_hand=int(item["on_hand"]["N"]),
        committed=int(item["committed"]["N"]),
        quarantined=int(item.get("quarantined", ZERO)["N"]),
        reference=item["reference"]["S"],
        reason=item["reason"]["S"],
        who=item["who"]["S"],
        at=datetime.fromisoformat(item["at"]["S"].partition("#")[0]),
        waited_since=waited_since(item),
        is_demand=is_demand(item),
    )


def waited_since(item: Mapping[str, Any]) -> date | None:
    """Return the day in the item of a movement on which an order came that waited for its units."""
    return date.fromisoformat(item["waited_since"]["S"]) if "waited_since" in item else None


def is_demand(item: Mapping[str, Any]) -> bool | None:
    """Return whether the item of a movement says that it is demand, None if it says nothing."""
    return item["is_demand"]["N"] == "1" if "is_demand" in item else None


def movements_since(shelf: Shelf, moment: datetime) -> Iterator[Movement]:
    """Yield the movements of a shelf since a moment, oldest first; one of just now may not be in the index yet."""
    for item in pages("query", **_in_time(shelf, at_least("at", iso(moment)))):
        yield _movement(shelf, item)


def movement_page(shelf: Shelf, after: str, until: datetime) -> tuple[list[Movement], str | None]:
    """Return a page of movements of a shelf, oldest first, up to a moment, and the key after which the next starts."""
    # A range of keys holds both its ends: the first is of the page before.
    answer = client("dynamodb").query(**_in_time(shelf, between("at", after, f"{iso(until)}#~")))
    found = [_movement(shelf, item) for item in answer["Items"] if item["at"]["S"] != after]
    last = answer.get("LastEvaluatedKey")
    return found, last and str(last["at"]["S"])


def _in_time(shelf: Shelf, reach: Expression, **options: Any) -> Request:
    keys = equals("pk", f"{shelf.sku}#{shelf.warehouse}") & reach
    return expressions.query(settings.movements_table, keys, index="by_time", **options)
