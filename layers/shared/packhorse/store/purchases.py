"""Purchase orders in the Work table; see store/register.py.

Beside these:

question                              | pk                    | sk
those that a supplier is to get       | PURCHASES_TO_SEND#id  | id
which ones were made for an order     | BOUGHT_FOR#order      | id

Which ones were made for an order is written before it is so: an item may name one that is not made for it after all.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER
from packhorse.domain.purchasing.to_supplier import is_to_be_sent
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import OrderId, Sku
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Expression, Request, equals
from packhorse.store.made_for import came_write
from packhorse.store.putting import write_together
from packhorse.store.reading import pages
from packhorse.store.register import Beside, Register, Write

NAMED = timedelta(days=400)
"""How long it is stored which purchase orders were made for an order."""
MAX_BYTES, MAX_OPEN_BYTES = 400_000, 385_000
"""Compressed bytes of a purchase order: DynamoDB takes items of 400 KiB. One that takes no more can still be closed."""
MAX_DRAFT_BYTES = 180_000
"""Compressed bytes of a new one: its receipts and its timeline need the rest."""


class PurchaseFilter(NamedTuple):
    """What a list of purchase orders is limited to; None is no limit."""

    state: PurchaseState | None = None
    supplier: str | None = None
    warehouse: str | None = None

    @property
    def condition(self) -> Expression | None:
        """The condition on the attributes beside the key, None without any."""
        return expressions.all_of(equals(name, value) for name, value in self._asdict().items() if value)


class _BesidePurchases(Beside[PurchaseOrder]):
    def before(self, before: PurchaseOrder | None, after: PurchaseOrder, at: datetime) -> None:
        """Record for the orders that a purchase order is made for that it is, where that is new."""
        new = after.made_for_orders - (before.made_for_orders if before else frozenset())
        expiration = int((at + NAMED).timestamp())
        items: list[Attributes] = [
            {"pk": f"BOUGHT_FOR#{name}", "sk": after.id, "expiration": expiration} for name in sorted(new)
        ]
        write_together(settings.work_table, items)

    def together(self, before: PurchaseOrder | None, after: PurchaseOrder, at: datetime) -> Iterator[Write]:
        yield from _to_send_writes(before, after)
        if before:
            yield from _made_for_writes(before, after, at)

    def check(self, document: PurchaseOrder, body: bytes) -> None:
        if document.state is PurchaseState.NEW and len(body) > MAX_DRAFT_BYTES:
            needed = f"need {len(body):,} bytes of {MAX_DRAFT_BYTES:,}: name fewer lines in made_for"
            raise Rejected("the purchase order is too large: make two of it", [FieldError("lines", needed)])
        if len(body) > (MAX_BYTES if document.state in OVER else MAX_OPEN_BYTES):
            full = f"purchase order {document.id} is full with {len(document.receipts):,} lines of receipts"
            problem = "the purchase order takes no more: close it short, and make another for the rest"
            raise Rejected(problem, [FieldError("lines", full)])


def _listed(order: PurchaseOrder) -> Attributes:
    return {"state": order.state, "supplier": order.supplier, "warehouse": order.warehouse}


PURCHASES = Register(
    PurchaseOrder,
    kind="PURCHASE",
    prefix="PO",
    title="purchase order",
    listed=_listed,
    is_over=lambda order: order.state in OVER,
    beside=_BesidePurchases(),
)


def incoming() -> Goods:
    """Return the open units of all purchase orders, by shelf."""
    return sum((each.incoming for each in PURCHASES.unfinished()), Goods())


def made_for(order_ids: Iterable[OrderId]) -> list[PurchaseOrder]:
    """Return the purchase orders that were made for any of the orders, also those that are over, oldest first."""
    wanted = set(order_ids)
    names = {item["sk"]["S"] for order_id in wanted for item in pages("query", **_named_by(order_id))}
    named = (each for each in PURCHASES.find(names).values() if wanted & each.made_for_orders)
    return sorted(named, key=lambda each: (each.created_at, each.id))


def waiting_for_supplier(supplier: str, limit: int) -> list[str]:
    """Return the ids of the purchase orders that a supplier is to get, strongly consistent."""
    keys = equals("pk", _to_send(supplier))
    query = expressions.query(settings.work_table, keys, ConsistentRead=True, Limit=limit)
    return [item["sk"]["S"] for item in client("dynamodb").query(**query)["Items"]]


def _named_by(order_id: OrderId) -> Request:
    return expressions.query(settings.work_table, equals("pk", f"BOUGHT_FOR#{order_id}"), ConsistentRead=True)


def _to_send_writes(before: PurchaseOrder | None, after: PurchaseOrder) -> Iterator[Write]:
    """Yield the write that lists a purchase order for its supplier's next exchange, or takes it off the list."""
    key, was = expressions.key(_to_send(after.supplier), after.id), before is not None and is_to_be_sent(before)
    if is_to_be_sent(after) and not was:
        yield {"Put": expressions.put(settings.work_table, {"pk": _to_send(after.supplier), "sk": after.id})}
    if was and not is_to_be_sent(after):
        yield {"Delete": expressions.delete(settings.work_table, key)}


def _to_send(supplier: str) -> str:
    return f"PURCHASES_TO_SEND#{supplier}"


def _made_for_writes(before: PurchaseOrder, after: PurchaseOrder, at: datetime) -> Iterator[Write]:
    """Yield the writes that name a purchase order whose units came for orders, for the release that follows."""
    came = {line.id: line.came for line in before.lines}
    for line in after.lines:
        if line.made_for and line.came != came.get(line.id):
            yield came_write(Sku(line.sku), after.id, at)
