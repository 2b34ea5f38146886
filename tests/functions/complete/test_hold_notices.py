"""Holds placed here, to a Shopify store that answers: each there once, and released there when it is released here."""

# ruff: noqa: F401, F811

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from functions.allocate import push, route
from functions.complete import track
from functions.fulfil import own
from local.world import shopify_server
from local.world.shopify_store import Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys
from packhorse.channels.shopify import sign_in
from packhorse.channels.shopify.polling import ShopifyPolling
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.hold_notice import owed_hold
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, notices
from packhorse.usecases.channels.resend_notices import notify_again, resend_overdue
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, a_line, an_order, sqs_event
from simulation.merchant import Context, put_stock, set_up, stored, told
from tests.functions.complete.test_notify import Answer, after, clock, deliver, problems, says, ship
from tests.functions.operate.calls import call
from tests.functions.operate.interference import Killed

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = ChannelId("shop")
NOT_HELD = "channel_not_held"
REAL = json.loads((Path(__file__).parents[2] / "data" / "shopify" / "orders-create.json").read_text())
THEIRS = {"id": 51, "place": "7001", "reason": "other"}


class Site:
    """A Shopify store behind httpx: the simulated one, unless it is to answer something else."""

    def __init__(self) -> None:
        self.store = Store()
        self.store.bucket.at = 0  # however the clock of a test is set
        self.answers: list[Answer] = []
        self.mutations: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = json.loads(request.content).get("query", "").strip() if request.content else ""
        if query.startswith("mutation"):
            self.mutations.append(query.split()[1].partition("(")[0])
            return self.answers.pop(0)(request) if self.answers else self.done(request)
        return self.done(request)

    def done(self, request: httpx.Request) -> httpx.Response:
        token = self.store.settings.token
        status, body = shopify_server.answer(
            self.store, request.method, request.url.raw_path.decode(), token, request.content
        )
        return httpx.Response(status, json=body)

    def done_and_dies(self, request: httpx.Request) -> httpx.Response:
        self.done(request)
        raise httpx.ReadTimeout("no answer", request=request)

    def holds(self, order: ChannelOrder) -> list[tuple[str, str]]:
        """The place and reason of each hold of the order in the store."""
        found = self.store.orders[order.channel_order_id]
        return [(each["place"], each["reason"]) for each in found.get("holds") or ()]


@pytest.fixture
def site(cloud: World) -> Site:
    found = Site()
    cloud.web.serve("https://shop.example", found)
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.SHOPIFY, base_url="https://shop.example")))
    put_stock(10)
    return found


def an_order_there(site: Site, quantity: int = 2, lines: int = 1) -> ChannelOrder:
    """An order that is at its warehouse, and in the store."""
    order = an_order(*(a_line(quantity=quantity, line=f"{1 + place}") for place in range(lines)), lists_parcels=True)
    line = {**REAL["line_items"][0], "quantity": quantity, "current_quantity": quantity}
    items = [{**line, "id": 1 + place, "fulfillable_quantity": quantity} for place in range(lines)]
    site.store.put_order({**REAL, "id": int(order.channel_order_id), "line_items": items, "fulfillments": []})
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def hold(order: ChannelOrder, **body: Any) -> str:
    found = call("POST", f"/orders/{order.order_id}/hold", {"reason": "Ms Doe calls back", **body})
    assert found.status == 200
    return str(found.body["holds"][-1]["id"])


def release(order: ChannelOrder, **body: Any) -> None:
    assert call("POST", f"/orders/{order.order_id}/release", body).status == 200


def reading(site: Site, order: ChannelOrder) -> dict[str, Any]:
    """What a poll, or the webhook of a hold, finds about holds."""
    with httpx.Client(base_url="https://shop.example", transport=httpx.MockTransport(site.done)) as http:
        sign_in(http, Keys(site.store.settings.token))
        polling = ShopifyPolling(order.channel, http)
        [found] = polling._page([f"gid://shopify/Order/{order.channel_order_id}"], None).orders
    return {name: getattr(found, name) for name in ("holds_there", "parts_not_held", "read_at")}


