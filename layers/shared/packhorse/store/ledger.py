"""The Movements table added up: for the auditor, and for stock as it was (see store/stock.py for its keys)."""

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
    """All movements of a place added up; `by_reference` is what each order has committed there."""

    on_hand: int
    committed: int
    by_reference: "Counter[str]"


def sums(place: Shelf) -> Sums:
    """The whole ledger of a place."""
    return _sums(_of_place(place))


def committed_by(place: Shelf, order_id: OrderId) -> int:
    """What an order has committed at a place, by its own movements."""
    return _sums(_of_place(place) & begins_with("sk", f"{order_id}#")).committed


def _of_place(place: Shelf) -> Expression:
    return equals("pk", f"{place.sku}#{place.warehouse}")


def _sums(keys: Expression) -> Sums:
    on_hand, by_reference = 0, Counter[str]()
    for item in pages("query", **expressions.query(settings.movements_table, keys, ConsistentRead=True)):
        on_hand += int(item["on_hand"]["N"])
        by_reference[item["reference"]["S"]] += int(item["committed"]["N"])
    return Sums(on_hand, by_reference.total(), by_reference)


def balances(sku: Sku, at: datetime) -> list[Balance]:
    """The stock of a sku as it was at a moment, in the warehouses that had seen any by then."""
    found = (_balance(Shelf(sku, now.warehouse), at) for now in stock.of_sku(sku))
    return [balance for balance in found if balance]


def _balance(place: Shelf, at: datetime) -> Balance | None:
    on_hand, committed, is_known = 0, 0, False
    for movement in stock.all_movements(place, until=at):
        on_hand += movement.on_hand
        committed += movement.committed
        is_known = True
    found = stock.empty_balance(place)
    return found.replace(on_hand=on_hand, committed=committed, available=on_hand - committed) if is_known else None
