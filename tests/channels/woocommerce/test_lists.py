"""Lists of a WooCommerce store that change while they are read, over a real socket."""

from collections.abc import Callable, Iterable

import httpx
import pytest

from local.world.woocommerce.products import put_product
from local.world.woocommerce.store import Store
from packhorse.channels.woocommerce.lists import Place, all_models, read_part
from packhorse.channels.woocommerce.rest import MAX_PER_PAGE
from packhorse.channels.woocommerce.stock import PRODUCTS, Product

SIZE = 20


def fill(store: Store, numbers: Iterable[int]) -> None:
    for number in numbers:
        put_product(store, {"id": number, "sku": f"S{number}"})


def remove(store: Store, numbers: Iterable[int]) -> None:
    for number in numbers:
        store.products.pop(str(number), None)


def pages(client: httpx.Client, between: Callable[[int, list[int]], None]) -> list[list[int]]:
    """Read a list to its end; `between` is called with the number of pages and the last one, before the next."""
    place: Place | None = Place()
    found: list[list[int]] = []
    while place is not None:
        assert len(found) < 50
        part = read_part(client, PRODUCTS, {}, place, SIZE)
        found.append([each["id"] for each in part.bodies])
        place = part.next
        between(len(found), found[-1])
    return found


def unchanged(_: int, __: list[int]) -> None:
    """Change nothing."""


def test_each_item_is_read_once_the_lowest_id_first(store: Store, client: httpx.Client) -> None:
    fill(store, range(1000, 1063))

    found = pages(client, unchanged)

    assert [number for page in found for number in page] == [*range(1000, 1063)]
    assert len(found) == 4


def test_an_empty_list_has_no_items(client: httpx.Client) -> None:
    assert pages(client, unchanged) == [[]]


@pytest.mark.parametrize("gone", [1, 5, SIZE, 2 * SIZE])
def test_items_that_are_deleted_while_a_list_is_read_hide_no_other(
    store: Store, client: httpx.Client, gone: int
) -> None:
    fill(store, range(1000, 1100))

    def delete(count: int, _: list[int]) -> None:
        if count == 3:
            remove(store, range(1000, 1000 + gone))

    found = pages(client, delete)

    assert [number for page in found for number in page] == [*range(1000, 1100)]


def test_the_last_item_that_was_read_may_be_deleted_after_each_page(store: Store, client: httpx.Client) -> None:
    fill(store, range(1000, 1100))

    found = pages(client, lambda _, page: remove(store, page[-1:]))

    assert [number for page in found for number in page] == [*range(1000, 1100)]


def test_all_that_was_read_may_be_deleted(store: Store, client: httpx.Client) -> None:
    fill(store, range(1000, 1070))

    found = pages(client, lambda _, page: remove(store, page))

    assert [number for page in found for number in page] == [*range(1000, 1070)]


@pytest.mark.parametrize("hidden", [range(1019, 1020), range(1010, 1050), range(1000, 1100)])
def test_items_that_the_store_hides_do_not_stop_a_list(hidden: range) -> None:
    """A plugin that lets a key read some products alone leaves the others out of pages, and counts them."""

    def answer(request: httpx.Request) -> httpx.Response:
        offset, size = int(request.url.params["offset"]), int(request.url.params["per_page"])
        shown = [{"id": number} for number in range(1000, 1100)[offset : offset + size] if number not in hidden]
        return httpx.Response(200, json=shown, headers={"X-WP-Total": "100"})

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="https://shop.example")

    found = pages(client, unchanged)

    assert [number for page in found for number in page] == [each for each in range(1000, 1100) if each not in hidden]


def test_a_list_in_one_go_has_the_items_of_all_pages(store: Store, client: httpx.Client) -> None:
    fill(store, range(1000, 1000 + 2 * MAX_PER_PAGE + 1))

    found = [each.id for each in all_models(client, PRODUCTS, Product, {})]

    assert found == [str(number) for number in range(1000, 1000 + 2 * MAX_PER_PAGE + 1)]
