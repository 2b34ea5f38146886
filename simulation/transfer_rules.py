"""Transfer orders against the ledger: no unit is at two places or at none, and no cost appears or is lost.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

import json
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item
from simulation.order_documents import Document, Place

PARTS = ("received", "damaged", "lost", "returned")
TRANSFER = "TRANSFER#"


class TransferBooks:
    """The transfer orders, by id, and the units that purchase orders have to bring, by purchase order.

    `arrivals` are new ones: the shelf, the units, and their cost in minor units. At warehouses that are `not_counted`
    others say what is there: what arrives is no movement.
    """

    def __init__(self) -> None:
        self.orders: dict[str, Document] = {}
        self.not_counted: frozenset[str] = frozenset()
        self.arrivals: list[tuple[Place, int, int]] = []
        self._bought: dict[str, Counter[Place]] = {}

    def read(self, record: Record) -> Iterator[Place]:
        """Read a change of the Work table; yield the shelves that it is about."""
        name = str(record.key[1])
        if name not in ("TRANSFER", "PURCHASE") or not record.new:
            return
        document = json.loads(zlib.decompress(record.new["body"]["B"]))
        if name == "TRANSFER":
            new = arrivals(self.orders.get(document["id"]), document)
            self.arrivals += [each for each in new if each[0][1] not in self.not_counted]
            self.orders[document["id"]] = document
            yield from (place for line in document["lines"] for place in ends(document, line))
        else:
            self._bought[document["id"]] = bought(document)
            yield from ((line["sku"], document["warehouse"]) for line in document["lines"])

    def in_transit(self, place: Place) -> int:
        """Return the units on their way to a shelf."""
        lines = ((order, line) for order in self.orders.values() for line in order["lines"])
        return sum(open_units(line) for order, line in lines if ends(order, line)[1] == place)

    def incoming(self, place: Place) -> int:
        """Return the units on their way to a shelf, and those that purchase orders have to bring."""
        return self.in_transit(place) + sum(units[place] for units in self._bought.values())

    def faults(self, name: str, moved: Mapping[Place, tuple[int, int]]) -> Iterator[str]:
        """Yield what is wrong with a transfer order; `moved` is what its movements put on shelves, and quarantined."""
        order = self.orders[name]
        expected: dict[Place, tuple[int, int]] = {}
        back = {each["line"]: Counter[str]() for each in order.get("receipts", ())}
        for each in order.get("receipts", ()):
            is_return = each.get("is_return", False)
            back[each["line"]].update(
                {f"good-{is_return}": each.get("accepted", 0), f"damaged-{is_return}": each.get("damaged", 0)}
            )
        for line in order["lines"]:
            if min(open_units(line), *(line.get(part, 0) for part in PARTS)) < 0:
                yield f"more of line {line['id']} came than was sent: {line}"
            source, destination = ends(order, line)
            came = back.get(line["id"], Counter())
            expected[source] = (-line.get("sent", 0) + came["good-True"] + came["damaged-True"], came["damaged-True"])
            if destination[1] not in self.not_counted:
                expected[destination] = (came["good-False"] + came["damaged-False"], came["damaged-False"])
            if (there := arrived(line) + line.get("over", 0)) != sum(came.values()):
                yield f"its receipts have {sum(came.values())} of line {line['id']}, which has {there}"
        for place in {*expected, *moved}:
            if moved.get(place, (0, 0)) != expected.get(place, (0, 0)):
                yield f"the ledger of {place} has {moved.get(place)} of it, the transfer order {expected.get(place)}"


def ends(order: Document, line: Document) -> tuple[Place, Place]:
    """Return the shelf that a line leaves, and the one that it goes to."""
    return (line["sku"], order["from_warehouse"]), (line["sku"], order["to_warehouse"])


def open_units(line: Document) -> int:
    """Return the units of a line that are on their way."""
    return int(line.get("sent", 0) - sum(line.get(part, 0) for part in PARTS))


def arrivals(before: Document | None, after: Document) -> Iterator[tuple[Place, int, int]]:
    """Yield the units that a change put on shelves, with their part of the cost of all that were sent."""
    were = {line["id"]: line for line in before["lines"]} if before else {}
    for line in after["lines"]:
        was = were.get(line["id"], {})
        units = arrived(line) - arrived(was)
        if units > 0 and line.get("cost"):
            is_return = line.get("returned", 0) != was.get("returned", 0)
            yield ends(after, line)[0 if is_return else 1], units, cost(line, arrived(line)) - cost(line, arrived(was))


def arrived(line: Document) -> int:
    """Return the units of a line, of those that were sent, that are on a shelf again."""
    return sum(line.get(part, 0) for part in ("received", "damaged", "returned"))


def cost(line: Document, units: int) -> int:
    """Return what so many units of a line cost, in minor units, halves up."""
    minor = Fraction(str(line["cost"]["amount"])) * 100
    return math.floor(minor * Fraction(units, line["sent"]) + Fraction(1, 2))


def bought(order: Document) -> "Counter[Place]":
    """Return the units that a purchase order still has to bring, by shelf; none where its supplier ships to a buyer."""
    if not order.get("submitted_at") or order.get("cancelled_at") or order.get("ships"):
        return Counter()
    gone = ("received", "rejected", "refused", "closed")
    units = {line["id"]: line["ordered"] - sum(line.get(name, 0) for name in gone) for line in order["lines"]}
    return Counter({(line["sku"], order["warehouse"]): units[line["id"]] for line in order["lines"]})


def value(item: Item | None) -> Fraction:
    """Return what the units on hand of a shelf cost, in minor units, by its average; 0 where nothing says it."""
    if not item or "cost_units" not in item:
        return Fraction(0)
    number = {name: int(item[name]["N"]) for name in ("on_hand", "cost_units", "cost_minor")}
    return Fraction(number["cost_minor"] * number["on_hand"], number["cost_units"])


def cost_fault(before: Item | None, after: Item | None, units: int, minor: int) -> str | None:
    """Return what is wrong with the value of a shelf after an arrival of units that cost so much, None if nothing is.

    What it had is rounded to the minor unit, and so is no more than half of one away.
    """
    if not before or "cost_units" not in before or not units:
        return None
    difference = value(after) - value(before) - minor
    return None if abs(difference) <= Fraction(1, 2) else f"{units} units for {minor} changed its value by {difference}"
