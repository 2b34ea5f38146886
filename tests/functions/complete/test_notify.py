"""Notices of parcels, from the stream of the Orders table to a shop that answers: each once, until the shop has it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from functions.allocate import push, route
from functions.complete import track
from functions.fulfil import own
from functions.operate import count
from local.world import server
from local.world.shop import Shop
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel
from packhorse.domain.orders.notice import owed_notices
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, exceptions, listings, notices
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.channels.resend_notices import notify_again, resend_overdue
from packhorse.usecases.orders.change_order import commit_step
from simulation.aws.boundary import World
from simulation.aws.dynamodb.streams import event as stream_event
from simulation.builders import NOON, a_channel, a_configuration, a_line, an_order, later, sqs_event
from simulation.merchant import MUG, Context, advance, put_stock, set_up, stored, told
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = ChannelId("shop")
Answer = Callable[[httpx.Request], httpx.Response]


class Site:
    """A generic shop behind httpx: the simulated one, unless it is to answer something else."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.answers: list[Answer] = []
        self.calls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.method)
        return self.answers.pop(0)(request) if self.answers else self.done(request)

    def done(self, request: httpx.Request) -> httpx.Response:
        token = f"Bearer {self.shop.settings.token}"
        status, body = server.answer(self.shop, request.method, request.url.raw_path.decode(), token, request.content)
        return httpx.Response(status, json=body)

    def done_and_dies(self, request: httpx.Request) -> httpx.Response:
        self.done(request)
        raise httpx.ReadTimeout("no answer", request=request)

    @property
    def parcels(self) -> list[tuple[str, str]]:
        """The order and tracking number of each parcel that it has."""
        return [(each["order"], parcel["tracking"]) for each in self.shop.shipments for parcel in each["parcels"]]


def says(status: int) -> Answer:
    return lambda _: httpx.Response(status, text="no")


@pytest.fixture
def site(cloud: World) -> Iterator[Site]:
    found = Site()
    cloud.web.serve("https://shop.example", found)
    channel = a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")
    set_up(a_configuration(channel=channel))
    put_stock(10)
    yield found
    for order_id in {each["order"] for each in found.shop.shipments}:
        assert found.shop.orders[order_id]


