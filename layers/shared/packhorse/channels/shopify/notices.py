"""Parcels at a Shopify store: fulfillments, made of what its fulfillment orders have left of the parcel's lines.

A fulfillment is of one location: a parcel whose lines the store assigned to several is as many fulfillments. It has
the tracking numbers of all boxes that its units left in.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from packhorse.channels.protocol import MOST_PAGES, ParcelNotice
from packhorse.channels.shopify.fulfilments import (
    ASSIGNED,
    CANCEL,
    CONTENTS,
    CORRECT,
    CREATE,
    MORE_LINES,
    STATUS,
    Assigned,
    AssignedLine,
    AssignedLines,
    Done,
    Fulfillment,
    FulfillmentOrder,
    MoreLines,
    OrderToFulfil,
    WithContents,
    WithStatus,
)
from packhorse.channels.shopify.order_bodies import OrderBodies
from packhorse.channels.shopify.query import not_shown, query
from packhorse.channels.shopify.tracking import tracking_info
from packhorse.domain.configuration.channel import location_number
from packhorse.domain.errors import Rejected, in_part
from packhorse.domain.orders.parcel import numbers_of, tracking_numbers, units_of
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx

PAGE_OF_LINES = 20
FULFILLABLE = frozenset({"OPEN", "IN_PROGRESS"})
WAITING = frozenset({"ON_HOLD", "SCHEDULED"})
"""States of fulfillment orders of which the store takes no fulfillment yet."""


class Part(NamedTuple):
    """Units of a line of a fulfillment order, at a location; `name` is the order's id of the line."""

    location: str
    order: str
    line: str
    name: str
    units: int


