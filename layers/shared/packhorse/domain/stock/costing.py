"""The moving average cost of a shelf, exact to the minor unit of its total.

What is sold, counted or transferred leaves the average as it is: it changes when goods come at a price. A shelf so has
the value of so many units as of that moment, and not the value of what is there now.
"""

from typing import NamedTuple

from packhorse.domain.money import Money


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
    """The basis of a shelf as it was read, None without one, and as it is to be."""

    before: CostBasis | None
    after: CostBasis


class Arrival(NamedTuple):
    """Units that come at a cost in all; `later` is cost of units that came before, with how many these are."""

    units: int
    minor: int
    later: int
    of_units: int
    currency: str


def rounded(dividend: int, divisor: int) -> int:
    """Return the quotient as a whole number, halves up.

    >>> rounded(5, 2), rounded(4, 3), rounded(-5, 2)
    (3, 1, -2)
    """
    return (2 * dividend + divisor) // (2 * divisor)


def with_arrival(basis: CostBasis | None, on_hand: int, arrival: Arrival) -> CostBasis | None:
    """Return the basis of a shelf that had so many units on hand, after an arrival; None if it has none.

    Units without a cost, which came before any price was recorded, are taken to cost what these do. Later cost of units
    that have left is no cost of those that are there. Another currency leaves the basis as it is.

    >>> with_arrival(CostBasis(10, 1000, "EUR"), 4, Arrival(2, 500, 0, 0, "EUR"))
    CostBasis(units=6, minor=900, currency='EUR')
    """
    if basis and basis.currency != arrival.currency:
        return basis
    kept = max(on_hand, 0) if basis else 0
    value = rounded(basis.minor * kept, basis.units) if basis else 0
    units = kept + arrival.units
    if units <= 0:
        return basis
    later = arrival.later
    if arrival.of_units > units:
        later = rounded(later * units, arrival.of_units)
    return CostBasis(units, value + arrival.minor + later, arrival.currency)
