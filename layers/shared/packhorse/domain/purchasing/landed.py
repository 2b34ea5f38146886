"""Landed cost: freight, duty and the like, spread over the units of a purchase order to the last minor unit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, is_amount
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import MAX_LANDED, LandedCost, PurchaseOrder, RecordedCost, SpreadBy
from packhorse.domain.purchasing.receipts import spelled
from packhorse.domain.purchasing.state import check_landed
from packhorse.domain.spreading import spread
from packhorse.domain.stock.costing import Arrival, CostChange, CostedShelf, rounded, with_arrival
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import shared_fields


def with_landed_cost(order: PurchaseOrder, cost: LandedCost, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with a cost spread over the units that came or are to come.

    The same document again changes nothing; raises Rejected for the same one with another amount.
    """
    if before := _recorded(order, cost.document):
        if shared_fields(LandedCost, before, "document") != shared_fields(LandedCost, cost, "document"):
            errors = [FieldError("document", f"{cost.document} is recorded with {before.amount.amount}")]
            raise Rejected("the cost is recorded already, with other values", errors)
        return order
    check_landed(order)
    if cost.amount.currency != order.currency:
        raise Rejected(
            "another currency", [FieldError("amount.currency", f"the purchase order is in {order.currency}")]
        )
    if cost.amount.minor <= 0 or len(order.landed) >= MAX_LANDED:
        raise Rejected("no cost", [FieldError("amount.amount", f"is not above 0, or there are {MAX_LANDED} already")])
    if not is_amount(order.total.minor + sum(line.landed for line in order.lines) + cost.amount.minor):
        problem = f"with the price of the goods and what was recorded before, it {AMOUNT_TOO_LARGE}"
        raise Rejected("the goods cannot cost that much", [FieldError("amount.amount", problem)])
    weights = [_weight(line, cost.by) for line in order.lines]
    if not sum(weights):
        raise NotNow("no unit that came or is to come has a weight: spread it by quantity, or receive units first")
    shares = spread(cost.amount.minor, weights)
    recorded = RecordedCost(**shared_fields(LandedCost, cost), shares=tuple(shares))
    after = _with_shares(order, shares).replace(landed=(*order.landed, recorded))
    return after.with_entry(at, "landed cost", who, _detail(cost))


def without_landed_cost(order: PurchaseOrder, document: str, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order without a landed cost that was recorded wrongly; raises Rejected if it has none.

    Its shares leave what the lines have, whatever became of them meanwhile: units that are there cost less by it.
    """
    cost = _recorded(order, document)
    if cost is None:
        faults = [FieldError("document", f"purchase order {order.id} has no landed cost {document}")]
        raise Rejected("nothing is to be withdrawn", faults)
    after = _with_shares(order, [-share for share in _shares_of(order, cost)])
    after = after.replace(landed=tuple(each for each in order.landed if each != cost))
    return after.with_entry(at, "landed cost withdrawn", who, _detail(cost))


def _recorded(order: PurchaseOrder, document: str) -> RecordedCost | None:
    return next((each for each in order.landed if spelled(each.document) == spelled(document)), None)


def _with_shares(order: PurchaseOrder, shares: Sequence[int]) -> PurchaseOrder:
    lines = (line.replace(landed=line.landed + share) for line, share in zip(order.lines, shares, strict=True))
    return order.replace(lines=tuple(lines))


def _shares_of(order: PurchaseOrder, cost: RecordedCost) -> Sequence[int]:
    """Return the share of each line: of a cost whose shares were not stored, one of what no other cost explains."""
    if cost.shares:
        return cost.shares
    known = [sum(shares) for shares in zip(*(each.shares for each in order.landed if each.shares), strict=True)]
    known = known or [0] * len(order.lines)
    unexplained = [line.landed - share for line, share in zip(order.lines, known, strict=True)]
    return spread(cost.amount.minor, unexplained)


def _detail(cost: LandedCost) -> str:
    return f"{cost.document}: {cost.amount.amount} by {cost.by}"


def _weight(line: PurchaseLine, by: SpreadBy) -> int:
    units = line.came + line.open
    return units * (line.unit_cost.minor if by is SpreadBy.VALUE else 1)


def landed_so_far(line: PurchaseLine) -> int:
    """Return what of the landed cost of a line is that of units that came, in minor units: all of it at the end."""
    return _share(line, line.came)


def _share(line: PurchaseLine, units: int) -> int:
    """Return the landed cost of so many of the units of a line that came or are to come."""
    return rounded(line.landed * units, line.came + line.open) if units else 0


def arrival_of(before: PurchaseLine, after: PurchaseLine, currency: str) -> Arrival | None:
    """Return what a change of a line brought to its shelf, None for nothing.

    Units that come have their own share of the landed cost. What the share of those that came before changes by (an
    invoice that came late, a line that is closed short), or their price, is later cost of these.
    """
    units = after.came - before.came
    if units < 0:
        return _withdrawal_of(before, after, currency)
    of_earlier = _share(after, before.came)
    repriced = (after.unit_cost.minor - before.unit_cost.minor) * before.came
    landed, later = landed_so_far(after) - of_earlier, of_earlier - landed_so_far(before) + repriced
    if not (units or landed or later or repriced):
        return None
    return Arrival(units, units * after.unit_cost.minor + landed, landed, later, before.came, currency, repriced)


def _withdrawal_of(before: PurchaseLine, after: PurchaseLine, currency: str) -> Arrival:
    """Return what units take with them that did not come after all: their price, and their share of landed cost.

    Units beyond the order leave their share to the others.
    """
    units, of_others = after.came - before.came, _share(before, after.came)
    landed, later = of_others - landed_so_far(before), landed_so_far(after) - of_others
    return Arrival(units, units * after.unit_cost.minor + landed, landed, later, after.came, currency)


def costed(
    before: PurchaseOrder, after: PurchaseOrder, shelves: Mapping[Shelf, CostedShelf]
) -> tuple[PurchaseOrder, dict[Shelf, CostChange]]:
    """Return the purchase order with what is an expense of its lines, and what units cost on its shelves.

    `shelves` are those of its arrivals, as they were read.
    """
    changes = {}
    for line, arrival in arrivals_of(before, after):
        shelf = after.shelf(line)
        there = shelves.get(shelf, CostedShelf())
        new, expensed = with_arrival(there.basis, there.on_hand, arrival)
        after = after.with_line(line.replace(expensed=line.expensed + expensed))
        if new and new != there.basis:
            changes[shelf] = there.changed(new)
    return after, changes


def arrivals_of(before: PurchaseOrder, after: PurchaseOrder) -> Iterator[tuple[PurchaseLine, Arrival]]:
    """Yield the lines whose change brought units, landed cost or another price to their shelf, with what it brought.

    What goes to a buyer comes to no shelf of ours.
    """
    were = {} if after.ships else {line.id: line for line in before.lines}
    for line in after.lines:
        if line.id in were and (arrival := arrival_of(were[line.id], line, after.currency)):
            yield line, arrival
