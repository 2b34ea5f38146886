"""The rules of what Amazon ships for us: what it has, by its own records, against the orders, by documents alone."""

import marshal
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any

from local.world.amazon import Amazon
from local.world.amazon_warehouses import ENDED, open_units
from simulation.order_documents import OPEN_FULFILMENT, Document, units_in

Units = Counter[str]


class AmazonBooks:
    """The seller's account, in which `amazon.outbound` are Amazon's orders by the ids of our fulfilment orders.

    `most` are the most units of each line that an order ever wanted, by its id: what is cancelled later may have left.
    `decided` are those of which people had kits shipped anew that had left in part. `wrong` is what is wrong with
    requests of ours. What it was sent is to be seen there `seen_after` so many seconds. `polled` are the marketplaces
    whose orders were listed, by turns.
    """

    def __init__(self, amazon: Amazon) -> None:
        self.amazon = amazon
        self.most: dict[str, Units] = {}
        self.decided: set[str] = set()
        self.wrong: set[str] = set()
        self.seen_after = 0.0
        self.polled: list[str] = []
        self._judged: dict[str, tuple[Any, list[str]]] = {}

    def faults(self, orders: Mapping[str, Document], completed: Container[str]) -> Iterator[str]:
        """Yield each order of Amazon's that is of none of ours, and each of ours of which two ship the same units."""
        theirs: dict[str, dict[str, Any]] = {}
        for name, stored in self.amazon.outbound.items():
            order_id = name.rpartition("-")[0]
            theirs.setdefault(order_id, {})[name] = stored
        for order_id, found in theirs.items():
            order, is_completed = orders.get(order_id), order_id in completed
            # Amazon's are changed in place, so their bytes are compared: that takes a hundredth of judging them again.
            read = order, marshal.dumps(found, 2), is_completed, order_id in self.decided
            last = self._judged.get(order_id)
            if last is None or last[0] != read:
                last = self._judged[order_id] = read, [*self._faults_of(order_id, order, found, is_completed)]
            yield from last[1]

    def _faults_of(
        self, order_id: str, order: Document | None, found: Mapping[str, dict[str, Any]], is_completed: bool
    ) -> Iterator[str]:
        works = {each["id"]: each for each in order["fulfilments"] if each.get("mcf")} if order else {}
        yield from (f"Amazon has {name}, which it was not to get" for name in found.keys() - works.keys())
        yield from (f"a package of {name} counts twice" for name, work in works.items() if counts_twice(work))
        if order and found.keys() <= works.keys() and not is_completed:
            wanted = self.most[order_id] = self.most.get(order_id, Counter()) | ordered(order)
            if more := with_both(order, found) - wanted:
                yield f"order {order['channel_order_id']}: {dict(more)} more are to leave than were ordered"
            if order_id not in self.decided and (more := goods_of_both(order, found) - in_goods(order, wanted)):
                yield f"order {order['channel_order_id']}: {dict(more)} more are to leave than its kits have"

    def disagreeing(self, orders: Mapping[str, Document], completed: Container[str]) -> Iterator[str]:
        """Yield each fulfilment order that believes other units to have left, or to be left, than Amazon says.

        Not of orders that people `completed`: they say what Amazon does not know.
        """
        for name, stored in self.amazon.outbound.items():
            order_id = name.rpartition("-")[0]
            if order_id in completed:
                continue
            order = orders[order_id]
            work = next(each for each in order["fulfilments"] if each["id"] == name)
            yield from faults_of_reasons(work, stored)
            sent, left = shipped_there(order, work, stored), still_there(order, work, stored)
            here = in_parcels(work)
            reported = units_in(each for each in work.get("parcels", ()) if each.get("is_reported"))
            by_hand = here - sent if is_shipped_by_hand(work, stored) else Counter()
            if not here <= sent <= here + reported and not is_refused(order) and not is_shipped_by_hand(work, stored):
                yield f"Amazon shipped {dict(sent)} of {name}, and its order has {dict(here)} in parcels"
            if here == sent and not reported and (fault := differing_numbers(order, work, stored)):
                yield fault
            if reported:
                continue  # the channel says that it left: a person knows whether Amazon's is another parcel
            open_here = units_in([work]) - here if work.get("status", "queued") in OPEN_FULFILMENT else Counter()
            if not left - by_hand <= open_here <= left + kits_in_doubt(order, work, stored):
                yield f"Amazon has {dict(left)} of {name} to ship, and its order {dict(open_here)}"


def faults_of_reasons(work: Document, stored: dict[str, Any]) -> Iterator[str]:
    """Yield each rejection of units that Amazon did not find which does not say that they are not there."""
    if stored["order"]["fulfillmentOrderStatus"] != "UNFULFILLABLE":
        return
    for each in work.get("rejections", ()):
        if each["who"].startswith("amazon:") and each["reason"] != "mismatch":
            yield f"Amazon has no more units of {work['id']}, and they are rejected as {each['reason']}"


def counts_twice(work: Document) -> bool:
    """Return whether a package of Amazon's is among those that count more than once."""
    names = [each["id"] for each in work["mcf"].get("packages", ())]
    return len({*names}) < len(names)


def with_both(order: Document, found: Mapping[str, dict[str, Any]]) -> Units:
    """Return the units by line that have left, or are to leave, from Amazon and from other warehouses."""
    units: Units = Counter()
    for work in order["fulfilments"]:
        if stored := found.get(work["id"]):
            units += shipped_there(order, work, stored) + still_there(order, work, stored)
        elif work.get("status", "queued") in OPEN_FULFILMENT:
            units += units_in([work])
        else:
            units += in_parcels(work)
    return units


