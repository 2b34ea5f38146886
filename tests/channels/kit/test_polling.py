"""Polls: every order that changed since a time, oldest first, each page with the bytes that it was read from."""

import json
from datetime import timedelta

from packhorse.channels.protocol import Page
from tests.channels.kit.place import Place
from tests.channels.kit.sale import PLACED, Sale

MINUTE = timedelta(minutes=1)
SEVERAL = 110


def ids(pages: list[Page]) -> list[str]:
    """Return the orders of pages."""
    return [order.channel_order_id for page in pages for order in page.orders]


def test_a_store_without_orders_has_one_empty_page(place: Place) -> None:
    [page] = place.pages()

    assert (page.orders, page.refused, page.next) == ((), (), None)


def test_all_pages_come_oldest_change_first_each_order_once(place: Place) -> None:
    names = [place.put_copy(Sale(after=MINUTE * number), number) for number in range(1, SEVERAL)]

    found = list(place.pages())

    assert list(dict.fromkeys(ids(found))) == names
    assert 1 < len(found) < SEVERAL
    assert max(len(page.orders) for page in found) <= 100
    assert all(json.loads(page.raw) for page in found if page.orders)


def test_what_changed_before_is_not_read_and_the_very_moment_is(place: Place) -> None:
    names = [place.put_copy(Sale(after=MINUTE * number), number) for number in range(1, 4)]

    page = place.polling().orders_since(PLACED + 2 * MINUTE, None)

    assert ids([page]) == names[1:]


def test_one_order_that_is_unreadable_stops_no_other(place: Place) -> None:
    names = [place.put_copy(Sale(after=MINUTE * number), number) for number in range(1, 4)]
    place.put_copy(Sale(after=timedelta(days=9)), 9)

    found = list(place.pages())

    assert ids(found) == names
    [bad] = [each for page in found for each in page.refused]
    assert (bad.id, "modified_at: is in the future" in bad.reason) == (place.name_of(9), True)


def test_an_order_that_changes_while_pages_are_read_hides_no_other(place: Place) -> None:
    names = [place.put_copy(Sale(after=MINUTE * number), number) for number in range(1, SEVERAL)]

    found = []
    for number, page in enumerate(place.pages(), 1):
        found.append(page)
        place.put_copy(Sale(after=MINUTE * (SEVERAL + number)), number)

    assert set(ids(found)) == set(names)
