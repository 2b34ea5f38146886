"""Which documents are made for orders, and which brought units of a sku that were, in the Work table.

question                              | pk                    | sk
what has come of a sku that was made  | MADE_FOR#sku          | id
  for orders, by document             |                       |
which documents were made for an      | BOUGHT_FOR#order      | id
  order                               |                       |
how often something was bought for an | BUYING#order          | BUYING
  order by itself                     |                       |

What has come is for the release that follows. Which ones were made for an order is written before it is so: an item may
name one that is not made for it after all.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from packhorse.aws.settings import settings
from packhorse.domain.numbered import Numbered
from packhorse.domain.values import OrderId, Sku
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Request, equals, missing
from packhorse.store.putting import write_together
from packhorse.store.reading import batch_get, pages
from packhorse.store.register import KEPT, ListLimits, Register, place_in_list

D = TypeVar("D", bound=Numbered)
NAMED = timedelta(days=400)
"""How long it is stored which documents were made for an order."""


def name_for_orders(before: Numbered | None, after: Numbered, at: datetime) -> None:
    """Record for the orders that a document is made for that it is, where that is new."""
    new = after.made_for_orders - (before.made_for_orders if before else frozenset())
    expiration = int((at + NAMED).timestamp())
    items: list[Attributes] = [
        {"pk": _made_for(name), "sk": after.id, "expiration": expiration} for name in sorted(new)
    ]
    write_together(settings.work_table, items)


def named_for(order_ids: Collection[OrderId]) -> frozenset[str]:
    """Return the ids of all documents that may be made for any of the orders."""
    return frozenset(name for order_id in order_ids for name in _ids(_made_for(order_id)))


def made_for(register: Register[D], order_ids: Collection[OrderId], named: Collection[str] | None = None) -> list[D]:
    """Return the documents that were made for any of the orders, also those that are over, oldest first.

    With `named` they were read before by `named_for`.
    """
    names = filter(register.may_name, named_for(order_ids) if named is None else named)
    found = (each for each in register.find(names).values() if not each.made_for_orders.isdisjoint(order_ids))
    return sorted(found, key=lambda each: (each.created_at, each.id))


def newest(
    register: Register[D],
    only: ListLimits,
    words: Collection[str],
    order_id: OrderId | None,
    before: str | None,
    limit: int,
) -> tuple[list[D], str | None]:
    """Return a page of the documents that all words are found in, newest first, and the cursor of the next page.

    With an order they are those that were made for it.
    """
    if order_id is None:
        return register.newest(only.condition, before, limit, words)
    named = (each for each in reversed(made_for(register, [order_id])) if each.is_found_by(words))
    found = [
        each for each in named if only.allow(register.listed(each)) and (before is None or place_in_list(each) < before)
    ]
    page = found[:limit]
    return page, place_in_list(page[-1]) if len(found) > limit else None


def times_bought(order_ids: Collection[OrderId]) -> Counter[OrderId]:
    """Return how often something was bought for each of the orders by itself: the versions for `bought_writes`."""
    found = batch_get(settings.work_table, (_buying(name) for name in sorted(set(order_ids))))
    return Counter({OrderId(item["order"]["S"]): int(item["times"]["N"]) for item in found})


def bought_writes(order_ids: Iterable[OrderId], times: Mapping[OrderId, int], at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the writes that count what is bought for orders, each as long as it was bought for as often as read.

    So of two that buy for an order at once, or find that it wants again what was bought, of different purchase orders,
    one meets a conflict.
    """
    for name in sorted(order_ids):
        was = times[name]
        expiration = int((at + NAMED).timestamp())
        values: Attributes = {"pk": f"BUYING#{name}", "sk": "BUYING", "order": name, "times": was + 1}
        condition = equals("times", was) if was else missing("pk")
        yield {"Put": expressions.put(settings.work_table, {**values, "expiration": expiration}, condition)}


def came_write(sku: Sku, document: str, at: datetime) -> dict[str, Any]:
    """Return the write that names a document of which units came for orders."""
    values: Attributes = {"pk": f"MADE_FOR#{sku}", "sk": document, "expiration": int((at + KEPT).timestamp())}
    return {"Put": expressions.put(settings.work_table, values)}


def brought(sku: Sku) -> list[str]:
    """Return the documents of which units of a sku came for orders, in the sequence of their ids."""
    return _ids(f"MADE_FOR#{sku}")


def _buying(order_id: OrderId) -> Request:
    return expressions.key(f"BUYING#{order_id}", "BUYING")


def _made_for(order_id: OrderId) -> str:
    return f"BOUGHT_FOR#{order_id}"


def _ids(partition: str) -> list[str]:
    query = expressions.query(settings.work_table, equals("pk", partition), ConsistentRead=True)
    return [item["sk"]["S"] for item in pages("query", **query)]
