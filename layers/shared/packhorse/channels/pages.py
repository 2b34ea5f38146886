"""Pages of a channel's orders: each order as it was read, or why it could not be."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from packhorse.channels.protocol import Page, UnreadableOrder
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder

Read = ChannelOrder | UnreadableOrder | None
"""An order of a page; None for one that is not for us."""


def read_or_unreadable(
    body: Any,
    read: Callable[[Any], ChannelOrder | None],
    id_of: Callable[[Any], str | None],
    headers: Mapping[str, str] | None = None,
) -> Read:
    """Return the order of a body; one that does not fit our model comes with its id and the reason."""
    try:
        return read(body)
    except Rejected as error:
        return UnreadableOrder(id_of(body), json.dumps(body, default=float), error.in_full, headers or {})


def page_of(orders: Iterable[Read], after: str | None, raw: bytes) -> Page:
    """Return a page with these orders; `after` is the cursor of the next one."""
    found = list(orders)
    return Page(
        orders=tuple(each for each in found if isinstance(each, ChannelOrder)),
        refused=tuple(each for each in found if isinstance(each, UnreadableOrder)),
        next=after,
        raw=raw,
    )


def oldest_first(page: Page) -> Page:
    """Return the page with its orders by their last change."""
    return page._replace(orders=tuple(sorted(page.orders, key=lambda order: order.modified_at)))
