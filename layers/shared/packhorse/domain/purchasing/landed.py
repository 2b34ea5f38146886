"""Landed cost: freight, duty and the like, spread over the units of a purchase order to the last minor unit."""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.purchasing.purchase_order import MAX_LANDED, LandedCost, PurchaseLine, PurchaseOrder, SpreadBy
from packhorse.domain.purchasing.state import check_landed
from packhorse.domain.stock.costing import Arrival, rounded


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Return the shares of an amount by weight, which add up to it: the largest remainders get what is left.

    >>> spread(100, [1, 1, 1]), spread(10, [0, 3, 1])
    ([34, 33, 33], [0, 8, 2])
    """
    whole = sum(weights)
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
    for index in by_remainder[: amount - sum(shares)]:
        shares[index] += 1
    return shares


def with_landed_cost(order: PurchaseOrder, cost: LandedCost, who: str, at: datetime) -> PurchaseOrder:
    """Return the purchase order with a cost spread over the units that came or are to come.

    The same document again changes nothing; raises Rejected for the same one with another amount.
    """
    if before := next((each for each in order.landed if each.document == cost.document), None):
        if before != cost:
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
    weights = [_weight(line, cost.by) for line in order.lines]
    if not sum(weights):
        raise NotNow("no unit that came or is to come has a weight: spread it by quantity, or receive units first")
    shares = spread(cost.amount.minor, weights)
    lines = (line.replace(landed=line.landed + share) for line, share in zip(order.lines, shares, strict=True))
    after = order.replace(lines=tuple(lines), landed=(*order.landed, cost))
    return after.with_entry(at, "landed cost", who, f"{cost.document}: {cost.amount.amount} by {cost.by}")


def _weight(line: PurchaseLine, by: SpreadBy) -> int:
    units = line.received + line.over + line.open
    return units * (line.unit_cost.minor if by is SpreadBy.VALUE else 1)


def landed_so_far(line: PurchaseLine) -> int:
    """Return what of the landed cost of a line is that of units that came, in minor units: all of it at the end."""
    came = line.received + line.over
    return rounded(line.landed * came, came + line.open) if came else 0


def arrival_of(before: PurchaseLine, after: PurchaseLine, currency: str) -> Arrival | None:
    """Return what a change of a line brought to its shelf, None for nothing."""
    came, had = after.received + after.over, before.received + before.over
    units, landed = came - had, landed_so_far(after) - landed_so_far(before)
    if not (units or landed):
        return None
    if units:  # landed cost of the units that come now goes with them
        return Arrival(units, units * after.unit_cost.minor + landed, 0, 0, currency)
    return Arrival(0, 0, landed, came, currency)
