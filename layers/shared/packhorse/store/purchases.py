"""Purchase orders in the Work table; see store/register.py.

Beside these:

question                              | pk                    | sk
those that a supplier is to get       | PURCHASES_TO_SEND#id  | id
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.state import OVER, UNFINISHED
from packhorse.domain.purchasing.to_supplier import is_to_be_sent
from packhorse.domain.values import Sku, WarehouseId
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, equals
from packhorse.store.made_for import came_write, name_for_orders
from packhorse.store.purchase_references import is_same_reference, named_by, naming_write
from packhorse.store.reading import pages
from packhorse.store.register import Beside, ListLimits, Register, Write

MAX_BYTES, MAX_OPEN_BYTES = 400_000, 385_000
"""Compressed bytes of a purchase order: DynamoDB takes items of 400 KiB. One that takes no more can still be closed."""
MAX_DRAFT_BYTES = 180_000
"""Compressed bytes of a new one: its receipts and its timeline need the rest."""


class PurchaseFilter(NamedTuple):
    """What a list of purchase orders is limited to; None is no limit. `unfinished`: what is not over."""

    state: PurchaseState | None = None
    supplier: str | None = None
    warehouse: str | None = None
    unfinished: bool | None = None

    @property
    def limits(self) -> ListLimits:
        """The same, by the attributes that purchase orders are listed by."""
        named = {"state": self.state, "supplier": self.supplier, "warehouse": self.warehouse}
        states = None if self.unfinished is None else UNFINISHED if self.unfinished else OVER
        return ListLimits({name: value for name, value in named.items() if value}, states)


class _BesidePurchases(Beside[PurchaseOrder]):
    def before(self, before: PurchaseOrder | None, after: PurchaseOrder, at: datetime) -> None:
        name_for_orders(before, after, at)

    def together(self, before: PurchaseOrder | None, after: PurchaseOrder, at: datetime) -> Iterator[Write]:
        yield from _to_send_writes(before, after)
        yield from _reference_writes(before, after)
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


def unfinished_at(warehouse: WarehouseId) -> list[str]:
    """Return the ids of the purchase orders, drafts too, of which units are to come to a warehouse."""
    return [each.id for each in PURCHASES.unfinished() if not each.ships and each.warehouse == warehouse]


def waiting_for_supplier(supplier: str) -> Iterator[str]:
    """Yield the ids of the purchase orders that a supplier is to get, strongly consistent."""
    keys = equals("pk", _to_send(supplier))
    for item in pages("query", **expressions.query(settings.work_table, keys, ConsistentRead=True)):
        yield item["sk"]["S"]


def _to_send_writes(before: PurchaseOrder | None, after: PurchaseOrder) -> Iterator[Write]:
    """Yield the write that lists a purchase order for its supplier's next exchange, or takes it off the list."""
    key, was = expressions.key(_to_send(after.supplier), after.id), before is not None and is_to_be_sent(before)
    if is_to_be_sent(after) and not was:
        yield {"Put": expressions.put(settings.work_table, {"pk": _to_send(after.supplier), "sk": after.id})}
    if was and not is_to_be_sent(after):
        yield {"Delete": expressions.delete(settings.work_table, key)}


def _to_send(supplier: str) -> str:
    return f"PURCHASES_TO_SEND#{supplier}"


def _reference_writes(before: PurchaseOrder | None, after: PurchaseOrder) -> Iterator[Write]:
    """Yield the write that names a purchase order by its reference, where that is new; raises NotNow if it is taken."""
    if not after.reference or after.ships or (before and is_same_reference(before, after)):
        return
    other = named_by(after)
    found = PURCHASES.get(other) if other and other != after.id else None
    if found and found.state is not PurchaseState.CANCELLED and is_same_reference(found, after):
        taken = f"purchase order {found.id} of {found.supplier} has it: give this one another, or cancel that one first"
        problem = f"purchase order {found.id} has the reference {found.reference}"
        raise NotNow(problem, [FieldError("reference", taken)])
    yield naming_write(after, after.id, other)


def _made_for_writes(before: PurchaseOrder, after: PurchaseOrder, at: datetime) -> Iterator[Write]:
    """Yield the writes that name a purchase order whose units came for orders, for the release that follows."""
    came = {line.id: line.came for line in before.lines}
    for line in after.lines:
        if line.made_for and line.came != came.get(line.id):
            yield came_write(Sku(line.sku), after.id, at)
