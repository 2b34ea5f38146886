"""Polls of a WooCommerce store: what they read is what its webhooks say, over a real socket."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.world.woocommerce.store import Store
from packhorse.channels.protocol import Page
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.channels.woocommerce.polling import MOST_LEFT_OUT, PAGE_SIZE, WooPolling
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected

DATA = Path(__file__).parents[2] / "data/woocommerce"
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
BODY = json.loads((DATA / "order-created.json").read_text())


def order(number: int, second: int = 0, **changed: Any) -> dict[str, Any]:
    moment = f"2026-11-23T09:{second // 60:02}:{second % 60:02}"
    return {**BODY, "id": number, "date_modified_gmt": moment, "date_paid_gmt": "2026-11-23T09:00:00", **changed}


def fill(store: Store, *orders: dict[str, Any]) -> None:
    for each in orders:
        store.put_order(each)


def unchanged(_: list[Page]) -> None:
    """Change nothing."""


def pages(
    polling: WooPolling, since: datetime = START, between: Callable[[list[Page]], None] = unchanged
) -> list[Page]:
    """Read all pages; `between` is called with those that were read, before the next one."""
    found = [polling.orders_since(since, None)]
    while found[-1].next:
        assert len(found[-1].next) < 4000
        assert len(found) < 50
        between(found)
        found.append(polling.orders_since(since, found[-1].next))
    return found


def ids(found: list[Page]) -> list[str]:
    return [each.channel_order_id for page in found for each in page.orders]


@pytest.fixture(params=["sorted by change", "sorted by id"])
def polling(request: pytest.FixtureRequest, store: Store, channel: Channel, client: httpx.Client) -> WooPolling:
    """The orders of a store of today, and of one that cannot sort by change."""
    store.settings.sorts_by_change = request.param == "sorted by change"
    return WooPolling(channel, client)


def test_a_poll_reads_what_a_webhook_says(store: Store, channel: Channel, polling: WooPolling) -> None:
    bodies = [json.loads((DATA / f"order-{name}.json").read_text()) for name in ("created", "cancelled")]
    fill(store, *bodies)

    [page] = pages(polling)

    sent = [
        WooCommerce(channel).read({"X-WC-Webhook-Topic": "order.updated"}, json.dumps(each).encode()) for each in bodies
    ]
    assert list(page.orders) == sent
    assert json.loads(page.raw)


def test_orders_of_the_very_moment_are_read_and_older_ones_are_not(store: Store, polling: WooPolling) -> None:
    fill(store, order(3), order(1, 9), order(2, 5), {**order(4), "date_modified_gmt": "2026-11-23T08:59:59"})

    assert ids(pages(polling)) == ["3", "2", "1"]


def test_all_pages_are_read_each_order_once(store: Store, polling: WooPolling) -> None:
    fill(store, *(order(number, second=number) for number in range(1, 2 * PAGE_SIZE + 8)))

    found = pages(polling)

    assert ids(found) == [str(number) for number in range(1, 2 * PAGE_SIZE + 8)]
    assert len(found) == 3


def test_the_last_page_has_what_was_moved_to_the_trash_since(store: Store, polling: WooPolling) -> None:
    fill(store, *(order(number) for number in range(1, PAGE_SIZE + 2)))
    fill(store, order(70, 9, status="trash"), {**order(71, status="trash"), "date_modified_gmt": "2026-11-23T08:59:59"})

    first, last = pages(polling)

    assert (first.deleted, [each.channel_order_id for each in last.deleted]) == ((), ["70"])
    assert (last.read_until, len(ids([first, last]))) == (START + timedelta(seconds=9), PAGE_SIZE + 1)


def test_an_order_that_changes_between_two_pages_hides_no_other(store: Store, polling: WooPolling) -> None:
    fill(store, *(order(number, second=number) for number in range(1, 2 * PAGE_SIZE + 1)))
    store.drifting = ["1", "2", "3"]

    found = ids(pages(polling))

    assert {*found} == {str(number) for number in range(1, 2 * PAGE_SIZE + 1)}


def test_more_orders_of_one_second_than_a_page_has_are_all_read(store: Store, polling: WooPolling) -> None:
    fill(store, *(order(number) for number in range(1, 2 * PAGE_SIZE + 8)), order(900, 1))

    found = ids(pages(polling))

    assert sorted(map(int, found)) == [*range(1, 2 * PAGE_SIZE + 8), 900]


@pytest.mark.long
def test_more_orders_of_one_second_than_an_address_has_place_for_are_all_read(
    store: Store, channel: Channel, client: httpx.Client
) -> None:
    many = MOST_LEFT_OUT + 3 * PAGE_SIZE
    fill(store, *(order(number) for number in range(1, many)), order(900, 1))

    found = ids(pages(WooPolling(channel, client)))

    assert {*map(int, found)} == {*range(1, many), 900}


@pytest.mark.long
@pytest.mark.parametrize("turned", range(1, 9))
def test_orders_that_leave_a_second_while_it_is_read_hide_no_other(
    store: Store, polling: WooPolling, turned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module(WooPolling.__module__)
    monkeypatch.setattr(module, "PAGE_SIZE", 10)
    monkeypatch.setattr(module, "MOST_LEFT_OUT", 40)
    many = 40 + 2 * 10 + 1
    fill(store, *(order(number, second=5) for number in range(1, many)))

    def leave(found: list[Page]) -> None:
        if len(found) == turned:
            for name in dict.fromkeys([*ids(found)[:3], *ids(found)[-3:]]):
                store.touch(name)

    found = pages(polling, between=leave)

    assert {*ids(found)} == {str(number) for number in range(1, many)}


def test_orders_with_refunds_are_read_with_their_lines(store: Store, polling: WooPolling) -> None:
    units = {"quantity": -2, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}]}
    back = {"id": 77, "date_created_gmt": "2026-11-23T10:00:00", "line_items": [units]}
    fill(store, order(1, refunds=[back]), order(2, 1))

    [page] = pages(polling)

    assert [[line.quantity for line in each.lines] for each in page.orders] == [[1, 1], [3, 1]]
    assert json.loads(page.raw)["orders"][0]["refunds"] == [back]


def test_an_order_that_is_named_is_read_with_the_lines_of_its_refunds(store: Store, polling: WooPolling) -> None:
    units = {"quantity": -2, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}]}
    back = {"id": 77, "date_created_gmt": "2026-11-23T10:00:00", "line_items": [units]}
    fill(store, order(1, status="refunded", refunds=[back]), order(2, 1))

    page, nothing = polling.orders_named(["1"]), polling.orders_named(["3"])

    assert [[line.quantity for line in each.lines] for each in page.orders] == [[1, 1]]
    assert (page.next, json.loads(page.raw)["orders"][0]["refunds"]) == (None, [back])
    assert nothing.orders == ()


def test_one_unreadable_order_refuses_only_itself(store: Store, channel: Channel, polling: WooPolling) -> None:
    fill(store, order(1), order(2, 1, status="packed"), order(3, 2, line_items=[{"id": 7}]), order(4, 3))

    [page] = pages(polling)

    assert ([*ids([page])], [bad.id for bad in page.refused]) == (["1", "4"], ["2", "3"])
    with pytest.raises(Rejected, match="state of a plugin"):
        WooCommerce(channel).read(page.refused[0].headers, page.refused[0].raw.encode())


def test_drafts_are_passed_over(store: Store, polling: WooPolling) -> None:
    fill(store, order(1, status="checkout-draft"), order(2, status="trash"))

    assert ids(pages(polling)) == []


def test_orders_that_are_none_of_ours_count_as_read(store: Store, polling: WooPolling) -> None:
    fill(store, order(1), order(2, 9, status="checkout-draft"))

    [page] = pages(polling)

    assert ([each.channel_order_id for each in page.orders], page.read_until) == (["1"], START + timedelta(seconds=9))


def test_the_clock_of_the_site_does_not_matter(store: Store, polling: WooPolling) -> None:
    fill(store, order(1, date_modified="2026-11-23T20:00:00"))

    assert ids(pages(polling)) == ["1"]


def test_a_place_that_is_unreadable_is_rejected(polling: WooPolling) -> None:
    with pytest.raises(Rejected):
        polling.orders_since(START, "page 7")
