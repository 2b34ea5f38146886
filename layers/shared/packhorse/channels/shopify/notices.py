"""Parcels at a Shopify store: fulfillments, made of what its fulfillment orders have left of the parcel's lines.

A fulfillment is of one location: a parcel whose lines the store assigned to several is as many fulfillments.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from packhorse.channels.protocol import ParcelNotice
from packhorse.channels.shopify.fulfilments import (
    ASSIGNED,
    CANCEL,
    CORRECT,
    CREATE,
    MORE_LINES,
    STATUS,
    Assigned,
    AssignedLine,
    Done,
    Fulfillment,
    FulfillmentOrder,
    MoreLines,
    OrderToFulfil,
    WithStatus,
)
from packhorse.channels.shopify.query import query
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.fulfilment_order import tracking_numbers, units_of
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx

PAGE_OF_LINES = 20
MOST_PAGES = 50
FULFILLABLE = frozenset({"OPEN", "IN_PROGRESS"})
WAITING = frozenset({"ON_HOLD", "SCHEDULED"})
"""States of fulfillment orders of which the store takes no fulfillment yet."""

CARRIERS = {
    "ups": "UPS",
    "usps": "USPS",
    "fedex": "FedEx",
    "dhl": "DHL Express",
    "dhlexpress": "DHL Express",
    "dhlecommerce": "DHL eCommerce",
    "dhlparcel": "DHL Parcel",
    "canadapost": "Canada Post",
    "royalmail": "Royal Mail",
    "evri": "Evri",
    "dpd": "DPD",
    "gls": "GLS",
    "postnl": "PostNL",
    "laposte": "La Poste",
    "colissimo": "Colissimo",
    "australiapost": "Australia Post",
}
"""Names by which Shopify makes a link of a tracking number; any other name it shows as it is."""


class Part(NamedTuple):
    """Units of a line of a fulfillment order, at a location."""

    location: str
    order: str
    line: str
    units: int


class ShopifyNotices:
    """The fulfillments of a store; `location` is preferred where it has several. Made for each invocation."""

    def __init__(
        self,
        location: str | None,
        http: "httpx.Client",
        *,
        writes_to_buyers: bool = True,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.location = f"gid://shopify/Location/{location}" if location and location.isdigit() else location
        self.http = http
        self.writes_to_buyers = writes_to_buyers
        self.sleep = sleep or time.sleep

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Make the fulfillments of a parcel, unless the store has its number, or nothing is left to fulfil."""
        first, several = self._to_fulfil(notice.order)
        if made := [each for each in first.fulfillments if _is_of(each, notice)]:
            return tuple(_number(each.id) for each in made)
        parts = list(_parts(several, units_of(notice.lines), self.location or ""))
        if not parts and any(each.status in WAITING and each.lines.nodes for each in several):
            raise Rejected("the order is on hold or scheduled in the store: nothing can be fulfilled there")
        locations = dict.fromkeys(part.location for part in parts)
        return tuple(self._made(notice, [each for each in parts if each.location == one]) for one in locations)

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Replace carrier and number of the parcel's fulfillments."""
        for reference in notice.references:
            self._change(
                CORRECT,
                {"id": _gid(reference), "tracking": _tracking(notice), "notify": self.writes_to_buyers},
            )

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Cancel the parcel's fulfillments; one that is cancelled, or gone, stays so."""
        for reference in notice.references:
            found = self._query(WithStatus, STATUS, {"id": _gid(reference)}).fulfillment
            if found and not found.is_cancelled:
                self._change(CANCEL, {"id": found.id})

    def _made(self, notice: ParcelNotice, parts: Sequence[Part]) -> str:
        """Make the fulfillment of parts at one location; return its number."""
        orders = dict.fromkeys(part.order for part in parts)
        lines = [
            {
                "fulfillmentOrderId": order,
                "fulfillmentOrderLineItems": [
                    {"id": part.line, "quantity": part.units} for part in parts if part.order == order
                ],
            }
            for order in orders
        ]
        fulfillment: dict[str, Any] = {"lineItemsByFulfillmentOrder": lines, "notifyCustomer": self.writes_to_buyers}
        if tracking := _tracking(notice):
            fulfillment["trackingInfo"] = tracking
        return _number(self._change(CREATE, {"fulfillment": fulfillment}))

    def _to_fulfil(self, order: str) -> tuple[OrderToFulfil, list[FulfillmentOrder]]:
        """Return what was sent of an order, and all that is assigned to locations, with all lines."""
        variables: dict[str, Any] = {"order": f"gid://shopify/Order/{order}", "lines": PAGE_OF_LINES}
        found: list[FulfillmentOrder] = []
        first: OrderToFulfil | None = None
        for _ in range(MOST_PAGES):
            answer = self._query(Assigned, ASSIGNED, variables).order
            if answer is None:
                raise Rejected(f"the store has no order {order}")
            first = first or answer
            found += map(self._with_all_lines, answer.assigned.nodes)
            if not answer.assigned.page.has_next:
                break
            variables["after"] = answer.assigned.page.end
        assert first  # noqa: S101 -- the first page has it, or there is no order
        return first, found

    def _with_all_lines(self, order: FulfillmentOrder) -> FulfillmentOrder:
        lines, page = list(order.lines.nodes), order.lines.page
        while page.has_next:
            variables = {"id": order.id, "lines": 100, "line": page.end}
            more = self._query(MoreLines, MORE_LINES, variables).found
            if more is None:
                break
            lines += more.lines.nodes
            page = more.lines.page
        return order.model_copy(update={"lines": order.lines.model_copy(update={"nodes": tuple(lines)})})

    def _change(self, mutation: str, variables: Mapping[str, Any]) -> str:
        """Run a mutation; return the id of its fulfillment. Raises Rejected with what the store refuses."""
        result = self._query(Done, mutation, variables).result
        if result.errors or result.fulfillment is None:
            raise Rejected("; ".join(each.message for each in result.errors)[:300] or "the store made no fulfillment")
        return result.fulfillment.id

    def _query(self, model: type[Model], text: str, variables: Mapping[str, Any]) -> Model:
        return query(self.http, model, text, variables, self.sleep)


