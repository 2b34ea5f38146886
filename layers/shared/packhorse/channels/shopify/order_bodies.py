"""Orders of a Shopify store read whole, in the shape of a webhook's body.

An order's parts have pages of their own: in one query, their greatest possible number would cost more than a query may.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from packhorse.channels.protocol import MOST_PAGES
from packhorse.channels.shopify.holding import TO_FULFIL, is_ours
from packhorse.channels.shopify.inventory import PageInfo
from packhorse.channels.shopify.order_answers import (
    FulfillmentAnswer,
    FulfillmentPart,
    HeldPart,
    HoldPart,
    LinePart,
    OrderAnswer,
    OrderPart,
    RefundAnswer,
)
from packhorse.channels.shopify.order_queries import FULFILLMENT, ORDER, PERSONAL, REFUND
from packhorse.channels.shopify.orders import UNDER_WAY
from packhorse.channels.shopify.query import query
from packhorse.domain.errors import Rejected
from packhorse.domain.values import iso
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx


class OrderBodies:
    """The orders of a Shopify store, each read when it is wanted; made for each invocation."""

    def __init__(self, http: "httpx.Client", sleep: Callable[[float], None] | None = None) -> None:
        self.http = http
        self.sleep = sleep or time.sleep

    def body_of(self, order: str) -> dict[str, Any] | None:
        """Return the order as a webhook has it; None if it was deleted since the page was listed."""
        read_at = datetime.now(UTC)  # a hold moves no other time of the order: the request that left last is right
        pages = [page for page in self._pages(OrderAnswer, ORDER, order) if isinstance(page, OrderPart)]
        if not pages:
            return None
        sent = [body for each in pages[0].fulfillments if (body := self._sent(each.id))]
        refunds = [
            [part.model_dump() for page in self._pages(RefundAnswer, REFUND, each.id) for part in page.parts.nodes]
            for each in pages[0].refunds
        ]
        lines = {line.id: line for page in pages for line in page.parts.nodes}
        held = pages[0].held.nodes
        fulfilled, refunded = fulfilled_units(sent), units_not_cancelled(refunds)
        return {
            **pages[0].model_dump(exclude_none=True, exclude={"shipping", "held", "parts"}),
            "shipping_lines": pages[0].shipping.model_dump()["nodes"],
            "line_items": [line_body(line, fulfilled[line.id], refunded[line.id]) for line in lines.values()],
            "fulfillments": sent,
            "refunds": [{"refund_line_items": units} for units in refunds],
            "fulfillment_holds": [
                hold_body(hold) for each in held for hold in each.fulfillment_holds if not ours(hold)
            ],
            "read_at": iso(read_at),
            "fulfillment_orders_not_held": [each.id for each in held if lacks_our_hold(each)],
        }

    def left_of(self, order: str) -> dict[str, int] | None:
        """Return by line what is left to fulfil, 0 of one that is not shipped; None of an unknown order."""
        body = self.body_of(order)
        if body is None:
            return None
        is_over = body.get("cancelled_at")
        return {
            line["id"]: line["fulfillable_quantity"] if line["requires_shipping"] and not is_over else 0
            for line in body["line_items"]
        }

    def _sent(self, fulfillment: str) -> dict[str, Any] | None:
        pages = list(self._pages(FulfillmentAnswer, FULFILLMENT, fulfillment))
        return fulfillment_body(pages) if pages else None

    def _pages(self, model: type[Any], text: str, name: str) -> Iterator[Any]:
        """Yield the object once for each page of its parts; nothing if it does not exist."""
        after = None
        for _ in range(MOST_PAGES):
            found = self._query(model, text, {"id": name, "after": after}).found
            if found is None:
                return
            yield found
            page: PageInfo = found.parts.page_info
            if not page.more:
                return
            after = page.end
        raise Rejected(f"the parts of {name} have no end")

    def _query(self, model: type[Model], text: str, variables: Mapping[str, Any]) -> Model:
        return query(self.http, model, text, variables, self.sleep, PERSONAL)


def ours(hold: HoldPart) -> bool:
    """Return whether we have put a hold there: it is no hold of the store."""
    return is_ours(hold.handle, is_of_app=hold.is_of_app)


def hold_body(hold: HoldPart) -> dict[str, Any]:
    """Return a hold of the store."""
    return hold.model_dump(exclude={"handle", "is_of_app"})


def lacks_our_hold(part: HeldPart) -> bool:
    """Return whether a fulfilment order is to be fulfilled and has no hold of ours."""
    return part.status in TO_FULFIL and not any(map(ours, part.fulfillment_holds))


def fulfilled_units(fulfillments: Iterable[Mapping[str, Any]]) -> "Counter[str]":
    """Return the units by line that left, or are about to."""
    units: Counter[str] = Counter()
    for sent in fulfillments:
        for part in sent["line_items"] if sent["status"] in UNDER_WAY else ():
            units[part["id"]] += part["quantity"]
    return units


def units_not_cancelled(refunds: Iterable[Iterable[Mapping[str, Any]]]) -> "Counter[str]":
    """Return the refunded units by line that were not cancelled: units that were sent count as refunded first."""
    units: Counter[str] = Counter()
    for part in (part for parts in refunds for part in parts if part["restock_type"] != "cancel"):
        units[part["line_item_id"]] += part["quantity"]
    return units


def line_body(line: LinePart, fulfilled: int, refunded: int) -> dict[str, Any]:
    """Return the line as a webhook has it; refunded and removed units are not fulfillable.

    `unfulfilledQuantity` is less a unit that was sent and then refunded twice, a webhook's number once: of 3 units of
    which one was sent and came back, 2 are left.
    """
    left = line.current_quantity - fulfilled + min(fulfilled, refunded)
    fulfillable = max(0, min(max(line.unfulfilled_quantity, left), line.current_quantity))
    return {
        **line.model_dump(exclude_none=True, exclude={"unfulfilled_quantity"}),
        "fulfillable_quantity": fulfillable,
    }


def fulfillment_body(pages: list[FulfillmentPart]) -> dict[str, Any]:
    """Return the fulfillment as a webhook has it."""
    first = pages[0]
    return {
        **first.model_dump(exclude_none=True, exclude={"tracking", "parts"}),
        "tracking_company": next((each.company for each in first.tracking), None),
        "tracking_numbers": [each.number for each in first.tracking if each.number],
        "line_items": [part.model_dump() for page in pages for part in page.parts.nodes],
    }
