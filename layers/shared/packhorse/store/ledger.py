"""Sums of the Movements table: for audits, and for balances in the past (see store/stock.py for its keys)."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku
from packhorse.store import expressions, stock
from packhorse.store.expressions import Expression, begins_with, equals
from packhorse.store.reading import pages
from packhorse.store.stock import Balance


class Sums(NamedTuple):
    """The sums of all movements of a shelf; `by_reference` is what each order has committed there."""

    on_hand: int
    committed: int
    by_reference: "Counter[str]"


def sums(shelf: Shelf) -> Sums:
    """Return the sums of the whole ledger of a shelf."""
    return _sums(_of_shelf(shelf))


def committed_by(shelf: Shelf, order_id: OrderId) -> int:
    """Return how many units an order has committed on a shelf, by its own movements."""
    return _sums(_of_shelf(shelf) & begins_with("sk", f"{order_id}#")).committed


def _of_shelf(shelf: Shelf) -> Expression:
    return equals("pk", f"{shelf.sku}#{shelf.warehouse}")


def _sums(keys: Expression) -> Sums:
    on_hand, by_reference = 0, Counter[str]()
    for item in pages("query", **expressions.query(settings.movements_table, keys, ConsistentRead=True)):
        on_hand += int(item["on_hand"]["N"])
        by_reference[item["reference"]["S"]] += int(item["committed"]["N"])
    return Sums(on_hand, by_reference.total(), by_reference)


def balances(sku: Sku, at: datetime) -> list[Balance]:
    """Return the balances of a sku at a moment, in the warehouses that had a movement by then."""
    found = (_balance(Shelf(sku, now.warehouse), at) for now in stock.of_sku(sku))
    return [balance for balance in found if balance]


def _balance(shelf: Shelf, at: datetime) -> Balance | None:
    on_hand, committed, has_movements = 0, 0, False
    for movement in stock.all_movements(shelf, until=at):
        on_hand += movement.on_hand
        committed += movement.committed
        has_movements = True
    found = stock.empty_balance(shelf)
    return found.replace(on_hand=on_hand, committed=committed, available=on_hand - committed) if has_movements else None