def _parts(several: Iterable[FulfillmentOrder], units: "Counter[str]", preferred: str) -> Iterator[Part]:
    """Yield what is left to fulfil of these units by line, at the preferred location first."""
    wanted = Counter(units)
    for order in sorted(several, key=lambda each: each.location != preferred):
        if order.status in FULFILLABLE:
            for line in order.lines.nodes:
                yield from _part(order, line, wanted)


def _part(order: FulfillmentOrder, line: AssignedLine, wanted: "Counter[str]") -> Iterator[Part]:
    name = _number(line.line.id)
    if units := min(line.remaining, wanted[name]):
        wanted[name] -= units
        yield Part(order.location, order.id, line.id, units)


def _is_of(made: Fulfillment, notice: ParcelNotice) -> bool:
    """Return whether a fulfillment was made of the parcel, though its answer was lost: it has its number."""
    numbers = tracking_numbers(notice.tracking)
    theirs = {number for each in made.tracking for number in tracking_numbers(each.number)}
    return bool(numbers) and numbers <= theirs and not made.is_cancelled and _number(made.id) not in notice.others


def _tracking(notice: ParcelNotice) -> dict[str, str]:
    name = "".join(filter(str.isalnum, notice.carrier or "")).lower()
    found = {"company": CARRIERS.get(name, notice.carrier), "number": notice.tracking}
    return {field: value for field, value in found.items() if value}


def _gid(number: str) -> str:
    return f"gid://shopify/Fulfillment/{number}"


def _number(gid: str) -> str:
    """Return the number in a global id, by which webhooks name the same object."""
    return gid.rpartition("/")[2]