class ShopifyNotices:
    """The fulfillments of a store, made where it assigned the units. Made for each invocation.

    `location_of` is the location of a warehouse, which is preferred where units are assigned to several.
    """

    finds_parcels = True

    def __init__(
        self,
        location_of: Callable[[str], str | None],
        http: "httpx.Client",
        *,
        writes_to_buyers: bool = True,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.location_of = location_of
        self.http = http
        self.writes_to_buyers = writes_to_buyers
        self.sleep = sleep or time.sleep

    def notify_shipped(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Make the fulfillments of a parcel, less those that the store has of it, or has made of its units itself."""
        if notice.main:
            return self._beside(notice, notice.main)
        first, several = self._to_fulfil(notice.order)
        made, wanted = self._made_before(first, notice)
        assigned = {_number(line.line.id) for order in several for line in order.lines.nodes}
        parts = list(_parts(several, wanted, location_number(self.location_of(notice.warehouse))))
        rest = wanted - Counter(_units_of(parts))
        left = self._left(notice) if rest or not assigned.issuperset(wanted) else Counter[str]()
        if any(
            rest[_number(line.line.id)] for order in several if order.status in WAITING for line in order.lines.nodes
        ):
            raise Rejected("the store has these lines on hold, or scheduled: they cannot be fulfilled there")
        _require_assigned(rest, left, several)
        for location in dict.fromkeys(part.location for part in parts):
            with in_part(is_begun=bool(made)):
                made.append(self._made(notice, [each for each in parts if each.location == location]))
        return tuple(made)

    def _beside(self, box: ParcelNotice, main: ParcelNotice) -> tuple[str, ...]:
        """Add the number of an extra box to the fulfillments of its main parcel, where they lack it."""
        references = main.references or self._named(main) or self._named(box)
        if not references:
            raise Rejected(
                f"the store has the units of {box.tracking} in a fulfillment that is not ours: add this number to it in"
                " the store, then retry this"
            )
        for place, reference in enumerate(references):
            with in_part(is_begun=place > 0):
                self._add(reference, box, main)
        return references

    def _add(self, reference: str, box: ParcelNotice, main: ParcelNotice) -> None:
        found = self._query(WithStatus, STATUS, {"id": _gid(reference)}).fulfillment
        if found is None or found.is_cancelled:
            raise Rejected(f"the store's fulfillment {reference}, to which {box.tracking} belongs, is gone")
        if not tracking_numbers(box.tracking) <= _numbers_of(found):
            self._correct(reference, main)

    def _named(self, notice: ParcelNotice) -> tuple[str, ...]:
        """Return the fulfillments with the number of a parcel."""
        first, _ = self._to_fulfil(notice.order)
        return tuple(_number(each.id) for each in first.fulfillments if notice.tracking and _may_be_of(each, notice))

    def _made_before(self, order: OrderToFulfil, notice: ParcelNotice) -> tuple[list[str], "Counter[str]"]:
        """Return the fulfillments that were made of the parcel before, and its units that are in none of them.

        Their answers were lost: they have its number or, without one, just its units, and are of no other parcel.
        """
        wanted = units_of(notice.lines)
        made: list[str] = []
        for each in order.fulfillments:
            found = next((version for version in notice.versions if _may_be_of(each, version)), None)
            if found is None:
                continue
            units = self._contents(each.id)
            if found.tracking or units == wanted:
                made.append(_number(each.id))
                wanted = wanted - units
        return made, wanted

    def _contents(self, fulfillment: str) -> "Counter[str]":
        found = self._query(WithContents, CONTENTS, {"id": fulfillment}).fulfillment
        return Counter({_number(each.line.id): each.quantity for each in found.lines.nodes} if found else {})

    def notify_corrected(self, notice: ParcelNotice) -> None:
        """Replace carrier and number of the parcel's fulfillments."""
        for place, reference in enumerate(notice.references):
            with in_part(is_begun=place > 0):
                self._correct(reference, notice.main or notice)

    def _correct(self, reference: str, main: ParcelNotice) -> None:
        tracking = {"id": _gid(reference), "tracking": tracking_info(main), "notify": self.writes_to_buyers}
        self._change(CORRECT, tracking)

    def notify_withdrawn(self, notice: ParcelNotice) -> None:
        """Cancel the parcel's fulfillments, also those whose answers were lost; what is cancelled or gone stays so."""
        first, _ = self._to_fulfil(notice.order)
        numbered = [version for version in notice.versions if version.tracking]
        lost = (_number(each.id) for each in first.fulfillments if any(_may_be_of(each, one) for one in numbered))
        for place, reference in enumerate(dict.fromkeys((*notice.references, *lost))):
            with in_part(is_begun=place > 0):
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
        if tracking := tracking_info(notice):
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
                raise not_shown(order)
            first = first or answer
            found += map(self._with_all_lines, answer.assigned.nodes)
            if not answer.assigned.page.has_next:
                break
            variables["after"] = answer.assigned.page.end
        else:
            raise Rejected("what is to be fulfilled of the order has no end")
        assert first  # noqa: S101 -- the first page has it, or there is no order
        return first, found

    def _left(self, notice: ParcelNotice) -> "Counter[str]":
        """Return what no fulfillment has of the order's lines; raises Rejected if one of the parcel's is not there."""
        left = OrderBodies(self.http, self.sleep).left_of(f"gid://shopify/Order/{notice.order}")
        if left is None:
            raise not_shown(notice.order)
        notice.require_lines(left, "the store")  # also those that were taken out, or are not shipped
        return Counter(left)

    def _with_all_lines(self, order: FulfillmentOrder) -> FulfillmentOrder:
        lines, page = list(order.lines.nodes), order.lines.page
        for _ in range(MOST_PAGES):
            if not page.has_next or page.end is None:
                break
            variables = {"id": order.id, "lines": 100, "line": page.end}
            more = self._query(MoreLines, MORE_LINES, variables).found
            if more is None:
                break
            lines += more.lines.nodes
            page = more.lines.page
        else:
            raise Rejected(f"the lines of {order.id} have no end")
        whole = AssignedLines(nodes=tuple(lines), pageInfo=page)
        return FulfillmentOrder(id=order.id, status=order.status, assignedLocation=order.at, lineItems=whole)

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
    for order in sorted(several, key=lambda each: location_number(each.location) != preferred):
        if order.status in FULFILLABLE:
            for line in order.lines.nodes:
                yield from _part(order, line, wanted)


def _require_assigned(rest: "Counter[str]", left: "Counter[str]", several: Iterable[FulfillmentOrder]) -> None:
    """Raise Rejected if units that are to be fulfilled are in no fulfillment order that this app gets to see.

    Those of locations that another app manages are not shown to an app that may fulfil the merchant's own.
    """
    shown: Counter[str] = Counter()
    for order in several:
        for line in order.lines.nodes:
            shown[_number(line.line.id)] += line.remaining
    if hidden := rest & (left - shown):
        named = ", ".join(f"{units} of line {line}" for line, units in hidden.items())
        raise Rejected(
            f"the store shows this app no fulfillment order with {named}: another app manages the location that these"
            " are assigned to, or they have none yet. Change their location in the store, or mark them as fulfilled"
            " there, then retry this"
        )


def _part(order: FulfillmentOrder, line: AssignedLine, wanted: "Counter[str]") -> Iterator[Part]:
    name = _number(line.line.id)
    if units := min(line.remaining, wanted[name]):
        wanted[name] -= units
        yield Part(order.location, order.id, line.id, name, units)


def _units_of(parts: Iterable[Part]) -> "Counter[str]":
    units: Counter[str] = Counter()
    for part in parts:
        units[part.name] += part.units
    return units


def _may_be_of(made: Fulfillment, notice: ParcelNotice) -> bool:
    """Return whether a fulfillment has the parcel's number, or as it none, and is of no other parcel of ours."""
    numbers = tracking_numbers(notice.tracking)
    theirs = _numbers_of(made)
    is_another = _number(made.id) in set(notice.others) - set(notice.references)
    return not made.is_cancelled and not is_another and (numbers <= theirs if numbers else not theirs)


def _numbers_of(made: Fulfillment) -> set[str]:
    return numbers_of(each.number for each in made.tracking)


def _gid(number: str) -> str:
    return f"gid://shopify/Fulfillment/{number}"


def _number(gid: str) -> str:
    """Return the number in a global id, by which webhooks name the same object."""
    return gid.rpartition("/")[2]
