"""Polls of a WooCommerce store: orders by the time of their last change.

The store counts pages anew for each request: an order that changes between two of them moves behind the last page, and
another one slips to a page that was read. So each request starts behind the last order that was read instead, and its
first page is read. Times have no fractions: orders of the same second are left out by their ids, or read by these
where they are too many.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from packhorse.channels.body import deleted_order, id_of_body
from packhorse.channels.pages import WholeOrders, page_of, read_or_unreadable
from packhorse.channels.protocol import Page
from packhorse.channels.woocommerce.lists import Place, all_models, has_more, read_part
from packhorse.channels.woocommerce.order_body import Gmt
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.channels.woocommerce.rest import (
    API,
    BAD_REQUEST,
    MAX_PER_PAGE,
    Params,
    call,
    list_in,
    wrong_params,
)
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.values import Value
from packhorse.http.body import ExternalId, ExternalModel

if TYPE_CHECKING:
    import httpx

ORDERS = f"{API}/orders"
PAGE_SIZE = 50
"""Orders in a page: their ids are written beside the page, where two kilobytes fit."""

MOST_LEFT_OUT = 200
"""Ids of one second that an address has place for; of more, as after an import, the second is read by ids."""

SECOND = timedelta(seconds=1)
AS_WEBHOOK = {WooCommerce.topic: "order.updated"}


class Position(Value):
    """The place where a poll continues: orders modified after a moment, without those of the next second in `read`.

    `within` is the place in that second, where it has too many.
    """

    after: datetime
    read: tuple[str, ...] = ()
    within: Place | None = None


class Dated(ExternalModel):
    """What of an order says where it stands in a list."""

    id: ExternalId
    date_modified_gmt: Gmt


DATED_FIELDS = "id,date_modified_gmt"


class Listed(NamedTuple):
    """Orders as the store sent them, and where the poll continues."""

    raw: bytes
    bodies: list[Any]
    next: Position | None


class WooPolling:
    """The orders of a WooCommerce store; made for each invocation."""

    def __init__(self, channel: Channel, http: "httpx.Client") -> None:
        self.shop = WooCommerce(channel)
        self.http = http
        self.sorts_by_change = True

    def orders_since(self, since: datetime, cursor: str | None) -> Page:
        """Read a page, without drafts, the last one with what is in the trash; refunds are read with their lines."""
        beginning = Position(after=since.replace(microsecond=0) - SECOND)
        start = _position(cursor) if cursor else beginning
        found = self._of_second(start, start.within) if start.within else self._by_change(start) or self._by_id(start)
        trashed = [] if found.next else self._trashed(beginning)
        changes = (each.date_modified_gmt for each in (*_dated(found.bodies), *trashed))
        deleted = tuple(deleted_order(self.shop.channel.id, each.id) for each in trashed)
        return self._page(found)._replace(read_until=max(changes, default=None), deleted=deleted)

    def orders_named(self, names: Sequence[str]) -> Page:
        """Read these orders, without those in the trash."""
        response = self._including(names)
        return self._page(Listed(response.content, list_in(response), None))

    def _trashed(self, start: Position) -> list[Dated]:
        """Return the orders that were moved to the trash, which no other list has: their one webhook may be lost."""
        params = {**_window(start), "status": "trash", "_fields": DATED_FIELDS}
        return list(all_models(self.http, ORDERS, Dated, params))

    def _including(self, names: Iterable[str]) -> "httpx.Response":
        window: Params = {"include": ",".join(names), "per_page": PAGE_SIZE, "status": "any", "orderby": "id"}
        return call(self.http, "GET", ORDERS, params=window)

    def _page(self, found: Listed) -> Page:
        orders = WholeOrders(self._with_refunds, id_of_body)
        bodies = orders.of(found.bodies)
        read = [read_or_unreadable(body, self.shop.read_order, id_of_body, AS_WEBHOOK) for body in bodies]
        raw = json.dumps({"orders": bodies}, default=float).encode() if bodies != found.bodies else found.raw
        return page_of(read, found.next.model_dump_json() if found.next else None, raw, orders.unread)

    def _by_change(self, start: Position) -> Listed | None:
        """Return the orders behind a place, the oldest change first; None from a store that cannot sort so."""
        from packhorse.http.calls import require_success, send  # not above: it imports httpx

        if not self.sorts_by_change:
            return None
        params: dict[str, str | int | list[str]] = {
            **_window(start),
            "orderby": "modified",
            "order": "asc",
            "per_page": PAGE_SIZE,
        }
        if start.read:
            params["exclude"] = ",".join(start.read)
        response = send(self.http, "GET", ORDERS, params=params)
        if response.status_code == BAD_REQUEST and "orderby" in wrong_params(response):
            self.sorts_by_change = False
            return None
        bodies = list_in(require_success(response))
        more = has_more(response, PAGE_SIZE, len(bodies) >= PAGE_SIZE)
        return Listed(response.content, bodies, next_position(start, _dated(bodies)) if more else None)

    def _by_id(self, start: Position) -> Listed:
        """Return the same from an older store: all ids are listed with their times, and sorted here."""
        params = {**_window(start), "_fields": DATED_FIELDS}
        listed = (each for each in all_models(self.http, ORDERS, Dated, params) if each.id not in start.read)
        left = sorted(listed, key=lambda each: (each.date_modified_gmt, int(each.id)))
        dated = left[:PAGE_SIZE]
        if not dated:
            return Listed(b"[]", [], None)
        response = self._including(each.id for each in dated)
        found = {id_of_body(body): body for body in list_in(response)}
        # one that changed since it was listed comes once more, behind all others
        bodies = [found[each.id] for each in dated if _dated([found.get(each.id)]) == [each]]
        return Listed(response.content, bodies, next_position(start, dated) if len(left) > PAGE_SIZE else None)

    def _of_second(self, start: Position, place: Place) -> Listed:
        """Return orders of the one second behind `start.after`, by their ids; then all that are modified later."""
        end = start.after + 2 * SECOND
        part = read_part(self.http, ORDERS, {**_window(start), "modified_before": _in_gmt(end)}, place, PAGE_SIZE)
        behind = start.replace(within=part.next) if part.next else Position(after=start.after + SECOND)
        return Listed(part.response.content, part.bodies, behind)

    def _with_refunds(self, body: Any) -> Any:
        """Return the order with its refunds, of which the list of orders has only the sums."""
        if not _has_refunds(body):
            return body
        response = call(self.http, "GET", f"{ORDERS}/{body['id']}/refunds", params={"per_page": MAX_PER_PAGE})
        return {**body, "refunds": list_in(response)}


def next_position(start: Position, page: Sequence[Dated]) -> Position:
    """Return the place behind a page, whose oldest changes come first.

    >>> start = Position(after=datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> next_position(start, [Dated(id=7, date_modified_gmt="2026-11-23T09:00:05")]).read
    ('7',)
    """
    last = max((each.date_modified_gmt for each in page), default=start.after)
    of_last = tuple(each.id for each in page if each.date_modified_gmt == last)
    if last - SECOND > start.after:
        return Position(after=last - SECOND, read=of_last)
    read = (*start.read, *of_last)
    if len(read) > MOST_LEFT_OUT:
        return Position(after=start.after, within=Place())
    return Position(after=start.after, read=read)


def _window(start: Position) -> dict[str, str | int | list[str]]:
    return {"modified_after": _in_gmt(start.after), "dates_are_gmt": "true", "status": "any"}


def _in_gmt(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _position(cursor: str) -> Position:
    try:
        return Position.model_validate_json(cursor)
    except ValidationError:
        raise Rejected("the stored place of the poll is unreadable") from None


def _has_refunds(body: Any) -> bool:
    return isinstance(body, dict) and type(body.get("id")) is int and bool(body.get("refunds"))


def _dated(bodies: Iterable[Any]) -> list[Dated]:
    found = []
    for body in bodies:
        try:
            found.append(Dated.model_validate(body))
        except ValidationError:
            continue
    return found
