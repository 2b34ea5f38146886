"""What must hold of purchase orders at every moment: units and money are conserved, and none is bought twice."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from simulation.order_documents import Document, Place
from simulation.price_rules import brought, faults_of_prices

Wanted = tuple[str, str, str]
PURCHASE = "PURCHASE#"
WITHDRAWN, REVIEWED = "receipt withdrawn", "orders reviewed"


class PurchaseBooks:
    """Purchase orders as they are stored, what orders wanted, and what the ledger received for each.

    `brought` are the minor units by which new changes are to change the value of shelves.
    """

    def __init__(self) -> None:
        self.purchases: dict[str, Document] = {}
        self.received: Counter[str] = Counter()
        self.wanted: Counter[Wanted] = Counter()
        self.brought: Counter[Place] = Counter()
        self._wrong: list[str] = []
        self._is_new = False

    def read(self, key: str, item: Mapping[str, Any] | None) -> None:
        """Read a record of the Work table."""
        if key.startswith(PURCHASE) and item is not None:
            name, purchase = key.removeprefix(PURCHASE), json.loads(zlib.decompress(item["body"]["B"]))
            if before := self.purchases.get(name):
                self.brought.update(brought(before, purchase))
                self._wrong += faults_of_prices(before, purchase)
            self.purchases[name] = purchase
            self._is_new = True

    def read_movement(self, kind: str, reference: str, units: int) -> None:
        """Read a movement of the ledger."""
        if kind == "receive":
            self.received[reference] += units

    def want(self, name: str, order: Document) -> None:
        """Record the most units that each line of an order ever wanted."""
        for line in order["lines"]:
            for sku, units in (line.get("components") or {str(line.get("matched")): 1}).items():
                key = (name, str(line["id"]), sku)
                self.wanted[key] = max(self.wanted[key], units * line["quantity"])

    def new_faults(self) -> Iterator[str]:
        """Yield what is wrong, if anything changed since the last check."""
        if not self._is_new:
            return
        self._is_new = False
        yield from self._wrong
        for name, purchase in self.purchases.items():
            if not purchase.get("ships"):
                yield from (f"purchase order {name}: {fault}" for fault in self._faults_of(name, purchase))
        yield from self._faults_of_buying()

    def _faults_of_buying(self) -> Iterator[str]:
        """Yield orders that more was bought for than they ever wanted, and parts that are bought twice."""
        made: Counter[Wanted] = Counter()
        ships: Counter[tuple[str, int]] = Counter()
        for purchase in self.purchases.values():
            if part := purchase.get("ships"):
                ships[part["order"], part["fulfilment"]] += 1
            for line in purchase["lines"]:
                made.update(_made_for(purchase, line))
        for key, units in made.items():
            if units > self.wanted[key]:
                yield f"{units} units were bought for {key}, which never wanted more than {self.wanted[key]}"
        for (order, number), times in ships.items():
            if times > 1:
                yield f"fulfilment {number} of order {order} has {times} purchase orders"

    def _faults_of(self, name: str, purchase: Document) -> Iterator[str]:
        for line in purchase["lines"]:
            yield from _faults_of_line(purchase, line)
        came = sum(line.get("received", 0) + line.get("over", 0) for line in purchase["lines"])
        if came != self.received[name]:
            yield f"{came} units came, and the ledger received {self.received[name]}"
        minor = sum(int(Decimal(each["amount"]["amount"]) * 100) for each in purchase.get("landed", ()))
        if minor != sum(line.get("landed", 0) for line in purchase["lines"]):
            yield f"{minor} of landed cost, and its lines have another sum"
        records = [(each["receipt"], each["line"]) for each in purchase.get("receipts", ())]
        if len(set(records)) < len(records):
            yield "a line of a receipt is recorded twice"


def still_open(line: Document) -> int:
    """Return the units of a line that are still to arrive."""
    gone = sum(line.get(name, 0) for name in ("received", "rejected", "refused", "closed"))
    return int(line["ordered"] - gone)


def _made_for(purchase: Document, line: Document) -> "Counter[Wanted]":
    """Return the units that are to come for orders by itself, and that these still want.

    What has come may have gone to another order: that of a kit which lacks another component cannot take it. What was
    refused or closed comes no more, and may be bought again on another purchase order. A delivery that is withdrawn is
    to come again: whether its orders still want it is reviewed a moment later.
    """
    made: Counter[Wanted] = Counter()
    by_itself = purchase["timeline"][0]["who"] == "packhorse"
    if by_itself and not purchase.get("cancelled_at") and not _is_to_be_reviewed(purchase):
        came, given, left = line.get("received", 0) + line.get("over", 0), 0, still_open(line)
        for each in line.get("made_for", ()):
            needed, given = each["units"] - each.get("unneeded", 0), max(given, each.get("came_before", 0))
            taken = max(0, min(came - given, needed))
            awaited = min(needed - taken, left)
            made[each["order"], each["line"], line["sku"]] += awaited
            given, left = given + taken, left - awaited
    return made


def _is_to_be_reviewed(purchase: Document) -> bool:
    told = [entry["what"] for entry in purchase["timeline"] if entry["what"] in {WITHDRAWN, REVIEWED}]
    return told[-1:] == [WITHDRAWN]


def _faults_of_line(purchase: Document, line: Document) -> Iterator[str]:
    if still_open(line) < 0:
        yield f"{-still_open(line)} of {line['sku']} are somewhere, and were never ordered"
    if line["ordered"] % line.get("case_pack", 1):
        yield f"{line['ordered']} of {line['sku']} are no whole cases"
    named = sum(each["units"] - each.get("unneeded", 0) for each in line.get("made_for", ()))
    if named > line["ordered"]:
        yield f"{named} of {line['sku']} are made for orders, and {line['ordered']} are ordered"
    came = line.get("received", 0) + line.get("over", 0)
    accepted = sum(each.get("accepted", 0) for each in purchase.get("receipts", ()) if each["line"] == line["id"])
    settled = sum(
        each.get("surplus", 0)
        for each in purchase.get("receipts", ())
        if each["line"] == line["id"] and each.get("decision") == "accept"
    )
    rejected = line.get("rejected", 0) + line.get("over_rejected", 0)
    records = [each for each in purchase.get("receipts", ()) if each["line"] == line["id"]]
    if rejected != (recorded := sum(each.get("rejected", 0) for each in records if not each.get("replaced"))):
        yield f"{rejected} of {line['sku']} are rejected, and {recorded} on its receipts"
    if came != accepted + settled:
        yield f"{came} of {line['sku']} came, and {accepted + settled} are on its receipts"
