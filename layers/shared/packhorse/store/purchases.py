"""Purchase orders in the Work table.

question                              | pk                    | sk        | index
a purchase order                      | PURCHASE#id           | PURCHASE  | -
the number of the last one            | PURCHASES             | LAST      | -
which one a request made              | PURCHASE_REQUEST#id   | REQUEST   | -
those that are not over               | PURCHASES#OPEN        | id        | -
those that a supplier is to get       | PURCHASES_TO_SEND#id  | id        | -
what has come of a sku that was made  | MADE_FOR#sku          | id        | -
  for orders, by purchase order       |                       |           |
which ones were made for an order     | BOUGHT_FOR#order      | id        | -
purchase orders, newest first         | kind = PURCHASE       | at        | by_kind

Which ones were made for an order is written before it is so: an item may name one that is not made for it after all.
A change is one transaction: the purchase order under the version it was read at, what is on hand and incoming on its
shelves, the movements, and its exceptions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.purchasing.effects import Effects
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.purchasing.to_supplier import is_to_be_sent
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import OrderId, Sku
from packhorse.store import exceptions, expressions
from packhorse.store.commit import commit_movements
from packhorse.store.expressions import Attributes, Expression, Request, equals, less, missing
from packhorse.store.purchase_items import KIND, key_of, read_purchase, values_of
from packhorse.store.putting import write_together as put_together
from packhorse.store.reading import batch_get, pages

OPEN, FIRST = "PURCHASES#OPEN", 1001
KEPT = timedelta(days=30)
"""How long it is stored which purchase order a request made, and which orders its units came for."""
NAMED = timedelta(days=400)
"""How long it is stored which purchase orders were made for an order."""
MAX_READ, MAX_PAGES = 500, 5

Write = dict[str, Any]


class PurchaseFilter(NamedTuple):
    """What a list of purchase orders is limited to; None is no limit."""

    state: PurchaseState | None = None
    supplier: str | None = None
    warehouse: str | None = None

    @property
    def condition(self) -> Expression | None:
        """The condition on the attributes beside the key, None without any."""
        return expressions.all_of(equals(name, value) for name, value in self._asdict().items() if value)


def get_purchase(purchase_id: str) -> PurchaseOrder:
    """Return a purchase order; raises NotFound."""
    found = client("dynamodb").get_item(TableName=settings.work_table, Key=key_of(purchase_id), ConsistentRead=True)
    if "Item" not in found:
        raise NotFound(f"there is no purchase order {purchase_id}")
    return read_purchase(found["Item"])


def made_by(request: str) -> str | None:
    """Return the id of the purchase order that a request made, None if it made none."""
    key = expressions.key(f"PURCHASE_REQUEST#{request}", "REQUEST")
    found = client("dynamodb").get_item(TableName=settings.work_table, Key=key, ConsistentRead=True).get("Item")
    return found["purchase"]["S"] if found else None


def next_number() -> int:
    """Return the number that the next purchase order gets, if no other is made first."""
    found = client("dynamodb").get_item(TableName=settings.work_table, Key=_counter(), ConsistentRead=True)
    return int(found["Item"]["last"]["N"]) + 1 if "Item" in found else FIRST


def id_of(number: int) -> str:
    """Return the id of the purchase order of that number: what people and suppliers call it."""
    return f"PO-{number}"


def create(order: PurchaseOrder, number: int, request: str, at: datetime) -> PurchaseOrder:
    """Store a new purchase order under the next number, for a request; raises Conflict if another has the number.

    One that is submitted already is incoming at once.
    """
    stored = order.replace(version=1)
    counter: Attributes = {"pk": "PURCHASES", "sk": "LAST", "last": number}
    made: Attributes = {
        "pk": f"PURCHASE_REQUEST#{request}",
        "sk": "REQUEST",
        "purchase": order.id,
        "expiration": int((at + KEPT).timestamp()),
    }
    is_next = missing("pk") if number == FIRST else equals("last", number - 1)
    _name_orders(None, stored, at)
    beside = [
        _put(counter, is_next),
        _put(made, missing("pk")),
        _put(values_of(stored), missing("pk")),
        _put({"pk": OPEN, "sk": order.id}, missing("pk")),
        *_to_send_writes(None, stored),
    ]
    commit_movements((), beside=beside, incoming=stored.incoming)
    return stored


def save(before: PurchaseOrder, after: PurchaseOrder, effects: Effects, at: datetime) -> PurchaseOrder:
    """Store a changed purchase order with all that changes by it; return it. Raises Conflict."""
    stored = after.replace(version=before.version + 1)
    incoming = Goods(after.incoming)
    incoming.subtract(before.incoming)
    beside = [
        _put(values_of(stored), equals("version", before.version)),
        *_over_writes(before, after),
        *_to_send_writes(before, after),
        *(exceptions.opening_write(each, at) for each in effects.opened),
        *(exceptions.resolving_write(each.cause, each.subject) for each in effects.ended),
        *_made_for_writes(before, after, at),
    ]
    changed = {shelf: units for shelf, units in incoming.items() if units}
    _name_orders(before, after, at)
    commit_movements(effects.movements, beside=beside, incoming=changed, costs=effects.costs)
    return stored


def newest(only: PurchaseFilter, before: str | None, limit: int) -> tuple[list[PurchaseOrder], str | None]:
    """Return a page of purchase orders, newest first, and the cursor of the next page.

    A read ends after MAX_PAGES: a page of what is rare may be short, or empty, and have a next one.
    """
    keys = equals("kind", KIND) & less("at", before) if before else equals("kind", KIND)
    condition = only.condition
    query = expressions.query(settings.work_table, keys, index="by_kind", only=condition, ScanIndexForward=False)
    items: list[Any] = []
    query |= {"Limit": MAX_READ if condition else limit + 1}
    for page in islice(client("dynamodb").get_paginator("query").paginate(**query), MAX_PAGES):
        items += page["Items"]
        if len(items) > limit:
            return [read_purchase(item) for item in items[:limit]], items[limit - 1]["at"]["S"]
    last = page.get("LastEvaluatedKey")
    return [read_purchase(item) for item in items], last["at"]["S"] if last else None


def unfinished() -> Iterator[PurchaseOrder]:
    """Yield the purchase orders that are not over, new ones too, strongly consistent."""
    query = expressions.query(settings.work_table, equals("pk", OPEN), ConsistentRead=True)
    keys = (key_of(item["sk"]["S"]) for item in pages("query", **query))
    yield from map(read_purchase, batch_get(settings.work_table, keys))


def incoming() -> Goods:
    """Return the open units of all purchase orders, by shelf."""
    return sum((each.incoming for each in unfinished()), Goods())


def orders_served_first(sku: Sku) -> list[OrderId]:
    """Return the orders that units of a sku were bought for that have come, oldest purchase order first."""
    query = expressions.query(settings.work_table, equals("pk", f"MADE_FOR#{sku}"), ConsistentRead=True)
    names = [item["sk"]["S"] for item in pages("query", **query)]
    read = {each.id: each for each in map(read_purchase, batch_get(settings.work_table, map(key_of, names)))}
    of_sku = (line for name in names if name in read for line in read[name].lines if line.sku == sku)
    return list(dict.fromkeys(order for line in of_sku for order in line.served_first))


def made_for(order_ids: Iterable[OrderId]) -> list[PurchaseOrder]:
    """Return the purchase orders that were made for any of the orders, also those that are over, oldest first."""
    wanted = set(order_ids)
    names = {item["sk"]["S"] for order_id in wanted for item in pages("query", **_named_by(order_id))}
    found = map(read_purchase, batch_get(settings.work_table, map(key_of, names)))
    named = (each for each in found if wanted & each.made_for_orders)
    return sorted(named, key=lambda each: (each.created_at, each.id))


def _named_by(order_id: OrderId) -> Request:
    return expressions.query(settings.work_table, equals("pk", f"BOUGHT_FOR#{order_id}"), ConsistentRead=True)


def _name_orders(before: PurchaseOrder | None, after: PurchaseOrder, at: datetime) -> None:
    """Record for the orders that a purchase order is made for that it is, where that is new."""
    new = after.made_for_orders - (before.made_for_orders if before else frozenset())
    expiration = int((at + NAMED).timestamp())
    items: list[Attributes] = [
        {"pk": f"BOUGHT_FOR#{name}", "sk": after.id, "expiration": expiration} for name in sorted(new)
    ]
    put_together(settings.work_table, items)


def _over_writes(before: PurchaseOrder, after: PurchaseOrder) -> Iterator[Write]:
    if after.state in OVER and before.state not in OVER:
        yield {"Delete": expressions.delete(settings.work_table, expressions.key(OPEN, after.id))}


def _to_send_writes(before: PurchaseOrder | None, after: PurchaseOrder) -> Iterator[Write]:
    """Yield the write that lists a purchase order for its supplier's next exchange, or takes it off the list."""
    key, was = expressions.key(_to_send(after.supplier), after.id), before is not None and is_to_be_sent(before)
    if is_to_be_sent(after) and not was:
        yield {"Put": expressions.put(settings.work_table, {"pk": _to_send(after.supplier), "sk": after.id})}
    if was and not is_to_be_sent(after):
        yield {"Delete": expressions.delete(settings.work_table, key)}


def waiting_for_supplier(supplier: str, limit: int) -> list[str]:
    """Return the ids of the purchase orders that a supplier is to get, strongly consistent."""
    keys = equals("pk", _to_send(supplier))
    query = expressions.query(settings.work_table, keys, ConsistentRead=True, Limit=limit)
    return [item["sk"]["S"] for item in client("dynamodb").query(**query)["Items"]]


def _to_send(supplier: str) -> str:
    return f"PURCHASES_TO_SEND#{supplier}"


def _made_for_writes(before: PurchaseOrder, after: PurchaseOrder, at: datetime) -> Iterator[Write]:
    """Yield the writes that name a purchase order whose units came for orders, for the release that follows."""
    came = {line.id: line.came for line in before.lines}
    for line in after.lines:
        if line.made_for and line.came != came.get(line.id):
            expiration = int((at + KEPT).timestamp())
            values: Attributes = {"pk": f"MADE_FOR#{line.sku}", "sk": after.id, "expiration": expiration}
            yield {"Put": expressions.put(settings.work_table, values)}


def _put(values: Attributes, condition: Expression) -> Write:
    return {"Put": expressions.put(settings.work_table, values, condition)}


def _counter() -> Request:
    return expressions.key("PURCHASES", "LAST")
