"""Notifications of Amazon, through the real function: whose they are, and what is read for them."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from functions.ingest import amazon
from packhorse.aws.settings import settings
from packhorse.channels.amazon.notifications import OrderChange, OtherNotification, read_notification
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.values import ChannelId
from packhorse.messages import origins
from packhorse.store import configuration, connections
from packhorse.usecases.intake import record_event
from packhorse.usecases.operations.drain import queue_of
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel, a_configuration, a_warehouse, sqs_event
from simulation.merchant import Context, set_up
from simulation.template import ROOT
from tests.conftest import invoked
from tests.functions.operate.interference import Killed, killed_at
from tests.functions.queue_readings import refuse_batches_with

pytestmark = pytest.mark.usefixtures("cloud")

RECORD = json.loads((ROOT / "events/amazon/batch.json").read_text())["Records"][0]
SELLER, GERMANY, FRANCE = "A3TH9S8BH6GOGM", "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
ORDER = "903-8868176-2219830"


def a_notification(order: str = ORDER, seller: str = SELLER, **summary: Any) -> dict[str, Any]:
    """ORDER_CHANGE of an order."""
    found = json.loads(RECORD["body"])
    change = found["Payload"]["OrderChangeNotification"]
    change |= {"AmazonOrderId": order, "SellerId": seller}
    change["Summary"] |= {"MarketplaceId": GERMANY, **summary}
    return dict(found)


def seller(name: str, marketplace: str, **more: Any) -> Channel:
    url = "https://sellingpartnerapi-eu.amazon.com"
    return a_channel(name, ChannelKind.AMAZON, base_url=url, seller=SELLER, marketplace=marketplace, **more)


@pytest.fixture(autouse=True)
def _seller(cloud: World) -> None:
    """A seller in Germany and France."""
    set_up(a_configuration(channel=seller("amazon-de", GERMANY)))
    configuration.apply_edit(lambda before: before.with_channel(seller("amazon-fr", FRANCE)), "owner", NOON)


def take(*notifications: Any) -> list[str]:
    """Have the function take notifications; return the ids of the messages that are to come again."""
    answer = amazon.handler(sqs_event(*notifications), Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def read() -> list[dict[str, Any]]:
    return invoked("test-poll")


def test_an_order_that_changed_is_read_by_the_channel_of_its_marketplace() -> None:
    assert take(a_notification(), a_notification("902-1", MarketplaceId=FRANCE)) == []

    assert read() == [{"channel": "amazon-de", "orders": [ORDER]}, {"channel": "amazon-fr", "orders": ["902-1"]}]
    assert connections.last_event(ChannelId("amazon-de"))


def test_one_that_comes_twice_in_a_batch_is_read_once() -> None:
    assert take(a_notification(), a_notification("902-1"), a_notification()) == []

    assert read() == [{"channel": "amazon-de", "orders": [ORDER, "902-1"]}]


def test_one_whose_marketplace_amazon_does_not_say_is_read_by_all_channels_of_the_seller() -> None:
    take(a_notification(MarketplaceId=None))

    assert [each["channel"] for each in read()] == ["amazon-de", "amazon-fr"]


def test_one_of_another_seller_is_refused_and_does_not_come_again(cloud: World) -> None:
    before = Counter(cloud.calls)

    assert take(a_notification(seller="A2SOMEBODYELSE")) == []
    assert set(cloud.calls - before) == {("dynamodb", "GetItem")}

    assert read() == []
    assert connections.last_event(ChannelId("amazon-de")) is None


@pytest.mark.parametrize("summary", [{"MarketplaceId": "A1RKKUPIHCS9HS"}, {"FulfillmentType": "AFN"}])
def test_one_of_another_marketplace_or_that_amazon_ships_itself_is_left_to_polls(summary: Any) -> None:
    assert take(a_notification(**summary)) == []
    assert read() == []


def test_those_of_an_inactive_channel_are_not_read_and_those_of_a_paused_one_are_read_later() -> None:
    configuration.apply_edit(lambda at: at.with_channel(seller("amazon-de", GERMANY, active=False)), "owner", NOON)
    paused = seller("amazon-fr", FRANCE, paused_since=NOON)
    configuration.apply_edit(lambda at: at.with_channel(paused), "owner", NOON)

    take(a_notification(), a_notification("902-1", MarketplaceId=FRANCE))

    assert [each["channel"] for each in read()] == ["amazon-fr"], "the poll function keeps it until it is resumed"


@pytest.mark.parametrize(
    "changed",
    [{"NotificationType": "FEE_PROMOTION"}, {"PayloadVersion": "2.0"}, {"Payload": {}, "NotificationType": "X"}],
)
def test_types_and_versions_that_are_not_read_are_passed_over(changed: Any) -> None:
    assert take({**a_notification(), **changed}, a_notification()) == []
    assert read() == [{"channel": "amazon-de", "orders": [ORDER]}]


@pytest.mark.parametrize(
    "body", [{}, [], {**a_notification(), "NotificationVersion": "2.0"}, {**a_notification(), "Payload": {}}]
)
def test_what_cannot_be_read_comes_again_alone(body: Any) -> None:
    assert take(a_notification(), body) == ["m1"]
    assert read() == [{"channel": "amazon-de", "orders": [ORDER]}]


def test_what_is_read_of_a_notification() -> None:
    assert read_notification(RECORD["body"]) == OrderChange(
        id="d0e9e693-c3ad-4373-979f-ed4ec98dd746",
        seller=SELLER,
        marketplace=GERMANY,
        order=ORDER,
        by_amazon=False,
    )


def test_one_in_lower_case_as_newer_types_are_is_of_no_type_that_is_read() -> None:
    newer = {"notificationVersion": "1.0", "notificationType": "ACCOUNT_STATUS_CHANGED", "payloadVersion": "2021-01-01"}

    assert isinstance(read_notification(json.dumps(newer)), OtherNotification)


# ---- what breaks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_answered", [False, True])
def test_killed_before_or_after_any_call_the_next_delivery_has_all_orders_read(cloud: World, is_answered: bool) -> None:
    batch = sqs_event(a_notification(), a_notification("902-1", MarketplaceId=FRANCE))
    for place in range(calls_of(batch, cloud)):
        connections_forgotten()
        with killed_at(place, is_after=is_answered), pytest.raises(Killed):
            amazon.handler(batch, Context())

        assert amazon.handler(again(batch), Context()) == {"batchItemFailures": []}

        assert {(each["channel"], *each["orders"]) for each in read()} == {("amazon-de", ORDER), ("amazon-fr", "902-1")}


def test_an_order_that_cannot_be_requested_comes_again_beside_those_that_can(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_batches_with("amazon-de", monkeypatch)

    assert take(a_notification(), a_notification("902-1", MarketplaceId=FRANCE)) == ["m0"]
    assert read() == [{"channel": "amazon-fr", "orders": ["902-1"]}]


def calls_of(batch: Mapping[str, Any], cloud: World) -> int:
    """How many calls of AWS a batch takes."""
    before = cloud.calls.total()
    amazon.handler(batch, Context())
    taken = cloud.calls.total() - before
    read()
    return taken


def connections_forgotten() -> None:
    """Begin as a new process does."""
    record_event.recorded.clear()
    configuration.cached = None


def again(batch: Mapping[str, Any]) -> dict[str, Any]:
    """The batch as it is delivered the next time."""
    return {"Records": [{**each, "attributes": {"ApproximateReceiveCount": "2"}} for each in batch["Records"]]}


# ---- a deployment without the queue --------------------------------------------------------------------------


def test_a_deployment_without_the_queue_has_no_message_of_it() -> None:
    script = "from packhorse.messages.origins import QUEUES; print(*QUEUES)"
    environment = {**os.environ, "AMAZON_QUEUE_URL": "", "PYTHONPATH": str(ROOT / "layers/shared")}

    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [name for name in origins.QUEUES if name != "amazon"]


def test_a_dead_letter_of_the_queue_is_known_by_it() -> None:
    arn = f"arn:aws:sqs:us-east-1:123456789012:{settings.amazon_queue_url.rpartition('/')[2]}"

    assert queue_of({"Attributes": {"DeadLetterQueueSourceArn": arn}}) == "amazon"


def a_status(order: str, seller: str = SELLER) -> dict[str, Any]:
    """FULFILLMENT_ORDER_STATUS of an order that Amazon ships for another channel."""
    found = json.loads(RECORD["body"])
    status = {"SellerId": seller, "SellerFulfillmentOrderId": order, "FulfillmentOrderStatus": "Complete"}
    payload = {"FulfillmentOrderStatusNotification": status}
    return {**found, "NotificationType": "FULFILLMENT_ORDER_STATUS", "Payload": payload}


def test_what_amazon_ships_for_others_is_attended_to_by_the_warehouse_of_the_seller() -> None:
    def edit(before: Configuration) -> Configuration:
        return before.with_warehouse(a_warehouse("fba-de", kind="fba", fba=FbaSettings(channel="amazon-de")))

    configuration.apply_edit(edit, "owner", NOON)
    ours, theirs = f"{'a' * 32}-2", "902-6018020-0202003"

    assert take(a_status(ours), a_status(ours), a_status(theirs), a_status(f"{'b' * 32}-1", "A1NOBODY")) == []

    [message] = invoked("test-fba")
    assert message["warehouse"] == "fba-de"
    assert message["fulfilments"] == [{"order": "a" * 32, "fulfilment": 2}]
