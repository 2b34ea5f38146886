"""What units of a work order cost: what was used for them, at the average cost of its shelf, and the labour.

All that was spent on what is built, also on what broke, is the cost of the units that are done. Where any input has no
cost, or one in another currency, neither has the report: its outputs then leave the average of their shelf as it is.

What is taken apart is worth what its components are. Each takes its share of the cost by its average; one that has none
in the currency takes nothing, and the others then no more than their average. What broke, and what nothing takes, is an
expense.
"""

from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.spreading import spread
from packhorse.domain.stock.costing import Arrival, CostBasis, CostChange, CostedShelf, rounded, with_arrival
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.work_orders.work_order import WorkKind, WorkOrder

Shelves = Mapping[Shelf, SourceShelf]
Bases = Mapping[Shelf, CostBasis | None]


class CostedReport(NamedTuple):
    """A work order with what a report cost, None if an input has no cost, and what units cost on the shelves."""

    order: WorkOrder
    cost: Money | None
    changes: dict[Shelf, CostChange]


class ReportedGoods(NamedTuple):
    """The units of a report by shelf: those it used, those it made, and what broke as it was taken off."""

    used: Goods
    made: Goods
    broken: Goods

    @property
    def came(self) -> Goods:
        """All that came of the units, whole or broken."""
        return self.made + self.broken


def costed(order: WorkOrder, outcome: ReportedGoods, labour: Money | None, shelves: Shelves) -> CostedReport:
    """Return what a report cost; the averages that it was calculated by must hold.

    Raises Rejected for more than an amount can be.
    """
    bases = {shelf: shelves.get(shelf, SourceShelf()).basis for shelf in (*outcome.used, *outcome.came)}
    changes = {shelf: CostChange(basis, basis) for shelf, basis in bases.items()}
    cost = _cost(order, outcome.used, labour, bases)
    if cost is None:
        return CostedReport(order, None, changes)
    after = order.replace(currency=cost.currency, spent=order.spent + cost.minor)
    for shelf, minor in _shares(after, cost, outcome, bases).items():
        arrival = Arrival(outcome.made[shelf], minor, 0, 0, 0, cost.currency)
        there = CostedShelf(shelves.get(shelf, SourceShelf()).on_hand, bases[shelf])
        changes[shelf] = there.changed(with_arrival(there.basis, there.on_hand, arrival).basis)
        after = after.replace(brought=after.brought + minor)
    return CostedReport(after, cost, changes)


def _cost(order: WorkOrder, used: Goods, labour: Money | None, bases: Bases) -> Money | None:
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


def _shares(order: WorkOrder, cost: Money, outcome: ReportedGoods, bases: Bases) -> dict[Shelf, int]:
    """Return the minor units that what was made brings to its shelves; one of another currency takes none."""
    takers = [shelf for shelf in outcome.made if not (basis := bases[shelf]) or basis.currency == cost.currency]
    if order.kind is WorkKind.BUILD:
        return dict.fromkeys(takers, order.pending)
    whole = _shares_apart(outcome.came, cost, bases)
    return {
        shelf: rounded(whole[shelf] * outcome.made[shelf], outcome.came[shelf]) for shelf in takers if shelf in whole
    }


def _shares_apart(came: Goods, cost: Money, bases: Bases) -> dict[Shelf, int]:
    """Return what of a cost each component takes that came apart, as if none had broken."""
    if len(came) == 1:
        return dict.fromkeys(came, cost.minor)
    averages = {shelf: basis for shelf in came if (basis := bases[shelf]) and basis.currency == cost.currency}
    values = [rounded(basis.minor * came[shelf], basis.units) for shelf, basis in averages.items()]
    if not sum(values):
        return {}
    minor = cost.minor if len(values) == len(came) else min(cost.minor, sum(values))
    return dict(zip(averages, spread(minor, values), strict=True))
