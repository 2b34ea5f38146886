"""Pages of a channel's orders: each order as it was read, or why it could not be."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from packhorse.channels.protocol import OrderNotRead, Page, UnreadableOrder
from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected, raise_if_of_all
from packhorse.domain.orders.channel_order import ChannelOrder

Read = ChannelOrder | UnreadableOrder | None
"""An order of a page; None for one that is not for us."""

L = TypeVar("L")
B = TypeVar("B")

IN_A_ROW = 3
"""Orders that a channel fails to give one after the other before it counts as down."""


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


class WholeOrders(Generic[L, B]):
    """Orders of a list that calls of their own make whole, and those of them that such a call failed for.

    One may be to blame for itself. Several in a row are not: they raise what the last one did.
    """

    def __init__(self, whole: Callable[[L], B], name_of: Callable[[L], str | None]) -> None:
        self.unread: list[OrderNotRead] = []
        self._whole = whole
        self._name_of = name_of
        self._in_a_row = 0

    def of(self, listed: Iterable[L]) -> list[B]:
        """Return the orders that could be read as a whole."""
        return [whole for each in listed for whole in self._read(each)]

    def _read(self, listed: L) -> Iterator[B]:
        try:
            whole = self._whole(listed)
        except (Rejected, CallFailed, CredentialsRefused) as error:
            raise_if_of_all(error)
            self._in_a_row += 1
            name = self._name_of(listed)
            if name is None or self._in_a_row >= IN_A_ROW:
                raise
            self.unread.append(OrderNotRead(name, error.in_full))
        else:
            self._in_a_row = 0
            yield whole


def page_of(orders: Iterable[Read], after: str | None, raw: bytes, unread: Iterable[OrderNotRead] = ()) -> Page:
    """Return a page with these orders, and those to be read again; `after` is the cursor of the next one."""
    found = list(orders)
    return Page(
        orders=tuple(each for each in found if isinstance(each, ChannelOrder)),
        refused=tuple(each for each in found if isinstance(each, UnreadableOrder)),
        next=after,
        raw=raw,
        unread=tuple(unread),
    )


def oldest_first(page: Page) -> Page:
    """Return the page with its orders by their last change."""
    return page._replace(orders=tuple(sorted(page.orders, key=lambda order: order.modified_at)))
