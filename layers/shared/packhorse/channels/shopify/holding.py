"""Holds at a Shopify store: of each fulfillment order that is to be fulfilled, by the handle that is ours.

An app may put up to ten holds on a fulfillment order, each under a handle of its own: all holds of an order here are
one there. What names the order's buyer is never sent.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, StrictBool

from packhorse.channels.protocol import MOST_PAGES
from packhorse.channels.shopify.fulfilments import PageInfo
from packhorse.channels.shopify.hold_reasons import REASONS
from packhorse.channels.shopify.query import not_shown, query
from packhorse.domain.errors import NotYet, Rejected, in_part
from packhorse.domain.orders.hold_notice import HoldCategory
from packhorse.http.body import ExternalModel

if TYPE_CHECKING:
    import httpx

HANDLE = "packhorse"
LATER = 60
"""Seconds until fulfillment orders that the store has replaced meanwhile are read again."""

TO_FULFIL = frozenset({"OPEN", "IN_PROGRESS", "ON_HOLD"})
"""States of fulfillment orders that are held; a scheduled one is not to be fulfilled yet."""

GONE = "FULFILLMENT_ORDER_NOT_FOUND"
HELD_ALREADY = "DUPLICATE_FULFILLMENT_HOLD_HANDLE"

FULFILLMENT_ORDERS = """
query holds($order: ID!, $after: String) {
  order(id: $order) {
    fulfillmentOrders(first: 25, after: $after) {
      nodes { id status fulfillmentHolds { id handle heldByRequestingApp } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

HOLD = """
mutation hold($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  result: fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) { userErrors { code message } }
}
"""

RELEASE = """
mutation release($id: ID!, $holds: [ID!]) {
  result: fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) { userErrors { code message } }
}
"""


class TheirHold(ExternalModel):
    """A hold of a fulfillment order."""

    id: str
    handle: str | None = None
    is_of_app: StrictBool = Field(validation_alias="heldByRequestingApp")

    @property
    def is_ours(self) -> bool:
        """Whether we have put it there: another program may use the credentials of the same app."""
        return is_ours(self.handle, is_of_app=self.is_of_app)


class PartToHold(ExternalModel):
    """A fulfillment order with its holds."""

    id: str
    status: str
    holds: tuple[TheirHold, ...] = Field((), validation_alias="fulfillmentHolds")

    @property
    def our_holds(self) -> list[str]:
        """The ids of our holds of it."""
        return [hold.id for hold in self.holds if hold.is_ours]


class PartsToHold(ExternalModel):
    """A page of fulfillment orders."""

    nodes: tuple[PartToHold, ...]
    page: PageInfo = Field(validation_alias="pageInfo")


class WithParts(ExternalModel):
    """An order of which its fulfillment orders are read."""

    parts: PartsToHold = Field(validation_alias="fulfillmentOrders")


class PartsAnswer(ExternalModel):
    """An answer to FULFILLMENT_ORDERS; no order if the store has none of that id."""

    order: WithParts | None = None


class HoldError(ExternalModel):
    """Why a hold was refused, or its release."""

    code: str | None = None
    message: str = ""


class HoldResult(ExternalModel):
    """The errors of a mutation, if any."""

    errors: tuple[HoldError, ...] = Field((), validation_alias="userErrors")


class HoldAnswer(ExternalModel):
    """An answer to a mutation."""

    result: HoldResult


class ShopifyHolding:
    """The orders of a store, to hold. Made for each invocation."""

    def __init__(self, http: "httpx.Client", *, sleep: Callable[[float], None] | None = None) -> None:
        self.http = http
        self.sleep = sleep or time.sleep

    def hold_order(self, order: str, category: HoldCategory, held_before: Collection[str]) -> tuple[str, ...]:
        """Hold the fulfillment orders that were not held before; return the numbers of all that are to be fulfilled."""
        found = self._parts(order)
        if found is None:
            raise not_shown(order)
        parts = [part for part in found if part.status in TO_FULFIL]
        hold = {"reason": REASONS[category], "reasonNotes": "On hold in Packhorse", "handle": HANDLE}
        is_begun = False
        for part in parts:
            if not part.our_holds and number_of(part.id) not in held_before:
                with in_part(is_begun=is_begun):
                    self._change(HOLD, {"id": part.id, "hold": {**hold, "notifyMerchant": False}})
                is_begun = True
        return tuple(number_of(part.id) for part in parts)

    def release_order(self, order: str) -> None:
        """Release our holds by their ids: without ids, the store would release its own, too."""
        for part in self._parts(order) or ():
            if part.our_holds:
                self._change(RELEASE, {"id": part.id, "holds": part.our_holds})

    def _parts(self, order: str) -> list[PartToHold] | None:
        pages = [page.nodes for page in self._pages(f"gid://shopify/Order/{order}")]
        return [part for nodes in pages for part in nodes] if pages else None

    def _pages(self, order: str) -> Iterator[PartsToHold]:
        after = None
        for _ in range(MOST_PAGES):
            variables = {"order": order, "after": after}
            found = query(self.http, PartsAnswer, FULFILLMENT_ORDERS, variables, self.sleep).order
            if found is None:
                return
            yield found.parts
            if not found.parts.page.has_next:
                return
            after = found.parts.page.end
        raise Rejected("the fulfillment orders of the order have no end")

    def _change(self, mutation: str, variables: Mapping[str, Any]) -> None:
        errors = query(self.http, HoldAnswer, mutation, variables, self.sleep).result.errors
        codes = {each.code for each in errors}
        if GONE in codes:
            raise NotYet("the store has replaced what was to be fulfilled of the order", retry_after=LATER)
        if errors and codes != {HELD_ALREADY}:
            raise Rejected("; ".join(each.message for each in errors)[:300])


def is_ours(handle: str | None, *, is_of_app: bool) -> bool:
    """Return whether we have put a hold there, by its handle and whether our app has."""
    return is_of_app and handle == HANDLE


def number_of(gid: str) -> str:
    """Return the number in a global id."""
    return gid.rpartition("/")[2]
