"""Listings at which a channel fails each time, through the queue: none of them stops the others, or is given up."""

from collections import Counter
from typing import Any

import httpx
import pytest
import time_machine

from functions.allocate import push
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN
from packhorse.domain.values import Sku
from packhorse.messages.channels import PublishQuantity, send_quantities
from packhorse.store import catalogue, exceptions, listings, published
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.stock.failing_listings import IN_A_ROW, WAITS
from simulation.aws.boundary import World
from simulation.builders import NOON, sqs_event
from simulation.merchant import Context, put_stock
from tests.conftest import queued
from tests.functions.allocate.test_push import SHOP, Shop, a_merchant, problems
from tests.functions.operate.interference import answered_by

pytestmark = pytest.mark.usefixtures("cloud")
SKUS = ("A", "B", "C", "D")


class Failing(Shop):
    """A shop that fails at some listings; `calls` are those that were to set a quantity."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: set[str] = set()
        self.failure = httpx.Response(500, text="Fatal error")
        self.calls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            self.calls.append(request.url.path[-1])
        if request.url.path[-1] in self.failing or (self.is_down and request.method == "GET"):
            return self.failure
        return self.done(request)

    @property
    def is_down(self) -> bool:
        """Whether it answers nothing else."""
        return self.failing == set(SKUS)


@pytest.fixture
def shop(cloud: World) -> Failing:
    found = Failing()
    a_merchant()
    for sku in SKUS:
        catalogue.put_product(Product(sku=sku))
        listings.put_listing(Listing(channel=SHOP, reference=f"ref-{sku}", sku=sku))
        put_stock(5, sku)
    cloud.web.serve("https://shop.example", found)
    return found


def change(*skus: str, event: str = "e1") -> None:
    send_quantities([PublishQuantity(channel=SHOP, sku=Sku(sku), at=NOON) for sku in skus], event)


def run(cloud: World, seconds: float) -> None:
    """Deliver what the queue has until so much time is over, some seconds at a time."""
    with time_machine.travel(cloud.clock.now, tick=False) as clock:
        deliver_for(cloud, clock, seconds)


def deliver_for(cloud: World, clock: time_machine.Traveller, seconds: float) -> None:
    step = 5 if seconds < 3600 else 300
    for _ in range(int(seconds // step) + 1):
        while batch := received():
            event = sqs_event(*(each["Body"] for each in batch))
            for record, message in zip(event["Records"], batch, strict=True):
                record |= {"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"]}
                record["attributes"]["ApproximateReceiveCount"] = message["Attributes"]["ApproximateReceiveCount"]
            failed = {each["itemIdentifier"] for each in push.handler(event, Context())["batchItemFailures"]}
            for message in batch:
                if message["MessageId"] not in failed:
                    clients.client("sqs").delete_message(
                        QueueUrl=settings.channels_queue_url, ReceiptHandle=message["ReceiptHandle"]
                    )
        cloud.clock.sleep(step)
        clock.shift(step)


def received() -> list[Any]:
    found = clients.client("sqs").receive_message(
        QueueUrl=settings.channels_queue_url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )
    return list(found.get("Messages", ()))


def confirmed() -> dict[str, int | None]:
    return {sku: each.quantity for sku, each in published.last_published(SHOP, map(Sku, SKUS), MAIN).items()}


@pytest.mark.parametrize("failing", [["A"], ["B"], ["D"], ["A", "B", "C"]])
def test_the_others_of_its_batch_are_published_and_recorded(cloud: World, shop: Failing, failing: list[str]) -> None:
    shop.failing = set(failing)
    change(*SKUS)

    run(cloud, 60)

    others = set(SKUS) - set(failing)
    assert shop.stock == {f"ref-{sku}": 5 for sku in others}
    assert confirmed() == {sku: 5 if sku in others else None for sku in SKUS}


def test_changes_of_others_do_not_wait_for_its_tries(cloud: World, shop: Failing) -> None:
    shop.failing = {"A"}
    change("A")
    run(cloud, 0)

    change("B", event="e2")
    run(cloud, 0)

    assert shop.stock == {"ref-B": 5}


def test_its_own_changes_wait_for_its_next_try_which_takes_the_newest(cloud: World, shop: Failing) -> None:
    shop.failing = {"A"}
    change("A")
    run(cloud, 0)
    put_stock(-2, "A", event="sold")
    change("A", event="e2")
    run(cloud, 0)
    assert shop.calls == ["A"]

    shop.failing = set()
    run(cloud, WAITS[0])

    assert (shop.calls, shop.stock) == (["A", "A"], {"ref-A": 3})


def test_a_try_that_is_due_is_made_though_the_clock_of_its_publisher_is_behind(cloud: World, shop: Failing) -> None:
    shop.failing = {"A"}
    change("A")
    run(cloud, 0)
    shop.failing = set()

    due = published.last_published(SHOP, [Sku("A")], MAIN)[Sku("A")].next_at
    send_quantities([PublishQuantity(channel=SHOP, sku="A", at=NOON, due=due)], "due")
    run(cloud, 0)

    assert (shop.calls, shop.stock) == (["A", "A"], {"ref-A": 5})


def test_it_becomes_an_exception_of_the_listing_that_ends_once_the_channel_takes_it(
    cloud: World, shop: Failing
) -> None:
    shop.failing = {"A"}
    change(*SKUS)
    run(cloud, 3600)
    assert problems() == [("push_rejected", f"{SHOP} A")]
    [open_one], _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)
    assert open_one.message.endswith("PUT /stock/ref-A: 500 Fatal error")

    shop.failing = set()
    run(cloud, 3600)

    assert (problems(), shop.stock["ref-A"], queued(settings.channels_queue_url)) == ([], 5, [])
    assert published.last_published(SHOP, [Sku("A")], MAIN)[Sku("A")].failures == 0


def test_it_is_tried_for_days_and_never_given_up(cloud: World, shop: Failing) -> None:
    shop.failing = {"A"}
    change(*SKUS)

    run(cloud, 72 * 3600)

    assert shop.calls.count("A") == len(WAITS) + 2
    assert problems() == [("push_rejected", f"{SHOP} A")]
    assert queued(settings.fifo_dead_letters_queue_url) == []


def test_a_shop_that_is_down_is_called_a_few_times_and_loses_nothing(cloud: World, shop: Failing) -> None:
    shop.failing = set(SKUS)
    change(*SKUS)
    run(cloud, 0)
    assert len(shop.calls) == IN_A_ROW
    assert [each.failures for each in published.last_published(SHOP, map(Sku, SKUS), MAIN).values()] == [0] * IN_A_ROW

    shop.failing = set()
    run(cloud, 60)

    assert shop.stock == {f"ref-{sku}": 5 for sku in SKUS}
    assert problems() == []


def test_a_person_who_retries_has_it_tried_at_once(cloud: World, shop: Failing) -> None:
    shop.failing = {"A"}
    change(*SKUS)
    run(cloud, 3600)
    shop.failing = set()

    send_quantities([PublishQuantity(channel=SHOP, sku=Sku("A"), forced=True, at=NOON)], "a person")
    run(cloud, 0)

    assert shop.stock["ref-A"] == 5


NO_RIGHT = httpx.Response(403, json={"error": "access to the requested resource is denied"})
FIREWALL = httpx.Response(403, text="<html>Blocked", headers={"Content-Type": "text/html"})


@pytest.mark.parametrize("refusal", [NO_RIGHT, FIREWALL])
def test_a_listing_that_a_right_lacks_for_says_nothing_about_the_credentials(
    cloud: World, shop: Failing, refusal: httpx.Response
) -> None:
    shop.failing, shop.failure = {"A"}, refusal
    change(*SKUS)

    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        run(cloud, 2 * 3600)

    assert shop.stock == {f"ref-{sku}": 5 for sku in SKUS if sku != "A"}
    assert Counter(shop.calls) == {"A": 6, "B": 1, "C": 1, "D": 1}
    assert (problems(), invoked) == ([("push_rejected", f"{SHOP} A")], [])


def test_a_listing_that_is_refused_before_any_other_is_called_for_waits_until_one_is_taken(
    cloud: World, shop: Failing
) -> None:
    shop.failing, shop.failure = {"A"}, NO_RIGHT
    change("A")
    run(cloud, 60)
    assert problems() == [("credentials_refused", SHOP)]

    change("B", event="e2")
    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        run(cloud, 2 * 3600)

    assert (problems(), shop.stock, invoked) == ([("push_rejected", f"{SHOP} A")], {"ref-B": 5}, [])


def test_a_shop_in_maintenance_gets_all_that_changed_meanwhile(cloud: World, shop: Failing) -> None:
    shop.failing, shop.failure = set(SKUS), httpx.Response(302, headers={"Location": "https://host.example/suspended"})
    change(*SKUS)
    run(cloud, 60)
    assert (shop.stock, problems()) == ({}, [])

    shop.failing = set()
    run(cloud, 300)

    assert shop.stock == {f"ref-{sku}": 5 for sku in SKUS}
