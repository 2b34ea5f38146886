"""Work orders against the ledger: components are used by the recipe or scrapped, and no unit and no cost is lost.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from simulation.aws.dynamodb.streams import Record
from simulation.order_documents import Document, Place

OVER = frozenset({"done", "closed", "cancelled"})


class WorkBooks:
    """The work orders, by id; `arrivals` are new ones: the shelf, the units, and their cost in minor units."""

    def __init__(self) -> None:
        self.orders: dict[str, Document] = {}
        self.arrivals: list[tuple[Place, int, int]] = []

    def read(self, record: Record) -> Iterator[Place]:
        """Read a change of the Work table; yield the shelves that it is about."""
        if str(record.key[1]) != "WORK" or not record.new:
            return
        document = json.loads(zlib.decompress(record.new["body"]["B"]))
        self.arrivals += arrivals(self.orders.get(document["id"], {}), document)
        self.orders[document["id"]] = document
        yield from ((part["sku"], document["warehouse"]) for part in (*document["inputs"], *document["outputs"]))

    def incoming(self, place: Place) -> int:
        """Return the units that work orders still have to put on a shelf."""
        return sum(
            open_units(order) * part["per_unit"]
            for order in self.orders.values()
            for part in order["outputs"]
            if order.get("submitted_at") and (part["sku"], order["warehouse"]) == place
        )

    def faults(self, name: str, moved: Mapping[Place, tuple[int, int]]) -> Iterator[str]:
        """Yield what is wrong with a work order; `moved` is what its movements changed on hand, and committed."""
        order = self.orders[name]
        expected = {(sku, order["warehouse"]): units for sku, units in _expected(order)}
        for place in {*expected, *moved}:
            if moved.get(place, (0, 0)) != expected.get(place, (0, 0)):
                yield f"the ledger of {place} has {moved.get(place)} of it, the work order {expected.get(place)}"
        for part in order["inputs"]:
            reserved, awaited = part.get("reserved", 0), part.get("awaited", 0)
            if min(reserved, awaited) < 0 or reserved + awaited > open_units(order) * part["per_unit"]:
                yield f"{reserved} of {part['sku']} are reserved and {awaited} awaited for {open_units(order)} units"
        yield from _faults_of_reports(order)


def open_units(order: Document) -> int:
    """Return the units that are still to be done."""
    if order.get("cancelled_at"):
        return 0
    return int(order["units"] - order.get("done", 0) - order.get("closed", 0))


def _expected(order: Document) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield what the movements of a work order have to be, by sku: on hand and committed."""
    reports, is_build = order.get("reports", ()), order.get("kind", "build") == "build"
    done, failed = (sum(each.get(name, 0) for each in reports) for name in ("done", "failed"))
    broken: Counter[str] = Counter()
    for each in reports:
        broken.update({part["sku"]: part["units"] for part in each.get("scrap", ())})
    for part in order["inputs"]:
        used = (done + failed) * part["per_unit"] + (broken[part["sku"]] if is_build else 0)
        yield part["sku"], (-used, part.get("reserved", 0))
    for part in order["outputs"]:
        yield part["sku"], (done * part["per_unit"] - (0 if is_build else broken[part["sku"]]), 0)


def _faults_of_reports(order: Document) -> Iterator[str]:
    reports = order.get("reports", ())
    if sum(each.get("done", 0) for each in reports) != order.get("done", 0):
        yield f"its reports are not the {order.get('done', 0)} units that are done"
    if len({each["report"] for each in reports}) < len(reports):
        yield "a report is recorded twice"
    spent, brought = order.get("spent", 0), order.get("brought", 0)
    costs = sum(int(Decimal(each["cost"]["amount"]) * 100) for each in reports if each.get("cost"))
    if costs != spent or not 0 <= brought <= spent:
        yield f"its reports cost {costs}, and it has spent {spent} and brought {brought} of it"
    is_built = order.get("kind", "build") == "build" and reports and reports[-1].get("done") and reports[-1].get("cost")
    if is_built and spent != brought:
        yield f"{spent} were spent, and the units that are done brought {brought}"


def arrivals(before: Document, after: Document) -> Iterator[tuple[Place, int, int]]:
    """Yield the units that a report put on the shelf of what is built, with what was spent on them."""
    minor = after.get("spent", 0) - before.get("brought", 0)
    units = after.get("done", 0) - before.get("done", 0)
    if units > 0 and after.get("kind", "build") == "build" and after["reports"][-1].get("cost"):
        [part] = after["outputs"]
        came = part.get("made", 0) - sum(each.get("made", 0) for each in before.get("outputs", ()))
        yield (part["sku"], after["warehouse"]), came, minor
