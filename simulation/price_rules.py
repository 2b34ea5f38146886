"""What the units of purchase orders cost, against the value of their shelves: no cent appears, and none is lost.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from simulation.aws.dynamodb.values import Item
from simulation.order_documents import Document, Place
from simulation.transfer_rules import value

TOLERATED = 10
"""By how many percent a price in a file of the supplier may differ without a person."""


def brought(before: Document, after: Document) -> "Counter[Place]":
    """Return the minor units that a change of a purchase order is to add to the value of its shelves, or take from it.

    That is what units cost that came, and what those cost now that came before; what is an expense is in no value.
    """
    were = {line["id"]: line for line in before["lines"]}
    minor: Counter[Place] = Counter()
    for line in after["lines"] if not after.get("ships") else ():
        if was := were.get(line["id"]):
            minor[line["sku"], after["warehouse"]] += _paid(line) - _paid(was)
    return minor


def _paid(line: Document) -> int:
    """Return what the units of a line that came cost, with their share of the landed cost, less what is an expense."""
    came = line.get("received", 0) + line.get("over", 0)
    gone = sum(line.get(name, 0) for name in ("received", "rejected", "refused", "closed"))
    left = line["ordered"] - gone
    share = Fraction(line.get("landed", 0) * came, came + left) if came else Fraction(0)
    return int(came * in_minor(line["unit_cost"]) + math.floor(share + Fraction(1, 2)) - line.get("expensed", 0))


def in_minor(money: Document) -> int:
    """Return an amount in minor units."""
    return int(Decimal(money["amount"]) * 100)


def value_fault(before: Item | None, after: Item | None, minor: int) -> str | None:
    """Return what is wrong with the value of a shelf after purchase orders brought so much, None if nothing is.

    A shelf without a cost has no value to compare; what it had is rounded to the minor unit.
    """
    if before is not None and "cost_units" not in before:
        return None
    difference = value(after) - value(before) - minor
    return None if abs(difference) <= 1 else f"{minor} of purchase orders changed its value by {minor + difference}"


def faults_of_prices(before: Document, after: Document) -> Iterator[str]:
    """Yield each price that a file of the supplier changed though it differs too much from the one that was agreed."""
    were = {line["id"]: line for line in before["lines"]}
    is_by_file = str(after["timeline"][-1]["who"]).startswith("supplier:")
    for line in after["lines"] if is_by_file else ():
        was = were.get(line["id"], line)
        agreed, price = in_minor(was.get("agreed") or was["unit_cost"]), in_minor(line["unit_cost"])
        if line["unit_cost"] != was["unit_cost"] and abs(price - agreed) * 100 > agreed * TOLERATED:
            yield f"line {line['id']} costs {price} by a file of its supplier, and {agreed} was agreed"
