"""Lines of purchase orders: what is ordered, and where its units are.

Units of a line are in one of these: received, rejected, refused, closed short, or open. Units beyond those ordered are
a surplus until a person accepts or returns them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field

from packhorse.domain.money import Money
from packhorse.domain.purchasing.case_pack import CasePack, PurchaseUnits, SomeUnits, whole_cases
from packhorse.domain.purchasing.made_for import (
    MAX_MADE_FOR,
    MadeFor,
    Outstanding,
    Purpose,
    needed_only,
    needed_units,
    outstanding,
    served_first,
)
from packhorse.domain.values import OrderIdText, SkuText, Text, Value, Whole


class WantedLine(Value):
    """What is ordered of a product: whole cases of `case_pack` units, `minimum` units at least.

    `unit_cost` is in the currency of the purchase order, `supplier_sku` what the supplier calls the product. The orders
    that it is `made_for` are served first, in their sequence.
    """

    sku: SkuText
    ordered: PurchaseUnits
    case_pack: CasePack = 1
    minimum: SomeUnits = 0
    unit_cost: Money
    supplier_sku: Text = ""
    expected_on: date | None = None
    made_for: Annotated[tuple[MadeFor, ...], Field(max_length=MAX_MADE_FOR)] = ()


class DraftedLine(WantedLine):
    """A line that no person wrote: `for_stock` units of it are for what is no order, such as a work order.

    `expected_on` follows from the `lead_days` of its supplier, unless these are 0.
    """

    for_stock: SomeUnits = 0
    lead_days: SomeUnits = 0


class RequestedUnits(Value):
    """The units of a line that its supplier was last requested to deliver, and what was `refused` and `closed` then."""

    units: SomeUnits
    refused: SomeUnits = 0
    closed: SomeUnits = 0


class PurchaseLine(WantedLine):
    """A line of a purchase order, and where its units are.

    - `for_stock` units of those ordered are wanted whatever becomes of orders: a person or a suggestion added them.
    - `lead_days` after it is ordered it is `expected_on`; 0 where that day is a person's, or not given.
    - `refused` units are never delivered, as the supplier said; `closed` ones, as we decided.
    - `over` are accepted units beyond those ordered, `surplus` those that no person has decided about, `over_rejected`
      those that were rejected.
    - `acknowledged`: the supplier confirmed the line. `delivery` is the number of its last shipping notice.
    - `offered` is a price of the supplier's that a person has to accept. `agreed` is the price that people ordered at,
      or accepted, where `unit_cost` is another one of the supplier's within the tolerance. What a supplier ships to a
      buyer has one, the same, once its price was named after it was ordered: 0 is a price then.
    - `sent` is what the newest files for the supplier say, None where that is the line as it was ordered.
    - `landed` are its shares of landed costs, in minor units of the currency; `expensed` is what of these, and of a
      price that was agreed after units came, fell on units that had left their shelf.
    """

    id: str
    for_stock: SomeUnits = 0
    lead_days: SomeUnits = 0
    received: SomeUnits = 0
    rejected: SomeUnits = 0
    refused: SomeUnits = 0
    closed: SomeUnits = 0
    over: SomeUnits = 0
    surplus: SomeUnits = 0
    over_rejected: SomeUnits = 0
    acknowledged: bool = False
    answer: Text = ""
    offered: Money | None = None
    delivery: Text = ""
    sent: RequestedUnits | None = None
    agreed: Money | None = None
    landed: Whole = 0
    expensed: Whole = 0

    @classmethod
    def numbered(cls, number: int, wanted: WantedLine) -> Self:
        """Return a new line; what it orders beyond whole cases for orders is for stock."""
        for_orders = sum(each.units for each in wanted.made_for)
        is_for_orders = for_orders and wanted.ordered == whole_cases(for_orders, wanted.case_pack, wanted.minimum)
        for_stock = 0 if is_for_orders else max(0, wanted.ordered - for_orders)
        return cls(id=str(number), **{"for_stock": for_stock, **dict(wanted)})

    def ordered_on(self, day: date) -> Self:
        """Return the line with the day on which it is expected where it is ordered on that day."""
        return self.replace(expected_on=day_expected(self.lead_days, day)) if self.lead_days else self

    @property
    def came(self) -> int:
        """Units that went on the shelf."""
        return self.received + self.over

    @property
    def requested(self) -> RequestedUnits:
        """What the supplier was last requested to deliver, of which its confirmations are."""
        return self.sent or RequestedUnits(units=self.ordered)

    @property
    def agreed_cost(self) -> Money:
        """The price that people ordered at, or accepted: the tolerance is of it."""
        return self.agreed or self.unit_cost

    @property
    def expense(self) -> int:
        """The cost that is part of no unit's: with all of the landed cost where nothing came and nothing will."""
        return self.expensed + (0 if self.came or self.open else self.landed)

    @property
    def open(self) -> int:
        """Units that are still to arrive."""
        return self.ordered - self.received - self.rejected - self.refused - self.closed

    @property
    def ended(self) -> Self:
        """The line of which nothing is to arrive any more."""
        return self.replace(closed=self.closed + self.open)

    @property
    def served_first(self) -> Iterator[OrderIdText]:
        """The orders that it was made for, as far as what is accepted reaches."""
        return served_first(self.made_for, self.came)

    @property
    def outstanding(self) -> tuple[Outstanding, ...]:
        """Whom it is made for, with what has not come for them."""
        return tuple(outstanding(self.made_for, self.came))

    @property
    def free(self) -> int:
        """Units that are to come and that no order is named for."""
        return max(0, self.open - sum(each.needed for each in self.outstanding))

    @property
    def given_up(self) -> int:
        """Units that are to come and that the orders they are made for do not need any more: others may take them."""
        return min(self.free, sum(each.unneeded for each in self.made_for))

    @property
    def least(self) -> int:
        """Units to order for what orders need and what is for stock, in whole cases."""
        units = sum(each.needed for each in self.made_for) + self.for_stock
        return min(self.ordered, whole_cases(units, self.case_pack, self.minimum)) if units else 0

    @property
    def unneeded(self) -> int:
        """Units given up that are neither for stock nor the rest of a case, which comes with what is needed of it."""
        if not self._is_awaited:
            return self.given_up
        return min(self.given_up, max(0, self.received + self.open - self.least))

    @property
    def kept(self) -> Self:
        """The line with what is unneeded for stock, and all else that no order needs: it is wanted from now on."""
        needed = sum(each.needed for each in self.made_for)
        for_stock = max(self.for_stock, self.received + self.open - needed) if self.unneeded else self.for_stock
        return self.replace(made_for=needed_only(self.made_for), for_stock=for_stock)

    @property
    def _is_awaited(self) -> bool:
        """Whether any unit that has not come is for an order that needs it, or for stock."""
        for_orders = sum(each.needed for each in self.outstanding)
        came_for_orders = sum(each.needed for each in self.made_for) - for_orders
        return for_orders > 0 or self.for_stock > self.came - came_for_orders

    @property
    def has_arrived(self) -> bool:
        """Whether any unit of it came, good or not."""
        return bool(self.received or self.over or self.surplus or self.all_rejected)

    @property
    def all_rejected(self) -> int:
        """Rejected units of which the supplier sends no others, also beyond those ordered."""
        return self.rejected + self.over_rejected


def day_expected(lead_days: int, ordered_on: date) -> date | None:
    """Return the day on which is delivered what is ordered on a day, None without lead days."""
    return ordered_on + timedelta(days=lead_days) if lead_days else None


def needed_in(lines: Iterable[PurchaseLine]) -> Counter[Purpose]:
    """Return the units that orders need of lines, by what they are for."""
    return sum((needed_units(line.sku, line.made_for) for line in lines), Counter[Purpose]())
