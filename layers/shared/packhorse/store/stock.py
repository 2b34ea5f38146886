"""The Stock table, and the Movements table: the ledger of all that ever happened to it.

question                                  | pk             | sk                 | index
stock of a sku, by warehouse              | sku            | warehouse          | -
stock of a warehouse                      | warehouse      | sku                | by_warehouse
movements of a sku in a warehouse         | sku#warehouse  | business event     | by_time: + at

on_hand = committed + available, always; a movement holds the change to on_hand and to committed. What a balance was
before and after a movement is read off the ledger: storing it would need a lock on the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, Value, WarehouseId, iso
from packhorse.store.reading import batch_get, pages


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
    query = {"KeyConditionExpression": "pk = :sku", "ExpressionAttributeValues": {":sku": {"S": sku}}}
    return [_balance(item) for item in pages("query", TableName=settings.stock_table, ConsistentRead=True, **query)]


def page(warehouse: WarehouseId | None, after: Shelf | None, limit: int) -> tuple[list[Balance], Shelf | None]:
    """A page of the stock, of one warehouse or of all, and the place after which the next one starts."""
    request: dict[str, Any] = {"TableName": settings.stock_table, "Limit": limit}
    if after:
        request["ExclusiveStartKey"] = _key(after._replace(warehouse=warehouse or after.warehouse))
    if warehouse:
        request |= {"IndexName": "by_warehouse", "KeyConditionExpression": "sk = :warehouse"}
        request["ExpressionAttributeValues"] = {":warehouse": {"S": warehouse}}
    answer = client("dynamodb").query(**request) if warehouse else client("dynamodb").scan(**request)
    last = answer.get("LastEvaluatedKey")
    return [_balance(item) for item in answer["Items"]], last and _shelf(last)


def holds_any(warehouse: WarehouseId) -> bool:
    """Whether anything is on hand or committed in the warehouse."""
    query = {
        "IndexName": "by_warehouse",
        "KeyConditionExpression": "sk = :warehouse",
        "ExpressionAttributeValues": {":warehouse": {"S": warehouse}},
    }
    balances = map(_balance, pages("query", TableName=settings.stock_table, **query))
    return any(balance.on_hand or balance.committed for balance in balances)


def _key(place: Shelf) -> dict[str, Any]:
    return {"pk": {"S": place.sku}, "sk": {"S": place.warehouse}}


def _shelf(item: Mapping[str, Any]) -> Shelf:
    return Shelf(Sku(item["pk"]["S"]), WarehouseId(item["sk"]["S"]))


def _balance(item: Mapping[str, Any]) -> Balance:
    numbers = {name: int(item[name]["N"]) for name in ("on_hand", "committed", "available", "incoming") if name in item}
    return empty_balance(_shelf(item)).model_copy(update=numbers)


def balance_write(place: Shelf, *, on_hand: int, committed: int, was: int | None = None) -> dict[str, Any]:
    """The write that changes a balance, if nothing becomes negative and, where it is told, so many were on hand."""
    deltas = {"on_hand": on_hand, "committed": committed, "available": on_hand - committed}
    update: dict[str, Any] = {
        "TableName": settings.stock_table,
        "Key": _key(place),
        "UpdateExpression": "ADD " + ", ".join(f"{name} :{name}" for name in deltas),
        "ExpressionAttributeValues": {f":{name}": {"N": str(delta)} for name, delta in deltas.items()},
    }
    taken = {name: -delta for name, delta in deltas.items() if delta < 0}
    conditions = [f"{name} >= :least_{name}" for name in taken]
    update["ExpressionAttributeValues"] |= {f":least_{name}": {"N": str(n)} for name, n in taken.items()}
    if was is not None:
        conditions.append("on_hand = :was" if was else "(attribute_not_exists(on_hand) OR on_hand = :was)")
        update["ExpressionAttributeValues"] |= {":was": {"N": str(was)}}
    if conditions:
        update["ConditionExpression"] = " AND ".join(conditions)
    return {"Update": update}


def movement_write(movement: Movement) -> dict[str, Any]:
    """The write of a movement; one under the same key was there before: the event has happened."""
    item = {
        "pk": {"S": f"{movement.sku}#{movement.warehouse}"},
        "sk": {"S": movement.event},
        "at": {"S": time_key(movement)},
        "kind": {"S": str(movement.kind)},
        "on_hand": {"N": str(movement.on_hand)},
        "committed": {"N": str(movement.committed)},
        "reference": {"S": movement.reference},
        "reason": {"S": movement.reason},
        "who": {"S": movement.who},
    }
    return {
        "Put": {
            "TableName": settings.movements_table,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def has_happened(place: Shelf, event: str) -> bool:
    """Whether a business event has moved stock there."""
    key = {"pk": {"S": f"{place.sku}#{place.warehouse}"}, "sk": {"S": event}}
    return "Item" in client("dynamodb").get_item(TableName=settings.movements_table, Key=key, ConsistentRead=True)


def time_key(movement: Movement) -> str:
    """The sort key of a movement in time: unique, also across warehouses."""
    return f"{iso(movement.at)}#{movement.event}#{movement.warehouse}"


def newest_movements(place: Shelf, before: str | None, limit: int) -> list[Movement]:
    """Up to `limit` movements of a place, newest first, from before a `moment` on."""
    values = {":place": {"S": f"{place.sku}#{place.warehouse}"}, ":before": {"S": before or "9"}}
    answer = client("dynamodb").query(
        TableName=settings.movements_table,
        IndexName="by_time",
        KeyConditionExpression="pk = :place AND #at < :before",
        ExpressionAttributeNames={"#at": "at"},
        ExpressionAttributeValues=values,
        ScanIndexForward=False,
        Limit=limit,
    )
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
    last = f"{iso(until)}#~" if until else "9"
    query = {
        "IndexName": "by_time",
        "KeyConditionExpression": "pk = :place AND #at <= :last",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":place": {"S": f"{place.sku}#{place.warehouse}"}, ":last": {"S": last}},
    }
    for item in pages("query", TableName=settings.movements_table, **query):
        yield _movement(place, item)