def a_requested_order(site: Site, quantity: int = 2) -> ChannelOrder:
    order = an_order(a_line(quantity=quantity), lists_parcels=True)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    route.handler(told(order), Context())
    message = {"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "token-1"}
    own.handler(sqs_event(message), Context())
    return order


def ship(order: ChannelOrder, tracking: str, quantity: int | None = None) -> None:
    lines = [{"line": "1", "quantity": quantity}] if quantity else []
    parcel = {"carrier": "UPS", "tracking": tracking, "lines": lines}
    at = NOON.isoformat()
    news = {"order_id": order.order_id, "fulfilment": 1, "parcels": [parcel], "who": "user:ada", "at": at}
    track.handler(sqs_event(news), Context())


def stream(cloud: World) -> None:
    """Everything that changed in the Orders table, to the function that reads it, as its filter lets it through."""
    records = cloud.dynamodb.tables[settings.orders_table].records
    listed = [each for each in records if str(each.key[0]).startswith(("ROW#", notices.PREFIX))]
    records.clear()
    if listed:
        count.handler(stream_event(listed), Context())


def deliver(cloud: World) -> list[dict[str, Any]]:
    """Everything that waits in the queue of notices, after the stream; return what failed."""
    stream(cloud)
    failed = []
    while bodies := queued(settings.channels_queue_url):
        failed += push.handler(sqs_event(*bodies), Context())["batchItemFailures"]
        stream(cloud)
    return failed


def problems(order: ChannelOrder) -> list[str]:
    return [each.cause for each in stored(order).exceptions]


def test_a_parcel_that_left_is_sent_to_the_shop_once(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    ship(order, "1Z1")
    deliver(cloud)
    ship(order, "1Z1")
    deliver(cloud)

    [parcel] = stored(order).parcels
    assert site.parcels == [(order.channel_order_id, "1Z1")]
    assert site.calls == ["POST"]
    assert parcel.notice
    assert (parcel.notice.tracking, parcel.notice.tries) == ("1Z1", 0)
    assert parcel.channel_fulfilment == f"{order.order_id}-1-1"
    assert stored(order).made_fulfilments == (f"{order.order_id}-1-1",)
    assert [*notices.due_orders(SHOP, NOON + timedelta(days=9))] == []


def ship_in_two_boxes(order: ChannelOrder) -> None:
    """Have all that is left leave in a parcel and an extra box."""
    parcels: list[dict[str, Any]] = [
        {"carrier": "UPS", "tracking": tracking, "lines": []} for tracking in ("1Z1", "1Z2")
    ]
    news = {"order_id": order.order_id, "fulfilment": 1, "parcels": parcels, "who": "user:ada", "at": NOON.isoformat()}
    track.handler(sqs_event(news), Context())


def test_an_extra_box_is_sent_once_the_shop_has_the_parcel_that_holds_its_units(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(422)]

    ship_in_two_boxes(order)
    deliver(cloud)
    assert [owed.parcel.tracking for owed in owed_notices(stored(order))] == ["1Z1"]
    notify_again(order.order_id, "user:ada")
    deliver(cloud)

    assert site.parcels == [(order.channel_order_id, "1Z1"), (order.channel_order_id, "1Z2")]
    assert (problems(order), owed_notices(stored(order))) == ([], [])


def test_two_parcels_are_two_notices_in_the_order_in_which_they_left(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    ship(order, "1Z1", quantity=1)
    ship(order, "1Z2", quantity=1)
    deliver(cloud)

    assert site.parcels == [(order.channel_order_id, "1Z1"), (order.channel_order_id, "1Z2")]
    assert stored(order).status is Status.COMPLETE


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time of day, which moves on by itself and when it is moved."""
    with time_machine.travel(NOON + timedelta(hours=1)) as traveller:
        yield traveller


def after(seconds: float, order: ChannelOrder, cloud: World, clock: time_machine.Traveller) -> list[dict[str, Any]]:
    """Let time pass, have the order advanced by the message that waited for it, and deliver."""
    clock.shift(seconds)
    route.handler(advance(order), Context())
    return deliver(cloud)


def test_an_answer_that_is_lost_is_asked_for_again_and_the_parcel_is_one(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]

    ship(order, "1Z1")
    assert deliver(cloud) == []
    assert owed_notices(stored(order))[0].notice.problem
    after(61, order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z1")]
    assert owed_notices(stored(order)) == []


def test_a_refusal_is_an_exception_that_ends_once_the_shop_takes_the_parcel(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(422)]

    ship(order, "1Z1")
    deliver(cloud)
    [problem] = stored(order).exceptions
    assert (problem.cause, problem.fulfilment) == ("channel_not_notified", 1)
    assert "shop was not notified of parcel 1Z1" in problem.message
    notify_again(order.order_id, "user:ada")
    deliver(cloud)

    assert problems(order) == []
    assert site.parcels == [(order.channel_order_id, "1Z1")]


def test_a_shop_that_is_down_holds_nothing_open_and_becomes_an_exception_after_some_tries(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [says(503)] * 4
    ship(order, "1Z1")

    assert deliver(cloud) == []
    assert [after(wait, order, cloud, clock) for wait in (61, 301)] == [[], []]
    assert problems(order) == []
    after(901, order, cloud, clock)
    assert problems(order) == ["channel_not_notified"]
    assert resend_overdue(configuration.current(), datetime.now(UTC)) == 0
    clock.shift(3700 + 901)
    assert resend_overdue(configuration.current(), datetime.now(UTC)) == 1
    deliver(cloud)

    assert site.calls == ["POST"] * 5
    assert problems(order) == []


def test_what_is_refused_for_days_is_tried_no_more_until_a_person_asks_for_it(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [says(422)] * 9
    ship(order, "1Z1")
    deliver(cloud)
    for _ in range(12):
        after(25 * 3600, order, cloud, clock)

    assert len(site.calls) == 9
    assert problems(order) == ["channel_not_notified"]
    notify_again(order.order_id, "user:ada")
    deliver(cloud)
    assert problems(order) == []


def by_label(order: ChannelOrder, step: Callable[[Order], Change]) -> None:
    commit_step(order.order_id, lambda stored_one, _, __: step(stored_one), "user:ada")


def void(order: ChannelOrder, tracking: str) -> None:
    """Take a parcel back, as the void of its label does."""

    def step(found: Order) -> Change:
        [work] = found.fulfilments
        [gone] = [each for each in work.parcels if each.tracking == tracking]
        kept = tuple(each for each in work.parcels if each != gone)
        voided = (*work.voided_parcels, gone.replace(label=gone.label or "label-1"))
        return Change(with_fulfilment(found, work.replace(parcels=kept, voided_parcels=voided)))

    by_label(order, step)


def labelled(order: ChannelOrder, tracking: str, label: str) -> None:
    """Have a parcel leave with a label of ours."""

    def step(found: Order) -> Change:
        [work] = found.fulfilments
        lines = parts_of(work.wanted)
        parcel = Parcel(carrier="UPS", tracking=tracking, shipped_at=NOON, lines=lines, label=label)
        return Change(with_fulfilment(found, work.replace(parcels=(*work.parcels, parcel))))

    by_label(order, step)


def test_a_void_withdraws_the_parcel_and_the_next_label_is_sent_after_that(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "1Z1", "label-1")
    deliver(cloud)
    assert site.parcels == [(order.channel_order_id, "1Z1")]

    void(order, "1Z1")
    labelled(order, "1Z2", "label-2")
    deliver(cloud)

    assert site.calls == ["POST", "DELETE", "POST"]
    assert site.parcels == [(order.channel_order_id, "1Z2")]


def test_a_withdrawal_that_fails_holds_the_next_parcel_back(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    labelled(order, "1Z1", "label-1")
    deliver(cloud)
    void(order, "1Z1")
    labelled(order, "1Z2", "label-2")
    site.answers = [says(503)]

    deliver(cloud)
    assert site.parcels == [(order.channel_order_id, "1Z1")]
    after(61, order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z2")]


def test_a_void_is_sent_too_where_the_answer_about_the_parcel_was_lost(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]
    labelled(order, "1Z1", "label-1")
    deliver(cloud)

    void(order, "1Z1")
    deliver(cloud)

    assert site.parcels == []


def test_a_correction_is_sent_once_and_at_once_whatever_failed_before(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(422)]
    ship(order, "1Z1")
    deliver(cloud)

    def renumbered(found: Order) -> Change:
        [work] = found.fulfilments
        parcels = tuple(each.replace(tracking="1Z2", former=("1Z1",)) for each in work.parcels)
        return Change(with_fulfilment(found, work.replace(parcels=parcels)))

    by_label(order, renumbered)
    deliver(cloud)

    assert site.parcels == [(order.channel_order_id, "1Z2")]
    assert site.calls == ["POST", "POST"]  # the shop has refused it as it was first


def test_lines_of_one_parcel_that_come_one_by_one_are_sent_though_the_shop_lists_the_first(
    cloud: World, site: Site
) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1", quantity=1)
    deliver(cloud)
    [made] = stored(order).made_fulfilments
    listed = ChannelParcel(id=made, carrier="UPS", tracking="1Z1", shipped_at=NOON, lines=parts_of({"1": 1}))
    route.handler(told(later(order, parcels=(listed,))), Context())

    ship(order, "1Z2", quantity=1)
    deliver(cloud)

    assert [number for _, number in site.parcels] == ["1Z1", "1Z2"]


def test_an_invocation_without_time_leaves_the_rest_to_the_next_one(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1")
    stream(cloud)
    [message] = queued(settings.channels_queue_url)

    class Late(Context):
        def get_remaining_time_in_millis(self) -> int:
            return 1000

    answer = push.handler(sqs_event(message), Late())

    assert len(answer["batchItemFailures"]) == 1
    assert owed_notices(stored(order))[0].tries == 0
    assert site.calls == []


def test_one_order_that_is_refused_delays_no_other(cloud: World, site: Site) -> None:
    first, second = a_requested_order(site), a_requested_order(site)
    site.answers = [says(422)]

    ship(first, "1Z1")
    ship(second, "1Z2")
    deliver(cloud)

    assert len(site.parcels) == 1
    assert sorted(len(stored(each).exceptions) for each in (first, second)) == [0, 1]


def test_refused_credentials_are_one_exception_of_the_channel_and_no_try_counts(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(401)] * 20

    ship(order, "1Z1")
    deliver(cloud)

    [problem] = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]
    assert problem.cause == "credentials_refused"
    assert problems(order) == []
    assert owed_notices(stored(order))[0].tries == 1


def test_one_order_that_a_right_lacks_for_delays_no_other_and_becomes_an_exception_of_its_own(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    bad, good = a_requested_order(site), a_requested_order(site)

    def answer(request: httpx.Request) -> httpx.Response:
        return says(403)(request) if bad.channel_order_id in request.url.path else site.done(request)

    site.answers = [answer] * 100
    ship(bad, "1Z1")
    ship(good, "1Z2")
    deliver(cloud)
    assert site.parcels == [(good.channel_order_id, "1Z2")]
    for wait in (61, 301, 901):
        after(wait, bad, cloud, clock)

    assert problems(bad) == ["channel_not_notified"]
    assert exceptions.find_unresolved(Cause.CREDENTIALS_REFUSED, Subject.of_channel(SHOP)) is None


def test_one_that_is_refused_alone_counts_once_the_channel_has_taken_another(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    bad = a_requested_order(site)
    site.answers = [says(403)] * 2
    ship(bad, "1Z1")
    deliver(cloud)
    assert owed_notices(stored(bad))[0].tries == 1

    ship(good := a_requested_order(site), "1Z2")
    site.answers = []
    deliver(cloud)
    assert site.parcels == [(good.channel_order_id, "1Z2")]
    site.answers = [says(403)] * 2
    after(3700, bad, cloud, clock)

    assert owed_notices(stored(bad))[0].tries == 2


def test_what_the_shop_itself_reported_is_not_echoed(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    parcel = ChannelParcel(carrier="UPS", tracking="1Z1", shipped_at=NOON, lines=())
    route.handler(told(later(order, parcels=(parcel,), shipped_at=NOON)), Context())

    deliver(cloud)
    ship(order, "1z 1")
    deliver(cloud)

    assert site.calls == []


def test_what_the_shop_reported_and_takes_back_is_sent_to_it_after_all(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1")
    theirs = ChannelParcel(id="S1", carrier="UPS", tracking="other", shipped_at=NOON, lines=parts_of(Counter({"1": 2})))
    route.handler(told(later(order, parcels=(theirs,))), Context())
    deliver(cloud)
    assert site.parcels == []

    for _ in range(2):
        route.handler(told(later(order, 2, parcels=())), Context())
        deliver(cloud)

    assert site.parcels == [(order.channel_order_id, "1Z1")]


def test_an_order_of_a_file_or_a_person_is_not_known_to_its_channel(cloud: World, site: Site) -> None:
    order = an_order(lists_parcels=False)
    route.handler(told(order), Context())
    own.handler(
        sqs_event({"order": order.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "t"}), Context()
    )

    ship(order, "1Z1")
    deliver(cloud)

    assert site.calls == []


def test_a_channel_gets_parcels_of_an_order_that_a_file_brought_under_its_own_ids_of_the_lines(
    cloud: World, site: Site
) -> None:
    of_file = an_order(a_line(quantity=2), lists_parcels=False, source="csv:0a1b")
    theirs = of_file.replace(lines=(a_line(quantity=2, line="9000"),), lists_parcels=True, source="")
    site.shop.orders[of_file.channel_order_id] = {"id": of_file.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    route.handler(told(of_file), Context())
    message = {"order": of_file.order_id, "attempt": 1, "fulfilment": 1, "kind": "own", "token": "t"}
    own.handler(sqs_event(message), Context())
    ship(of_file, "1Z1", 1)
    deliver(cloud)
    assert site.calls == []

    route.handler(told(theirs), Context())
    ship(of_file, "1Z2", 1)
    deliver(cloud)

    sent = [(each["tracking"], each["lines"]) for shipment in site.shop.shipments for each in shipment["parcels"]]
    assert sent == [("1Z1", [{"line": "9000", "quantity": 1}]), ("1Z2", [{"line": "9000", "quantity": 1}])]
    assert stored(of_file).status is Status.COMPLETE


def test_a_message_that_comes_again_sends_nothing(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1")
    deliver(cloud)

    push.handler(sqs_event({"kind": "notify", "channel": SHOP, "order": order.order_id}), Context())

    assert site.calls == ["POST"]


def test_of_a_batch_with_both_the_quantity_goes_out_first_and_what_cannot_be_read_comes_again(
    cloud: World, site: Site
) -> None:
    configuration.apply_edit(lambda before: before.replace(account=before.account.replace(sync=True)), "owner", NOON)
    listings.put_listing(Listing(channel=SHOP, reference="ref", sku=MUG))
    order = a_requested_order(site)
    ship(order, "1Z1")
    stream(cloud)
    notice = queued(settings.channels_queue_url)
    quantity = {"kind": "tell", "channel": SHOP, "sku": MUG, "at": NOON.isoformat()}

    answer = push.handler(sqs_event(*notice, {"kind": "neither"}, quantity), Context())

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["m1"]
    assert (site.calls, site.shop.stock, len(site.parcels)) == (["PUT", "POST"], {"ref": 8}, 1)


def test_the_body_of_a_shipment_is_the_documented_one(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1")
    deliver(cloud)

    [shipment] = site.shop.shipments
    assert json.loads(json.dumps(shipment["parcels"])) == [
        {"carrier": "UPS", "tracking": "1Z1", "lines": [{"line": "1", "quantity": 2}]}
    ]
