"""Bugs in purchase orders."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_supplier

BUGS = (
    Bug(
        "late-units-stay-closed",
        "packhorse.domain.purchasing.receiving",
        "closed=line.closed - late,",
        "closed=line.closed,",
        "units that come after they were closed short are both received and closed",
        acts=("a_purchaser",),
    ),
    Bug(
        "incoming-until-closed",
        "packhorse.store.register",
        "            incoming=_change_of(savings, lambda each: each.incoming),\n",
        "            incoming=_change_of([x for x in savings if not self._is_over(x.after)], lambda x: x.incoming),\n",
        "what a purchase order has brought stays incoming once it is over",
    ),
    Bug(
        "bought-again-and-again",
        "packhorse.domain.purchasing.per_order",
        "        rest = max(0, need.units - bought.get(need.purpose, 0))\n",
        "        rest = need.units\n",
        "what was bought for an order is bought for it again with every message",
        acts=("a_purchaser",),
    ),
    Bug(
        "landed-cost-rounded-down",
        "packhorse.domain.spreading",
        "    for index in by_remainder[: amount - sum(shares)]:\n        shares[index] += 1\n",
        "",
        "cents of a landed cost that do not divide are lost",
        acts=("a_purchaser",),
    ),
    Bug(
        "supplier-refuses-what-came",
        "packhorse.domain.purchasing.steps",
        "        if (each.refused or 0) > (most := line.open + line.refused):\n",
        "        if (each.refused or 0) > (most := line.ordered):\n",
        "a supplier refuses units that have arrived",
        acts=("a_purchaser",),
    ),
    Bug(
        "refused-in-silence",
        "packhorse.usecases.record_not_bought",
        "        after = with_not_bought(order, [each for each in left if each.order == order.id], now)\n",
        "        after = with_not_bought(order, (), now)\n",
        "an order waits for what its supplier refused, and no exception says so",
        acts=("a_purchaser",),
    ),
    Bug(
        "same-units-for-two-orders",
        "packhorse.domain.purchasing.purchase_line",
        "        return max(0, self.open - sum(each.needed for each in self.outstanding))\n",
        "        return max(0, self.open)\n",
        "units that are on their way for an order are named for another one, too",
        acts=("a_purchaser",),
    ),
    Bug(
        "made-anew-for-an-older-order",
        "packhorse.usecases.follow_drop_ships",
        "    if any(each.cancelled_at for each in made.values()):",
        "    if False:",
        "what a supplier was to ship, and was cancelled, has a purchase order again",
        on=with_supplier,
        first=404_604,
    ),
)
