"""Lists of a WooCommerce store by ascending id, page by page.

The store counts pages anew for each request: once an item that was read is deleted, or leaves the list, another one
slips to a page that was read. So each page begins with the last item that was read, or one further ahead is requested.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from packhorse.channels.body import id_of_body
from packhorse.channels.protocol import MOST_PAGES
from packhorse.channels.woocommerce.rest import MAX_PER_PAGE, Params, call, list_in, models_of
from packhorse.domain.errors import Rejected
from packhorse.domain.values import Value
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx


class Place(Value):
    """Where a list continues: behind the id `last`, with a page that begins at `offset`.

    `joins`: that page begins with an item that was read; not the first one, nor one behind items that the store hides.
    """

    last: int = 0
    offset: int = 0
    joins: bool = False


class Part(NamedTuple):
    """A page of a list: the response, the items behind its place, and where the list continues."""

    response: "httpx.Response"
    bodies: list[Any]
    next: Place | None


def read_part(http: "httpx.Client", path: str, params: Params, place: Place, size: int) -> Part:
    """Return the page of a list behind a place; raises as `call` does."""
    response, offset = _joined(http, path, {**params, "orderby": "id", "order": "asc", "per_page": size}, place, size)
    found, end = list_in(response), offset + size
    new = [each for each in found if not _is_read(each, place)]
    last = max([place.last, *filter(None, map(_number, new))])
    joins = bool(new) or end <= place.offset
    after = Place(last=last, offset=end - 1 if joins else end, joins=joins)
    return Part(response, new, after if has_more(response, end, len(found) >= size) else None)


def all_models(http: "httpx.Client", path: str, model: type[Model], params: Params) -> Iterator[Model]:
    """Yield the items of all pages of a list."""
    place = Place()
    for _ in range(MOST_PAGES):
        part = read_part(http, path, params, place, MAX_PER_PAGE)
        yield from models_of(part.response, part.bodies, model)
        if part.next is None:
            return
        place = part.next
    raise Rejected(f"GET {path}: the list has no end")


def _joined(http: "httpx.Client", path: str, params: Params, place: Place, size: int) -> tuple["httpx.Response", int]:
    """Return a page that begins at a place or ahead of it, so that no item is between it and those that were read."""
    offset = place.offset
    while True:
        response = call(http, "GET", path, params={**params, "offset": offset})
        if not offset or not place.joins or any(_is_read(each, place) for each in list_in(response)):
            return response, offset
        offset = max(offset - size // 2, 0)


def _is_read(body: Any, place: Place) -> bool:
    number = _number(body)
    return number is not None and number <= place.last


def _number(body: Any) -> int | None:
    name = id_of_body(body) or ""
    return int(name) if name.isascii() and name.isdigit() else None


def has_more(response: "httpx.Response", end: int, is_full: bool) -> bool:
    """Return whether items follow; plugins may leave items out of a page, so its length does not say."""
    total = response.headers.get("X-WP-Total", "")
    return end < int(total) if total.isdigit() else is_full
