"""Polls of a Shopify store: orders by the time of their last change, each read whole."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from packhorse.channels.pages import WholeOrders, page_of
from packhorse.channels.protocol import Page, UnreadableOrder
from packhorse.channels.shopify.order_answers import Listed, OrderOfHeldAnswer
from packhorse.channels.shopify.order_bodies import OrderBodies
from packhorse.channels.shopify.order_queries import LIST, MAX_PARTS, ORDER_OF_HELD, PERSONAL
from packhorse.channels.shopify.orders import Shopify
from packhorse.channels.shopify.query import query
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx

PAGE_SIZE = 10
"""Orders of a page: each takes a call or more, and a poll may end only between pages."""

ORDER_ID = "gid://shopify/Order/"

AS_WEBHOOK = {Shopify.topic: "orders/updated"}


class ShopifyPolling:
    """The orders of a Shopify store; made for each invocation."""

    def __init__(self, channel: str, http: "httpx.Client", sleep: Callable[[float], None] | None = None) -> None:
        self.shop = Shopify(channel)
        self.http = http
        self.sleep = sleep or time.sleep
        self.bodies = OrderBodies(http, sleep)

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page, without test orders and those with nothing to ship."""
        search = f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'"
        listed = self._query(Listed, LIST, {"first": PAGE_SIZE, "after": cursor, "query": search}).orders
        after = listed.page_info.end if listed.page_info.more else None
        page = self._page((order.id for order in listed.nodes), after)
        return page._replace(read_until=max((order.updated_at for order in listed.nodes), default=None))

    def orders_named(self, names: Sequence[str]) -> Page:
        """Read these orders, or those of these fulfilment orders, without those that the store does not have."""
        orders = [name for name in names if name.startswith(ORDER_ID)]
        of_parts = (name for name in names if not name.startswith(ORDER_ID))
        answers = (self._query(OrderOfHeldAnswer, ORDER_OF_HELD, {"id": name}).found for name in of_parts)
        return self._page(dict.fromkeys([*orders, *(found.order.id for found in answers if found)]), None)

    def _page(self, orders: Iterable[str], after: str | None) -> Page:
        whole = WholeOrders(self.bodies.body_of, str)
        bodies = [body for body in whole.of(orders) if body]
        read = [self._read_or_unreadable(body) for body in bodies]
        return page_of(read, after, json.dumps({"orders": bodies}).encode(), whole.unread)

    def _read_or_unreadable(self, body: Mapping[str, Any]) -> ChannelOrder | UnreadableOrder | None:
        raw = json.dumps({name: part for name, part in body.items() if name != "read_at"})  # equal whenever it is read
        if max(len(body["fulfillments"]), len(body["refunds"])) >= MAX_PARTS:
            reason = f"it has {MAX_PARTS} fulfilments or refunds or more, which webhooks bring and polls do not"
            return UnreadableOrder(body["id"], raw, reason)
        try:
            found = self.shop.read(AS_WEBHOOK, json.dumps(body).encode())
        except Rejected as error:
            return UnreadableOrder(body["id"], raw, error.in_full, AS_WEBHOOK)
        return found if isinstance(found, ChannelOrder) else None

    def _query(self, model: type[Model], text: str, variables: Mapping[str, Any]) -> Model:
        return query(self.http, model, text, variables, self.sleep, PERSONAL)
