"""The moving average cost of a shelf, exact to the minor unit of its total.

What is sold, counted or transferred leaves the average as it is: it changes when goods come at a price. A shelf so has
the value of so many units as of that moment, and not the value of what is there now.
"""

from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.money import AMOUNT_TOO_LARGE, Money, is_amount
from packhorse.domain.stock.goods import Shelf


class CostBasis(NamedTuple):
    """What so many units cost together, in minor units of a currency."""

    units: int
    minor: int
    currency: str

    @property
    def average(self) -> Money:
        """The cost of one unit, rounded to the minor unit, halves up.

        >>> CostBasis(3, 1000, "EUR").average.amount, CostBasis(2, 5, "JPY").average.amount
        ('3.33', '3')
        """
        return Money(minor=rounded(self.minor, self.units), currency=self.currency)


class CostChange(NamedTuple):
    """The basis of a shelf as it was read, None without one, and as it is to be; both are equal where it must hold.

    `on_hand` are the units that the new one is of beside those that come: they must hold, too. None: of no others.
    """

    before: CostBasis | None
    after: CostBasis | None
    on_hand: int | None = None


def check_averages(changes: Mapping[Shelf, CostChange]) -> None:
    """Raise Rejected if the average cost of a shelf would be too large for an amount."""
    faults = [
        FieldError("average_cost", f"that of {shelf.sku} at {shelf.warehouse} {AMOUNT_TOO_LARGE}")
        for shelf, each in changes.items()
        if (after := each.after) and after != each.before and not is_amount(rounded(after.minor, after.units))
    ]
    if faults:
        raise Rejected("units cannot cost that much", faults)


class CostedShelf(NamedTuple):
    """The units on hand of a shelf, and their cost; None where no purchase order brought any."""

    on_hand: int = 0
    basis: CostBasis | None = None

    def changed(self, basis: CostBasis | None) -> CostChange:
        """Return the change to a basis that was calculated from this one."""
        return CostChange(self.basis, basis, self.on_hand if self.basis else None)


class Arrival(NamedTuple):
    """Units that come at a cost in all, `landed` of it their landed cost; `later` is that of `of_units` before them.

    Units and cost are negative where units did not come after all.

    What is `later` may be negative: units that come beyond those expected take a share of what the others had, and a
    price may be lower than it was. `repriced` is what of it another price of these units makes.
    """

    units: int
    minor: int
    landed: int
    later: int
    of_units: int
    currency: str
    repriced: int = 0


class Costed(NamedTuple):
    """The basis of a shelf after an arrival, None if it has none, and the later or landed cost that is an expense."""

    basis: CostBasis | None
    expensed: int


def rounded(dividend: int, divisor: int) -> int:
    """Return the quotient as a whole number, halves up.

    >>> rounded(5, 2), rounded(4, 3), rounded(-5, 2)
    (3, 1, -2)
    """
    return (2 * dividend + divisor) // (2 * divisor)


def _part(minor: int, units: int, of_units: int) -> int:
    """Return the cost of some units of several; what is taken back is rounded as what was given."""
    part = rounded(abs(minor) * units, of_units)
    return part if minor >= 0 else -part


def with_arrival(basis: CostBasis | None, on_hand: int, arrival: Arrival) -> Costed:
    """Return the basis of a shelf that had so many units on hand, after an arrival, and what is an expense.

    Units without a cost, which came before any price was recorded, are taken to cost what these do. Later cost counts
    for as many of its units as are on hand: that of the others, which have left, is an expense. What is taken back
    leaves in the same way, and is a negative expense as far as those on hand do not cost as much. Another currency
    leaves the basis as it is; as the price of its units is in no basis, what that changes by is no expense.

    >>> with_arrival(CostBasis(10, 1000, "EUR"), 4, Arrival(2, 500, 0, 0, 0, "EUR"))
    Costed(basis=CostBasis(units=6, minor=900, currency='EUR'), expensed=0)
    >>> with_arrival(CostBasis(10, 1000, "EUR"), 4, Arrival(0, 0, 0, 100, 10, "EUR"))
    Costed(basis=CostBasis(units=4, minor=440, currency='EUR'), expensed=60)
    >>> with_arrival(CostBasis(4, 440, "EUR"), 4, Arrival(0, 0, 0, -100, 10, "EUR"))
    Costed(basis=CostBasis(units=4, minor=400, currency='EUR'), expensed=-60)
    >>> with_arrival(CostBasis(6, 900, "EUR"), 6, Arrival(-2, -500, 0, 0, 0, "EUR"))
    Costed(basis=CostBasis(units=4, minor=400, currency='EUR'), expensed=0)

    What is left of the value when the last units are taken back is an expense; those that left took too little.

    >>> with_arrival(CostBasis(2, 540, "EUR"), 1, Arrival(-1, -205, 0, 0, 0, "EUR"))
    Costed(basis=CostBasis(units=2, minor=540, currency='EUR'), expensed=65)
    """
    if basis and basis.currency != arrival.currency:
        return Costed(basis, arrival.landed + arrival.later - arrival.repriced)
    kept = max(on_hand, 0) if basis else 0
    value = rounded(basis.minor * kept, basis.units) if basis else 0
    there = max(0, min(kept + min(arrival.units, 0), arrival.of_units))  # where they are gone, no write will fit
    later = _part(arrival.later, there, arrival.of_units) if there else 0
    units = kept + arrival.units
    later = max(later, -value - arrival.minor) if units > 0 else -value - arrival.minor
    after = CostBasis(units, value + arrival.minor + later, arrival.currency) if units > 0 else basis
    return Costed(after, arrival.later - later)