def read_again(site: Site, order: ChannelOrder) -> None:
    """Have the order read, and stored."""
    route.handler(told(order.replace(**reading(site, order))), Context())


def shown(order: ChannelOrder) -> dict[str, Any]:
    found: dict[str, Any] = call("GET", f"/orders/{order.order_id}").body
    return found


def test_a_hold_is_put_on_the_order_in_the_store_and_released_there(cloud: World, site: Site) -> None:
    order = an_order_there(site)

    hold(order, category="address")
    deliver(cloud)
    held, view = site.holds(order), shown(order)["hold_in_channel"]
    release(order)
    deliver(cloud)

    assert held == [("7001", "incorrect_address")]
    assert (view["held"], view["channel"], view["tries"]) == (True, SHOP, 0)
    assert site.holds(order) == []
    assert shown(order)["hold_in_channel"]["held"] is False
    assert site.mutations == ["hold", "release"]
    assert [*notices.due_orders(SHOP, NOON.replace(year=2030))] == []


def test_the_reason_in_words_stays_here(cloud: World, site: Site) -> None:
    order = an_order_there(site)

    hold(order)
    deliver(cloud)

    assert "Doe" not in json.dumps(site.store.orders[order.channel_order_id]["holds"])


def test_a_message_that_comes_again_changes_nothing(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    hold(order)
    deliver(cloud)

    push.handler(sqs_event({"kind": "notify", "channel": SHOP, "order": order.order_id}), Context())
    hold(order)
    deliver(cloud)

    assert site.mutations == ["hold"]


def test_an_order_that_is_held_and_released_at_once_has_no_call(cloud: World, site: Site) -> None:
    order = an_order_there(site)

    hold(order)
    release(order)
    deliver(cloud)

    assert site.mutations == []
    assert shown(order)["hold_in_channel"] is None


def test_one_of_two_holds_that_is_released_leaves_the_other_in_the_store(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    first = hold(order)
    hold(order, category="fraud")
    deliver(cloud)

    release(order, hold=first)
    deliver(cloud)

    assert site.mutations == ["hold"]
    assert len(site.holds(order)) == 1


def test_an_order_is_held_there_again_after_its_release(cloud: World, site: Site) -> None:
    order = an_order_there(site)

    hold(order)
    deliver(cloud)
    release(order)
    deliver(cloud)
    hold(order)
    deliver(cloud)

    assert site.mutations == ["hold", "release", "hold"]
    assert len(site.holds(order)) == 1


def test_the_store_that_says_that_we_hold_it_is_no_news(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    hold(order)
    deliver(cloud)

    read_again(site, order)
    deliver(cloud)

    [kept] = stored(order).holds
    assert (kept.reason, stored(order).channel_holds) == ("Ms Doe calls back", ())
    assert site.mutations == ["hold"]


@pytest.mark.parametrize(("before", "since"), [([], [THEIRS]), ([THEIRS], [])])
def test_what_was_read_earlier_and_is_routed_later_changes_no_hold(
    cloud: World, site: Site, before: list[Any], since: list[Any]
) -> None:
    order = an_order_there(site)
    there = site.store.orders[order.channel_order_id]
    there["holds"] = before
    earlier = reading(site, order)
    there["holds"] = since
    read_again(site, order)

    route.handler(told(order.replace(**earlier)), Context())

    assert len(stored(order).holds) == len(since)


def test_a_hold_of_the_store_is_not_echoed_to_it(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    site.store.orders[order.channel_order_id]["holds"] = [THEIRS]

    read_again(site, order)
    deliver(cloud)
    held = len(stored(order).holds)
    release(order)
    deliver(cloud)

    assert (held, site.mutations) == (1, [])


def test_a_person_in_the_store_who_releases_our_hold_is_not_overruled(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    hold(order)
    deliver(cloud)
    site.store.orders[order.channel_order_id]["holds"] = []

    read_again(site, order)
    deliver(cloud)

    assert site.mutations == ["hold"]
    assert len(stored(order).holds) == 1


def test_what_the_store_assigns_to_another_location_since_is_held_there_too(cloud: World, site: Site) -> None:
    order = an_order_there(site, lines=2)
    hold(order)
    deliver(cloud)
    site.store.orders[order.channel_order_id]["line_items"][1]["location_id"] = "7002"

    read_again(site, order)
    deliver(cloud)
    moved = site.holds(order)
    release(order)
    deliver(cloud)

    assert moved == [("7001", "other"), ("7002", "other")]
    assert site.holds(order) == []


def test_a_hold_whose_answer_is_lost_is_one_and_is_released(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = an_order_there(site)
    site.answers = [site.done_and_dies]

    hold(order)
    assert deliver(cloud) == []
    assert shown(order)["hold_in_channel"]["tries"] == 1
    after(61, order, cloud, clock)
    held = site.holds(order)
    site.answers = [site.done_and_dies]
    release(order)
    deliver(cloud)
    after(61, order, cloud, clock)

    assert len(held) == 1
    assert site.holds(order) == []
    assert owed_hold(stored(order)) is None


def test_a_hold_whose_answer_is_lost_and_that_is_over_is_released_there(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    site.answers = [site.done_and_dies]
    hold(order)
    deliver(cloud)

    release(order)
    deliver(cloud)

    assert site.holds(order) == []
    assert problems(order) == []


@pytest.mark.parametrize("is_released_first", [True, False])
@pytest.mark.parametrize("call_number", range(3))
def test_killed_around_any_call_of_a_hold_an_order_that_is_released_here_is_not_held_there(
    cloud: World, site: Site, call_number: int, is_released_first: bool
) -> None:
    order = an_order_there(site)
    hold(order)
    passed = site.done

    def dies(request: httpx.Request) -> httpx.Response:
        nonlocal call_number
        answer = passed(request)
        call_number -= 1
        if call_number < 0:
            raise Killed
        return answer

    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        patch.setattr(site, "done", dies)  # the store takes a call, and we die of it
        deliver(cloud)
    again = sqs_event({"kind": "notify", "channel": SHOP, "order": order.order_id})
    if is_released_first:
        release(order)
        push.handler(again, Context())
    else:
        push.handler(again, Context())
        release(order)
    deliver(cloud)

    assert site.holds(order) == []
    assert owed_hold(stored(order)) is None


def test_what_was_replaced_while_it_was_read_is_held_soon(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = an_order_there(site)

    def moved_meanwhile(request: httpx.Request) -> httpx.Response:
        site.store.orders[order.channel_order_id]["line_items"][0]["location_id"] = "7002"
        return site.done(request)

    site.answers = [moved_meanwhile]
    hold(order)
    deliver(cloud)
    assert "replaced" in shown(order)["hold_in_channel"]["problem"]
    after(61, order, cloud, clock)

    assert site.holds(order) == [("7002", "other")]
    assert problems(order) == []


def test_a_refusal_is_an_exception_that_ends_when_the_store_holds_it_after_all(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    many = [{**THEIRS, "id": 60 + place, "ours": True, "handle": f"h{place}"} for place in range(10)]
    site.store.orders[order.channel_order_id]["holds"] = many

    hold(order)
    deliver(cloud)
    [problem] = stored(order).exceptions
    assert (problem.cause, "did not put the order on hold" in problem.message) == (NOT_HELD, True)
    site.store.orders[order.channel_order_id]["holds"] = []
    notify_again(order.order_id, "user:ada")
    deliver(cloud)

    assert problems(order) == []
    assert len(site.holds(order)) == 1


def test_a_refusal_ends_when_the_hold_is_over(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    site.answers = [says(422)]

    hold(order)
    deliver(cloud)
    assert problems(order) == [NOT_HELD]
    release(order)
    deliver(cloud)

    assert problems(order) == []


@pytest.mark.parametrize("status", [401, 422])
def test_a_hold_that_the_store_refused_has_nothing_to_release(cloud: World, site: Site, status: int) -> None:
    order = an_order_there(site)
    site.answers = [says(status)] * 2

    hold(order)
    deliver(cloud)
    site.answers.clear()
    site.mutations.clear()
    calls = len(site.mutations)
    release(order)
    deliver(cloud)

    assert owed_hold(stored(order)) is None
    assert len(site.mutations) == calls


def test_a_hold_that_waited_behind_a_store_that_was_down_has_nothing_to_release(cloud: World, site: Site) -> None:
    first, second = an_order_there(site), an_order_there(site)
    site.answers = [says(503)]
    hold(first)
    hold(second)
    deliver(cloud)

    release(second)

    assert owed_hold(stored(second)) is None


def test_a_hold_that_the_store_may_have_is_released_though_it_refused_the_next_call(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = an_order_there(site)
    site.answers = [site.done_and_dies]
    hold(order)
    deliver(cloud)
    site.store.orders[order.channel_order_id]["status"] = "open"

    site.answers = [says(422)]
    after(61, order, cloud, clock)
    release(order)
    site.answers.clear()
    deliver(cloud)

    assert site.holds(order) == []


def test_a_store_that_is_down_is_an_exception_after_some_tries(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = an_order_there(site)
    site.answers = [says(503)] * 4
    hold(order)

    assert deliver(cloud) == []
    assert [after(wait, order, cloud, clock) for wait in (61, 301)] == [[], []]
    assert problems(order) == []
    after(901, order, cloud, clock)
    assert problems(order) == [NOT_HELD]
    after(3601, order, cloud, clock)
    resend_overdue(configuration.current(), NOON.replace(year=2030))
    deliver(cloud)
    assert problems(order) == []


def test_without_the_scope_it_waits_and_the_exception_is_that_of_the_credentials(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    site.store.scopes.remove("write_merchant_managed_fulfillment_orders")

    hold(order)
    deliver(cloud)

    assert problems(order) == []
    assert "write_merchant_managed_fulfillment_orders" in shown(order)["hold_in_channel"]["problem"]


def ship_in_spite_of_it(order: ChannelOrder, tracking: str) -> None:
    """One unit more leaves its warehouse, which had begun to ship when the order was held."""
    parcel = {"carrier": "UPS", "tracking": tracking, "lines": [{"line": "1", "quantity": 1}]}
    at = NOON.isoformat()
    news = {"order_id": order.order_id, "fulfilment": 1, "parcels": [parcel], "who": "user:ada", "at": at}
    track.handler(sqs_event({**news, "override": True}), Context())


def test_the_channels_own_name_of_a_carrier_is_sent_as_it_is(cloud: World, site: Site) -> None:
    channel = a_channel(SHOP, ChannelKind.SHOPIFY, base_url="https://shop.example", carrier_names={"UPS": "ups uk"})
    set_up(a_configuration(channel=channel))
    order = an_order_there(site)

    ship(order, "1Z1")
    deliver(cloud)

    [made] = site.store.orders[order.channel_order_id]["fulfillments"]
    assert made["tracking_company"] == "ups uk"


def test_a_parcel_that_leaves_all_the_same_has_the_hold_released_first(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    ship(order, "1Z1", quantity=1)
    deliver(cloud)
    hold(order)
    deliver(cloud)
    site.mutations.clear()

    ship_in_spite_of_it(order, "1Z2")
    deliver(cloud)

    assert site.mutations == ["release", "create"]
    assert site.holds(order) == []
    assert problems(order) == []


def test_the_rest_of_an_order_is_on_hold_again_after_a_parcel(cloud: World, site: Site) -> None:
    order = an_order_there(site, quantity=3)
    ship(order, "1Z1", quantity=1)
    deliver(cloud)
    hold(order)
    deliver(cloud)
    site.mutations.clear()

    ship_in_spite_of_it(order, "1Z2")
    deliver(cloud)

    assert site.mutations == ["release", "create", "hold"]
    assert len(site.holds(order)) == 1


def at_two_places(site: Site) -> ChannelOrder:
    order = an_order_there(site, lines=2)
    site.store.orders[order.channel_order_id]["line_items"][1]["location_id"] = "7002"
    return order


def release_there(site: Site, order: ChannelOrder, place: str) -> None:
    """Have a person in the store release our hold of a place."""
    there = site.store.orders[order.channel_order_id]
    there["holds"] = [each for each in there["holds"] if each["place"] != place]
    read_again(site, order)


@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_what_a_person_there_released_stays_released_after_a_parcel(
    cloud: World, site: Site, clock: time_machine.Traveller, is_answer_lost: bool
) -> None:
    order = at_two_places(site)
    hold(order)
    deliver(cloud)
    release_there(site, order, "7002")
    if is_answer_lost:
        site.answers += [site.done_and_dies]

    ship_in_spite_of_it(order, "1Z1")
    deliver(cloud)
    read_again(site, order)
    after(600, order, cloud, clock)
    after(600, order, cloud, clock)

    assert [place for place, _ in site.holds(order)] == ["7001"]


def test_what_a_person_there_released_is_held_by_the_next_hold(cloud: World, site: Site) -> None:
    order = at_two_places(site)
    hold(order)
    deliver(cloud)
    release_there(site, order, "7002")
    release(order)
    deliver(cloud)

    hold(order)
    deliver(cloud)

    assert sorted(place for place, _ in site.holds(order)) == ["7001", "7002"]


def test_a_parcel_waits_for_the_release_that_has_no_answer(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = an_order_there(site, quantity=2)
    ship(order, "1Z1", quantity=1)
    deliver(cloud)
    hold(order)
    deliver(cloud)
    site.mutations.clear()
    site.answers = [says(503)]

    ship_in_spite_of_it(order, "1Z2")
    deliver(cloud)
    assert site.mutations == ["release"]
    after(61, order, cloud, clock)

    assert site.mutations == ["release", "release", "create"]
    assert problems(order) == []


def test_an_order_that_is_cancelled_here_stays_on_hold_there_until_it_is_cancelled_there(
    cloud: World, site: Site
) -> None:
    order = an_order_there(site)
    hold(order)
    deliver(cloud)

    call("POST", f"/orders/{order.order_id}/cancel", {})
    deliver(cloud)

    assert site.mutations == ["hold", "cancel"]
    assert site.store.orders[order.channel_order_id]["cancelled_at"]
    assert owed_hold(stored(order)) is None


def test_an_order_that_is_cancelled_here_only_is_released_there(cloud: World, site: Site) -> None:
    order = an_order_there(site)
    hold(order)
    deliver(cloud)

    call("POST", f"/orders/{order.order_id}/cancel", {"here_only": True})
    deliver(cloud)

    assert site.mutations == ["hold", "release"]


def test_an_order_of_a_channel_that_does_not_share_holds_is_held_here_alone(cloud: World, site: Site) -> None:
    def alone(found: Any) -> Any:
        channel = found.channels[SHOP].replace(share_holds=False)
        return found.replace(channels={**found.channels, SHOP: channel})

    configuration.apply_edit(alone, "owner", NOON)
    order = an_order_there(site)

    hold(order)
    deliver(cloud)

    assert site.mutations == []
    assert stored(order).holds[0].is_shared is False


def test_an_order_of_a_file_is_held_here_alone(cloud: World, site: Site) -> None:
    order = an_order(lists_parcels=False)
    route.handler(told(order), Context())

    hold(order)
    deliver(cloud)

    assert site.mutations == []
