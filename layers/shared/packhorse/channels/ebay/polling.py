"""Polls of eBay: orders by the time of their last change, with the parcels of those that began to ship.

eBay pages by offset, and an order that changes meanwhile moves to another place: a page could skip its neighbour. A
poll therefore takes windows of time so narrow that each is one page; only what changed in one moment is paged, and a
page of it is read again, further ahead, once fewer orders are of that moment.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from packhorse.channels.body import parse_answer
from packhorse.channels.ebay.orders import to_our_order
from packhorse.channels.moments import moment_text
from packhorse.channels.pages import WholeOrders, oldest_first, page_of, read_or_unreadable
from packhorse.channels.protocol import Page
from packhorse.domain.batching import batched
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.http.body import ExternalModel, parse_moment, readable
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

ORDERS = "/sell/fulfillment/v1/order"
PAGE_SIZE = 50
"""Orders in a page: their ids are written beside it, where two kilobytes fit."""
LONGEST = timedelta(days=90)
"""How far back orders are read: eBay withholds names and phones of older ones, so that they cannot be shipped."""
MOMENT = timedelta(milliseconds=1)
"""The precision of eBay's times."""
AT_ONCE = 50


class TheirPage(ExternalModel):
    """A page of orders, each validated by itself; `total` counts all that match."""

    orders: tuple[Any, ...]
    total: int


class TheirFulfilments(ExternalModel):
    """The fulfilments of an order, as they are put into it."""

    fulfillments: tuple[Any, ...]


class Window(NamedTuple):
    """Orders modified from `start` to `end` (None: now), without the first `offset` of what were `total` before."""

    start: datetime
    end: datetime | None = None
    offset: int = 0
    total: int = 0

    @property
    def filter(self) -> str:
        """The filter that getOrders takes."""
        start, end = (moment_text(each, "milliseconds") if each else "" for each in (self.start, self.end))
        return f"lastmodifieddate:[{start}..{end}]"

    @property
    def cursor(self) -> str:
        """The window as text."""
        return json.dumps([self.start.isoformat(), self.end and self.end.isoformat(), self.offset, self.total])


class EbayPolling:
    """The orders of a seller; made for each invocation."""

    def __init__(self, channel: str, http: "httpx.Client") -> None:
        self.channel = channel
        self.http = http

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read the oldest window of changes that fits a page."""
        window = _window(cursor) if cursor else Window(max(since, datetime.now(UTC) - LONGEST))
        found = self._listed(window)
        while found.total > PAGE_SIZE and (narrower := _narrower(window, found.orders)):
            window = narrower
            found = self._listed(window)
        while window.offset and found.total < window.total:
            window = window._replace(offset=max(window.offset - window.total + found.total, 0), total=found.total)
            found = self._listed(window)
        after = _after(window, found)
        page = self._page(found.orders, after.cursor if after else None)
        return page._replace(read_until=max(_changes(found.orders), default=None))

    def orders_named(self, names: Sequence[str]) -> Page:
        """Read these orders; those that eBay does not have are left out."""
        found: list[Any] = []
        for part in batched(names, AT_ONCE):
            found += self._read({"orderIds": ",".join(part)}).orders
        return self._page(found, None)

    def _listed(self, window: Window) -> TheirPage:
        return self._read({"filter": window.filter, "limit": PAGE_SIZE, "offset": window.offset})

    def _read(self, parameters: Mapping[str, str | int | list[str]]) -> TheirPage:
        return parse_answer(TheirPage, call(self.http, "GET", ORDERS, params=parameters), f"GET {ORDERS}")

    def _page(self, listed: Sequence[Any], after: str | None) -> Page:
        orders = WholeOrders(self._with_fulfilments, id_of)
        bodies = orders.of(listed)
        read = [read_or_unreadable(body, self._read_order, id_of) for body in bodies]
        return oldest_first(page_of(read, after, json.dumps({"orders": bodies}, default=float).encode(), orders.unread))

    def _read_order(self, body: Any) -> ChannelOrder | None:
        return to_our_order(body, self.channel)

    def _with_fulfilments(self, body: Any) -> Any:
        """Return the order with its fulfilments, of which the list of orders has only the addresses."""
        name = id_of(body)
        if not name or not isinstance(body, dict) or not body.get("fulfillmentHrefs"):
            return body
        path = f"{ORDERS}/{quote(name, safe='')}/shipping_fulfillment"
        found = parse_answer(TheirFulfilments, call(self.http, "GET", path), f"GET {path}")
        return {**body, "shippingFulfillments": list(found.fulfillments)}


def id_of(body: Any) -> str | None:
    """Return the order id of a body that may not fit; None if it has none."""
    return readable(_text(body, "orderId")[:200]).strip() or None


def _text(body: Any, name: str) -> str:
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def _changes(listed: Sequence[Any]) -> Iterator[datetime]:
    """Yield when orders were changed last."""
    yield from filter(None, (parse_moment(_text(body, "lastModifiedDate")) for body in listed))


def _narrower(window: Window, listed: Sequence[Any]) -> Window | None:
    """Return the part of a window that ends with most of the orders listed; None if that is the window itself."""
    times = sorted(_changes(listed))
    end = times[len(times) * 4 // 5] if times else None
    return window._replace(end=end) if end and not window.offset and end != window.end else None


def _after(window: Window, found: TheirPage) -> Window | None:
    """Return the window that follows a page; None if that was the last one."""
    read = window.offset + len(found.orders)
    if found.orders and read < found.total:
        return window._replace(offset=read, total=found.total)
    return Window(window.end + MOMENT) if window.end else None


def _window(cursor: str) -> Window:
    start, end, *counted = json.loads(cursor)
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None, *counted)