def goods_of_both(order: Document, found: Mapping[str, dict[str, Any]]) -> Units:
    """Return the units by our sku that have left, or are to leave, from Amazon and from other warehouses."""
    goods: Units = Counter()
    for work in order["fulfilments"]:
        if stored := found.get(work["id"]):
            skus = {item["id"]: item["sku"] for item in work["mcf"]["items"]}
            is_over = stored["order"]["fulfillmentOrderStatus"] in ENDED
            for item, units in (shipped_items(stored) + Counter({} if is_over else open_units(stored))).items():
                goods[skus[item]] += units
        elif work.get("status", "queued") in OPEN_FULFILMENT:
            goods += in_goods(order, units_in([work]))
        else:
            goods += in_goods(order, in_parcels(work))
    return goods


def in_goods(order: Document, units: Units) -> Units:
    """Return the units by sku that so many units of lines take: of kits their components."""
    recipes = {line["id"]: line.get("components") or {line.get("matched"): 1} for line in order["lines"]}
    goods: Units = Counter()
    for line, quantity in units.items():
        goods.update({sku: each * quantity for sku, each in recipes.get(line, {}).items()})
    return goods


def ordered(order: Document) -> Units:
    """Return the units by line that an order is of."""
    return Counter({line["id"]: line["quantity"] for line in order["lines"]})


def in_parcels(work: Document) -> Units:
    """Return the units by line in the parcels of a fulfilment order, without those that the channel says it sent."""
    return units_in(each for each in work.get("parcels", ()) if not each.get("is_reported"))


def differing_numbers(order: Document, work: Document, stored: dict[str, Any]) -> str:
    """Return how the units by tracking number differ from Amazon's; empty if they do not.

    Kits leave in parts, and what a person entered has the number that this person knows.
    """
    by_hand = any(each["what"] == "shipped" and each["who"].startswith("user:") for each in order["timeline"])
    if by_hand or any(len(line.get("components") or ()) > 0 for line in order["lines"]):
        return ""
    lines = {item["id"]: item["line"] for item in work["mcf"]["items"]}
    theirs: dict[str | None, Units] = {}
    for shipment in stored["shipments"]:
        numbers = {each["packageNumber"]: each.get("trackingNumber") for each in shipment["fulfillmentShipmentPackage"]}
        for part in shipment["fulfillmentShipmentItem"]:
            units = theirs.setdefault(numbers[part["packageNumber"]], Counter())
            units[lines[part["sellerFulfillmentOrderItemId"]]] += part["quantity"]
    ours: dict[str | None, Units] = {}
    for parcel in work.get("parcels", ()):
        ours.setdefault(parcel.get("tracking"), Counter()).update(units_in([parcel]))
    return "" if ours == theirs else f"packages of {work['id']} are {theirs} at Amazon, and here {ours}"


def is_shipped_by_hand(work: Document, stored: dict[str, Any]) -> bool:
    """Return whether a person entered a parcel of it: Amazon knows no such package, and may still have its units."""
    packages = (each for shipment in stored["shipments"] for each in shipment["fulfillmentShipmentPackage"])
    known = {each.get("trackingNumber") for each in packages}
    parcels = (each for each in work.get("parcels", ()) if not each.get("is_reported"))
    return any(each.get("tracking") not in known for each in parcels)


def shipped_there(order: Document, work: Document, stored: dict[str, Any]) -> Units:
    """Return the units by line that left Amazon; of a kit those that are whole."""
    return whole_units(order, work, shipped_items(stored))


def still_there(order: Document, work: Document, stored: dict[str, Any]) -> Units:
    """Return the units by line that Amazon has and is to ship, or is to complete."""
    if stored["order"]["fulfillmentOrderStatus"] in ENDED:
        return Counter()
    gone = shipped_items(stored)
    return whole_units(order, work, gone + Counter(open_units(stored))) - whole_units(order, work, gone)


def kits_in_doubt(order: Document, work: Document, stored: dict[str, Any]) -> Units:
    """Return the kits by line that Amazon does not complete, and of which it may still ship a part."""
    if stored["order"]["fulfillmentOrderStatus"] in ENDED:
        return Counter()
    gone: Units = Counter()
    every: Units = Counter()
    for each in stored["items"]:
        every[each["sellerFulfillmentOrderItemId"]] += each["quantity"]
        gone[each["sellerFulfillmentOrderItemId"]] += each["unfulfillableQuantity"] + each["cancelledQuantity"]
    there = whole_units(order, work, every) - whole_units(order, work, shipped_items(stored))
    return there - whole_units(order, work, gone) - still_there(order, work, stored)


def shipped_items(stored: dict[str, Any]) -> Units:
    """Return the units by Amazon's item that left."""
    units: Units = Counter()
    for shipment in stored["shipments"]:
        for part in shipment["fulfillmentShipmentItem"]:
            units[part["sellerFulfillmentOrderItemId"]] += part["quantity"]
    return units


def whole_units(order: Document, work: Document, items: Units) -> Units:
    """Return the units by line that so many units of items make."""
    recipes = {line["id"]: line.get("components") or {line.get("matched"): 1} for line in order["lines"]}
    made: dict[str, list[int]] = {}
    for item in work["mcf"]["items"]:
        made.setdefault(item["line"], []).append(items[item["id"]] // recipes[item["line"]].get(item["sku"], 1))
    return +Counter({line: min(parts) for line, parts in made.items()})


def is_refused(order: Document) -> bool:
    """Return whether a person is to say what became of a parcel that does not fit its order."""
    return any(each["cause"] == "shipment_refused" for each in order.get("exceptions", ()))
