"""What units of a work order cost: what was used for them, at the average cost of its shelf, and the labour.

All that was spent, also on what broke, is the cost of the units that are done. Where any input has no cost, or one in
another currency, neither has the report: its outputs then leave the average of their shelf as it is.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.spreading import spread
from packhorse.domain.stock.costing import Arrival, CostBasis, CostChange, rounded, with_arrival
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.work_orders.work_order import WorkOrder

Shelves = Mapping[Shelf, SourceShelf]


class Costed(NamedTuple):
    """A work order with what a report cost, None if an input has no cost, and what units cost on the shelves."""

    order: WorkOrder
    cost: Money | None
    changes: dict[Shelf, CostChange]


def costed(order: WorkOrder, used: Goods, made: Goods, labour: Money | None, shelves: Shelves) -> Costed:
    """Return what a report cost that used and made these units; the averages that it was calculated by must hold.

    Raises Rejected for more than an amount can be.
    """
    bases = {shelf: shelves.get(shelf, SourceShelf()).basis for shelf in (*used, *made)}
    changes = {shelf: CostChange(basis, basis) for shelf, basis in bases.items()}
    cost = _cost(order, used, labour, bases)
    if cost is None:
        return Costed(order, None, changes)
    after = order.replace(currency=cost.currency, spent=order.spent + cost.minor)
    for shelf, minor in _shares(after.pending, made, bases, cost.currency):
        arrival = Arrival(made[shelf], minor, 0, 0, 0, cost.currency)
        on_hand = shelves.get(shelf, SourceShelf()).on_hand
        changes[shelf] = CostChange(bases[shelf], with_arrival(bases[shelf], on_hand, arrival).basis)
        after = after.replace(brought=after.brought + minor)
    return Costed(after, cost, changes)


def _cost(order: WorkOrder, used: Goods, labour: Money | None, bases: Mapping[Shelf, CostBasis | None]) -> Money | None:
    total = labour.minor if labour else 0
    currencies = {labour.currency} if total and labour else set()
    for shelf, units in used.items():
        basis = bases[shelf]
        if basis is None:
            return None
        total += rounded(basis.minor * units, basis.units)
        currencies.add(basis.currency)
    if len(currencies | ({order.currency} if order.currency else set())) != 1:
        return None
    if not is_amount(order.spent + total):
        raise Rejected("the work costs too much", [FieldError("done", f"what the work order costs {AMOUNT_TOO_LARGE}")])
    return Money(minor=total, currency=currencies.pop())


def _shares(
    minor: int, made: Goods, bases: Mapping[Shelf, CostBasis | None], currency: str
) -> Iterator[tuple[Shelf, int]]:
    """Yield what the outputs share a cost by: several of them by their average cost, if they have one."""
    weights = [_value(bases[shelf], units, currency) for shelf, units in made.items()]
    if len(made) == 1:
        yield next(iter(made)), minor
    elif sum(weights):
        yield from zip(made, spread(minor, weights), strict=True)


def _value(basis: CostBasis | None, units: int, currency: str) -> int:
    return rounded(basis.minor * units, basis.units) if basis and basis.currency == currency else 0
