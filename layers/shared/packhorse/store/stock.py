"""The Stock table, and the Movements table: the ledger of all that ever happened to it.

question                                  | pk             | sk                 | index
stock of a sku, by warehouse              | sku            | warehouse          | -
stock of a warehouse                      | warehouse      | sku                | in_warehouse (keys only)
movements of a sku in a warehouse         | sku#warehouse  | business event     | by_time: + at

A balance changes with every order: an index that held it would be written as often. A movement never changes, and is
one write unit in its index with all that it says.
on_hand = committed + available, always; a movement holds the change to on_hand and to committed. What a balance was
before and after a movement is read off the ledger: storing it would need a lock on the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, Value, WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Expression, Request, at_least, at_most, equals, less, missing
from packhorse.store.reading import BATCH, batch_get, pages


class Balance(Value):
    """The stock of a sku in a warehouse."""

    sku: Sku
    warehouse: WarehouseId
    on_hand: int = 0
    committed: int = 0
    available: int = 0
    incoming: int = 0


def empty_balance(place: Shelf) -> Balance:
    """The balance of a place that never had any."""
    return Balance(sku=place.sku, warehouse=place.warehouse)


def available(places: Iterable[Shelf]) -> Goods:
    """What may be taken at those places now."""
    balances = balances_at(places)
    return Goods({place: balance.available for place, balance in balances.items()})


def balances_at(places: Iterable[Shelf]) -> dict[Shelf, Balance]:
    """The balances of those places that have one."""
    items = batch_get(settings.stock_table, (_key(place) for place in places))
    return {Shelf(found.sku, found.warehouse): found for found in map(_balance, items)}


def of_sku(sku: Sku) -> list[Balance]:
    """The stock of a sku in every warehouse that ever had any."""
    query = expressions.query(settings.stock_table, equals("pk", sku), ConsistentRead=True)
    return [_balance(item) for item in pages("query", **query)]


def page(warehouse: WarehouseId | None, after: Shelf | None, limit: int) -> tuple[list[Balance], Shelf | None]:
    """A page of the stock, of one warehouse or of all, and the place after which the next one starts."""
    options: dict[str, Any] = {"Limit": limit}
    if after:
        options["ExclusiveStartKey"] = _key(after._replace(warehouse=warehouse or after.warehouse))
    if warehouse:
        answer = client("dynamodb").query(**_of_warehouse(warehouse, **options))
    else:
        answer = client("dynamodb").scan(TableName=settings.stock_table, **options)
    places, last = list(map(_shelf, answer["Items"])), answer.get("LastEvaluatedKey")
    if not warehouse:
        return list(map(_balance, answer["Items"])), last and _shelf(last)
    found = balances_at(places)
    return [found[place] for place in places if place in found], last and _shelf(last)


def holds_any(warehouse: WarehouseId) -> bool:
    """Whether anything is on hand or committed in the warehouse."""
    places = map(_shelf, pages("query", **_of_warehouse(warehouse)))
    while some := list(islice(places, BATCH)):
        if any(balance.on_hand or balance.committed for balance in balances_at(some).values()):
            return True
    return False


def _of_warehouse(warehouse: WarehouseId, **options: Any) -> Request:
    return expressions.query(settings.stock_table, equals("sk", warehouse), index="in_warehouse", **options)


def _key(place: Shelf) -> Request:
    return expressions.key(place.sku, place.warehouse)


def _shelf(item: Mapping[str, Any]) -> Shelf:
    return Shelf(Sku(item["pk"]["S"]), WarehouseId(item["sk"]["S"]))


def _balance(item: Mapping[str, Any]) -> Balance:
    numbers = {name: int(item[name]["N"]) for name in ("on_hand", "committed", "available", "incoming") if name in item}
    return empty_balance(_shelf(item)).replace(**numbers)


def balance_write(place: Shelf, *, on_hand: int, committed: int, was: int | None = None) -> dict[str, Any]:
    """The write that changes a balance, if nothing becomes negative and, where it is told, so many were on hand."""
    deltas = {"on_hand": on_hand, "committed": committed, "available": on_hand - committed}
    conditions = [at_least(name, -delta) for name, delta in deltas.items() if delta < 0]
    if was is not None:
        conditions.append(_had_on_hand(was))
    condition = expressions.all_of(conditions)
    return {"Update": expressions.update(settings.stock_table, _key(place), adds=deltas, condition=condition)}


def _had_on_hand(units: int) -> Expression:
    return equals("on_hand", units) if units else missing("on_hand") | equals("on_hand", 0)


def movement_write(movement: Movement) -> dict[str, Any]:
    """The write of a movement; one under the same key was there before: the event has happened."""
    values: Attributes = {
        "pk": f"{movement.sku}#{movement.warehouse}",
        "sk": movement.event,
        "at": time_key(movement),
        "kind": movement.kind,
        "on_hand": movement.on_hand,
        "committed": movement.committed,
        "reference": movement.reference,
        "reason": movement.reason,
        "who": movement.who,
    }
    return {"Put": expressions.put(settings.movements_table, values, missing("pk"))}


def has_happened(place: Shelf, event: str) -> bool:
    """Whether a business event has moved stock there."""
    key = expressions.key(f"{place.sku}#{place.warehouse}", event)
    return "Item" in client("dynamodb").get_item(TableName=settings.movements_table, Key=key, ConsistentRead=True)


def time_key(movement: Movement) -> str:
    """The sort key of a movement in time: unique, also across warehouses."""
    return f"{iso(movement.at)}#{movement.event}#{movement.warehouse}"


def newest_movements(place: Shelf, before: str | None, limit: int) -> list[Movement]:
    """Up to `limit` movements of a place, newest first, from before a `moment` on."""
    reach = less("at", before or "9")
    answer = client("dynamodb").query(**_in_time(place, reach, ScanIndexForward=False, Limit=limit))
    return [_movement(place, item) for item in answer["Items"]]


def _movement(place: Shelf, item: Mapping[str, Any]) -> Movement:
    return Movement(
        sku=place.sku,
        warehouse=place.warehouse,
        event=item["sk"]["S"],
        kind=MovementKind(item["kind"]["S"]),
        on_hand=int(item["on_hand"]["N"]),
        committed=int(item["committed"]["N"]),
        reference=item["reference"]["S"],
        reason=item["reason"]["S"],
        who=item["who"]["S"],
        at=datetime.fromisoformat(item["at"]["S"].partition("#")[0]),
    )


def all_movements(place: Shelf, until: datetime | None = None) -> Iterator[Movement]:
    """Every movement of a place, oldest first; up to a moment, included, if one is given."""
    reach = at_most("at", f"{iso(until)}#~" if until else "9")
    for item in pages("query", **_in_time(place, reach)):
        yield _movement(place, item)


def _in_time(place: Shelf, reach: Expression, **options: Any) -> Request:
    keys = equals("pk", f"{place.sku}#{place.warehouse}") & reach
    return expressions.query(settings.movements_table, keys, index="by_time", **options)
