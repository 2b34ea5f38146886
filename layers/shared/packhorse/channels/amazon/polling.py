"""Polls of Amazon: orders by the time of their last change, in pages of which each names the next.

Amazon does not say in which order pages come, so only with the last page all changes are read: it says until when.
A page's token is valid for a day, with the request that it came from.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from pydantic import Field

from packhorse.channels.amazon.errors import is_missing
from packhorse.channels.amazon.orders import NOT_AMAZON, to_our_order
from packhorse.channels.body import parse_answer
from packhorse.channels.moments import moment_text
from packhorse.channels.pages import oldest_first, page_of, read_or_unreadable
from packhorse.channels.protocol import Page
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.values import iso
from packhorse.http.body import ExternalModel, Moment, readable
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

ORDERS = "/orders/2026-01-01/orders"
INCLUDED = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES,PAYMENT"
PAGE_SIZE = 100
"""Orders in a page, as many as Amazon gives: a seller has a call in three minutes, and all that changed is listed."""
LONGEST = timedelta(days=30)
"""How far back orders are read: Amazon withholds the addresses of those that were delivered a month ago."""
LATE = timedelta(minutes=2)
"""How old a change is at least when Amazon lists it."""


class Pagination(ExternalModel):
    """The token of the next page."""

    next: str | None = Field(None, validation_alias="nextToken")


class TheirPage(ExternalModel):
    """A page of orders, each validated by itself; all changes before `until` are in it or in the pages before."""

    orders: tuple[Any, ...]
    pagination: Pagination = Field(default_factory=Pagination)
    until: Moment | None = Field(None, validation_alias="lastUpdatedBefore")


class TheirOrder(ExternalModel):
    """One order."""

    order: Any


class Place(NamedTuple):
    """Where a poll is: the start that it requested, the token of a page, and until when the pages before list all."""

    start: str
    token: str | None = None
    until: str | None = None


class AmazonPolling:
    """The orders of a seller in a marketplace; made for each invocation."""

    def __init__(self, channel: str, marketplace: str, http: "httpx.Client") -> None:
        self.channel = channel
        self.marketplace = marketplace
        self.http = http

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page of the orders that changed at `since` or later."""
        at = Place(*json.loads(cursor)) if cursor else Place(moment_text(max(since, datetime.now(UTC) - LONGEST)))
        given: dict[str, str | int | list[str]] = {
            "lastUpdatedAfter": at.start,
            "marketplaceIds": self.marketplace,
            "includedData": INCLUDED,
            "maxResultsPerPage": PAGE_SIZE,
        }
        if at.token:
            given["paginationToken"] = at.token
        found = parse_answer(TheirPage, call(self.http, "GET", ORDERS, params=given), f"GET {ORDERS}")
        until = found.until or datetime.now(UTC) - LATE
        if at.token:  # changes since the first page may be on none of them
            until = min(until, datetime.fromisoformat(at.until) if at.until else since)
        after = found.pagination.next
        page = self._page(found.orders, json.dumps(Place(at.start, after, iso(until))) if after else None)
        return page._replace(read_until=since if after else until)

    def orders_named(self, names: Sequence[str]) -> Page:
        """Read these orders; those that Amazon does not have are left out."""
        return self._page([body for name in names if (body := self._named(name)) is not None], None)

    def _named(self, name: str) -> Any:
        response = send(self.http, "GET", f"{ORDERS}/{quote(name, safe='')}", params={"includedData": INCLUDED})
        if is_missing(response):
            return None
        return parse_answer(TheirOrder, require_success(response).content, f"GET {ORDERS}/ID").order

    def _page(self, listed: Sequence[Any], after: str | None) -> Page:
        bodies = [body for body in listed if self._is_of_marketplace(body)]
        read = [read_or_unreadable(body, self._read_order, id_of) for body in bodies]
        page = oldest_first(page_of(read, after, json.dumps({"orders": list(listed)}, default=float).encode()))
        return page._replace(ours=tuple(name for body in listed for name in shipped_for_others(body)))

    def _is_of_marketplace(self, body: Any) -> bool:
        """Return whether the order is of this channel: a notification may name one of another country's shop."""
        sold_on = body.get("salesChannel") if isinstance(body, dict) else None
        found = sold_on.get("marketplaceId") if isinstance(sold_on, dict) else None
        return found in (None, self.marketplace)

    def _read_order(self, body: Any) -> ChannelOrder | None:
        return to_our_order(body, self.channel)


def shipped_for_others(body: Any) -> Iterator[str]:
    """Yield the ids that the seller gave to an order which Amazon ships for another channel; none of any other order.

    >>> body = {"salesChannel": {"channelName": "NON_AMAZON"}, "orderAliases": [{"aliasId": "a-1"}, 7]}
    >>> list(shipped_for_others(body)), list(shipped_for_others({"salesChannel": "?"}))
    (['a-1'], [])
    """
    sold_on = body.get("salesChannel") if isinstance(body, Mapping) else None
    if not isinstance(sold_on, Mapping) or sold_on.get("channelName") != NOT_AMAZON:
        return
    aliases = body.get("orderAliases")
    for alias in aliases if isinstance(aliases, list) else ():
        name = alias.get("aliasId") if isinstance(alias, Mapping) else None
        if isinstance(name, str):
            yield name


def id_of(body: Any) -> str | None:
    """Return the order id of a body that may not fit; None if it has none."""
    found = body.get("orderId") if isinstance(body, Mapping) else None
    return readable(found[:200]).strip() or None if isinstance(found, str) else None
