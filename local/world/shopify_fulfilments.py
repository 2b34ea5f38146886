"""Fulfillment orders and fulfillments of the store: what is left to fulfil at each location, and what was sent.

An order is assigned to the primary location, line by line to another with `location_id` of its line, or unit by unit
with `assigned`, units by location; an order with `holds` is on hold at the `place` of each. Units that are not
fulfilled any more, as the order's lines say, are not left to fulfil. An app gets to see those of locations that other
apps manage only with a scope for them.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import GraphQLResolveInfo

from local.world.shop import now
from local.world.shopify_ids import limited, number_of
from local.world.shopify_store import Json, Store

Info = GraphQLResolveInfo[Any]
COUNTED = frozenset({"success", "open", "pending"})
THIRD_PARTY = frozenset(f"{may}_third_party_fulfillment_orders" for may in ("read", "write"))


class FulfilmentFields:
    """The fields of the mutation root for fulfillments."""

    store: Store

    def fulfillmentCreate(self, _: Info, fulfillment: Json, message: str = "") -> Json:  # noqa: ARG002, N802 -- as in the schema
        """Make a fulfillment of lines of fulfillment orders of one order and location."""
        with self.store.lock:
            found = [self.found_fulfillment_order(each["fulfillmentOrderId"]) for each in _groups(fulfillment)]
            present = [each for each in found if each]
            exist = len(present) == len(found) > 0
            problem = _problem(present, fulfillment) if exist else "Fulfillment order does not exist."
            if problem:
                return {"userErrors": [{"field": ["fulfillment"], "message": problem}]}
            units = Counter(dict(_units(present, fulfillment)))
            return {"fulfillment": self._made(present[0], units, fulfillment), "userErrors": []}

    def fulfillmentTrackingInfoUpdate(  # noqa: N802 -- as in the schema
        self,
        _: Info,
        fulfillmentId: str,  # noqa: N803 -- as in the schema
        trackingInfoInput: Json,  # noqa: N803 -- as in the schema
        notifyCustomer: bool = False,  # noqa: N803 -- as in the schema
    ) -> Json:
        """Replace carrier and number of a fulfillment."""
        order, sent = self._sent(fulfillmentId)
        if sent is None or sent["status"] == "cancelled":
            return {"userErrors": [{"field": ["fulfillmentId"], "message": "Fulfillment does not exist."}]}
        _track(sent, trackingInfoInput)
        sent["notified"] = sent.get("notified", 0) + bool(notifyCustomer)
        order["updated_at"] = now()
        return {"fulfillment": {"id": fulfillmentId}, "userErrors": []}

    def fulfillmentCancel(self, _: Info, id: str) -> Json:  # noqa: A002, N802 -- as in the schema
        """Cancel a fulfillment: its units are left to fulfil again."""
        order, sent = self._sent(id)
        if sent is None:
            return {"userErrors": [{"field": ["id"], "message": "Fulfillment not found."}]}
        if sent["status"] == "cancelled":
            return {"userErrors": [{"field": ["id"], "message": "Fulfillment has already been cancelled."}]}
        sent["status"] = "cancelled"
        _settle(order)
        return {"fulfillment": {"id": id}, "userErrors": []}

    def found_fulfillment_order(self, gid: str) -> Json | None:
        """Return a fulfillment order of any order."""
        number_of("FulfillmentOrder", gid)
        found = (each for order in self.store.orders.values() for each in fulfillment_orders(self.store, order))
        return next((each for each in found if each["id"] == gid), None)

    def _made(self, assigned: Json, units: "Counter[str]", fulfillment: Json) -> Json:
        order = assigned["order"]
        sent: Json = {
            "id": int(f"{order['id']}9{len(order.get('fulfillments') or ()):03}"),
            "status": "success",
            "service": "manual",
            "created_at": now(),
            "location_id": int(assigned["place"]),
            "line_items": [
                {**line, "quantity": units[str(line["id"])]} for line in order["line_items"] if units[str(line["id"])]
            ],
            "notified": int(bool(fulfillment.get("notifyCustomer"))),
        }
        _track(sent, fulfillment.get("trackingInfo") or {})
        order["fulfillments"] = [*(order.get("fulfillments") or ()), sent]
        _settle(order)
        return {"id": f"gid://shopify/Fulfillment/{sent['id']}"}

    def _sent(self, gid: str) -> tuple[Json, Json | None]:
        name = number_of("Fulfillment", gid)
        for order in self.store.orders.values():
            for place, sent in enumerate(order.get("fulfillments") or ()):
                if part_id(order, "fulfillments", place) == name:
                    return order, sent
        return {}, None


def part_id(order: Json, field: str, place: int) -> str:
    """Return the number of a fulfillment or refund; one that the body writes in another way has one by its place."""
    number = str(order[field][place].get("id", ""))
    return number if number.isdigit() else f"{order['id']}{'12'[field == 'refunds']}{place:03}"


def fulfillment_orders(store: Store, order: Json) -> list[Json]:
    """Return the fulfillment orders of an order that the app sees, one for each location that lines are assigned to."""
    primary = next(iter(store.locations))
    places: dict[str, list[Json]] = {}
    for line in order["line_items"]:
        if line.get("requires_shipping", True):
            for place in line.get("assigned") or (str(line.get("location_id") or primary),):
                places.setdefault(place, []).append(line)
    seen = [place for place in places if place not in store.settings.services or THIRD_PARTY & {*store.scopes}]
    return [_assigned(store, order, place, places[place]) for place in seen]


def _assigned(store: Store, order: Json, place: str, lines: list[Json]) -> Json:
    number, left = order["id"], {str(line["id"]): _left_at(order, line, place) for line in lines}
    holds = [_hold(each) for each in order.get("holds") or () if str(each["place"]) == place]
    status = "CLOSED" if not any(left.values()) else "ON_HOLD" if holds else "OPEN"
    status = "CANCELLED" if order.get("cancelled_at") else status
    location = {"__typename": "Location", "id": f"gid://shopify/Location/{place}", "legacyResourceId": place}
    return {
        "__typename": "FulfillmentOrder",
        "id": f"gid://shopify/FulfillmentOrder/{zlib.crc32(f'{number} {place}'.encode())}",
        "status": status,
        "fulfillmentHolds": holds if status == "ON_HOLD" else [],
        "place": place,
        "order": order,
        "assignedLocation": {"location": {**location, "name": store.locations.get(place, "")}, "name": place},
        "lines": [
            {
                "__typename": "FulfillmentOrderLineItem",
                "id": f"gid://shopify/FulfillmentOrderLineItem/{_part_of_line(line, place)}",
                "remainingQuantity": left[str(line["id"])],
                "totalQuantity": line["quantity"],
                "lineItem": line,
            }
            for line in lines
        ],
    }


def _hold(hold: Json) -> Json:
    return {
        "__typename": "FulfillmentHold",
        "id": f"gid://shopify/FulfillmentHold/{hold['id']}",
        "handle": hold.get("handle"),
        "heldByApp": {"title": hold["app"]} if hold.get("app") else None,
        "heldByRequestingApp": bool(hold.get("ours")),
        "reason": hold["reason"].upper(),
        "reasonNotes": hold.get("notes"),
    }


def _part_of_line(line: Json, place: str) -> str:
    return f"{line['id']}{place}" if line.get("assigned") else str(line["id"])


def _left_at(order: Json, line: Json, place: str) -> int:
    if "assigned" not in line:
        return _left(order, line)
    there = [each for each in order.get("fulfillments") or () if str(each.get("location_id")) == place]
    return min(_left(order, line), max(0, int(line["assigned"][place]) - sent_units(there, line)))


def _left(order: Json, line: Json) -> int:
    """Return the units to fulfil still: a refund without restocking is first of those that were sent."""
    sent = sent_units(order.get("fulfillments") or (), line)
    return max(0, wanted(line) - sent + min(sent, _refunded(order, line)))


def _refunded(order: Json, line: Json) -> int:
    """Return the refunded units, without those that were cancelled before they were sent."""
    parts = (part for each in order.get("refunds") or () for part in each.get("refund_line_items") or ())
    return sum(
        int(part["quantity"])
        for part in parts
        if part["line_item_id"] == line["id"] and part.get("restock_type") != "cancel"
    )


def sent_units(fulfillments: Iterable[Json], line: Json) -> int:
    """Return the units of a line in fulfillments that left, or are about to."""
    return sum(
        int(part["quantity"])
        for each in fulfillments
        if each["status"] in COUNTED
        for part in each["line_items"]
        if part["id"] == line["id"]
    )


def wanted(line: Json) -> int:
    """Return the units of a line without those that were refunded or removed."""
    return int(line["current_quantity"] if "current_quantity" in line else line["quantity"])


def _groups(fulfillment: Json) -> list[Json]:
    return limited(list(fulfillment["lineItemsByFulfillmentOrder"]))


def _problem(present: list[Json], fulfillment: Json) -> str:
    """Return why a fulfillment cannot be made, in the words that the API has for it."""
    if len({each["order"]["id"] for each in present}) > 1:
        return "All fulfillment orders must belong to the same order."
    if len({each["place"] for each in present}) > 1:
        return "All fulfillment orders must be assigned to the same location."
    for each in present:
        if each["status"] not in ("OPEN", "IN_PROGRESS"):
            number = each["id"].rpartition("/")[2]
            return f"Fulfillment order {number} has an unfulfillable status= {each['status'].lower()}."
    left = {line["id"]: line["remainingQuantity"] for each in present for line in each["lines"]}
    lines = (line for group in _groups(fulfillment) for line in group.get("fulfillmentOrderLineItems") or ())
    problems = (_line_problem(line, left) for line in lines)
    return next(filter(None, problems), "")


def _line_problem(line: Json, left: dict[str, int]) -> str:
    if line["id"] not in left:
        return "Fulfillment order line item does not exist."
    return "" if 0 < line["quantity"] <= left[line["id"]] else "Invalid fulfillment order line item quantity requested."


def _units(found: list[Any], fulfillment: Json) -> Iterator[tuple[str, int]]:
    """Yield the units by line; a fulfillment order without lines is fulfilled whole."""
    for assigned, group in zip(found, _groups(fulfillment), strict=True):
        lines = {line["id"]: line for line in assigned["lines"]}
        wanted = group.get("fulfillmentOrderLineItems") or [
            {"id": name, "quantity": line["remainingQuantity"]} for name, line in lines.items()
        ]
        for part in wanted:
            yield str(lines[part["id"]]["lineItem"]["id"]), part["quantity"]


def _track(sent: Json, info: Json) -> None:
    numbers = info.get("numbers") or ([info["number"]] if info.get("number") else [])
    urls = info.get("urls") or ([info["url"]] if info.get("url") else [])
    sent |= {"tracking_company": info.get("company"), "tracking_numbers": numbers, "tracking_urls": urls}
    sent |= {"tracking_number": numbers[0] if numbers else None, "tracking_url": urls[0] if urls else None}


def _settle(order: Json) -> None:
    """Set what follows from the fulfillments: what of each line is left to fulfil, and the order's status."""
    for line in order["line_items"]:
        line["fulfillable_quantity"] = _left(order, line)
        sent = sent_units(order.get("fulfillments") or (), line)
        line["fulfillment_status"] = None if not sent else "partial" if line["fulfillable_quantity"] else "fulfilled"
    states = {line["fulfillment_status"] for line in order["line_items"]}
    order["fulfillment_status"] = None if states == {None} else "fulfilled" if states == {"fulfilled"} else "partial"
    order["updated_at"] = now()
