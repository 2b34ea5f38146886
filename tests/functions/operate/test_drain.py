"""Dead letters become exceptions, whatever was in them and whoever gave them up."""

import io
import json
from collections.abc import Iterable
from typing import Any

import pytest

from functions.operate import drain
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages import origins
from packhorse.messages.channels import PublishQuantity
from packhorse.messages.orders import OrderReceived
from packhorse.store import exceptions, polls
from packhorse.store.exceptions import ExceptionState, OpenException
from simulation.builders import NOON, a_channel, a_configuration, an_order
from simulation.cloud import function_name
from simulation.merchant import Context, set_up
from simulation.template import invoke_configs
from tests.conftest import WORLDS, invoked, queued
from tests.functions.operate.calls import call
from tests.functions.operate.letters import ADVANCE, MISSED, PUT, give_up, given_up, put

pytestmark = pytest.mark.usefixtures("cloud")


def drained(context: Any = None) -> list[OpenException]:
    """The open exceptions, newest first, once all could be drained; it asked for what it may only."""
    assert drain.handler({}, context or Context())["failed"] == 0
    return exceptions.newest_exceptions(ExceptionState.OPEN, None, 50)[0]


def left() -> int:
    """Dead letters that can be received."""
    urls = (settings.dead_letters_queue_url, settings.fifo_dead_letters_queue_url)
    return sum(len(WORLDS[-1].sqs.queue(url).visible()) for url in urls)


def kept(found: OpenException) -> bytes:
    return bytes(clients.client("s3").get_object(Bucket=settings.uploads_bucket, Key=found.raw)["Body"].read())


# ---- every origin ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("queue", origins.QUEUES)
def test_a_message_that_a_queue_gave_up_is_kept_byte_for_byte_becomes_an_exception_and_can_be_put_back(
    queue: str,
) -> None:
    body = '{"kind": "advance",  "order_id": "6f1b"}'
    group = "g-1" if queue == "channels" else ""
    give_up(queue, body, group=group)

    [found] = drained()

    assert (found.cause, found.retryable, found.times) == ("dead_letter", True, 1)
    assert (found.origin.queue, found.origin.group) == (queue, group)
    assert found.concerns.startswith(f"{queue}: order 6f1b (")
    assert found.raw.startswith(f"raw/dead/{queue}/")
    assert kept(found) == body.encode()
    assert left() == 0
    assert call("POST", f"/exceptions/{found.id}/retry").status == 202
    advanced = [{**ADVANCE, "for_labels": False, "foreseen": False}] if queue == "orders" else []
    assert queued(origins.QUEUES[queue]) == [ADVANCE, *advanced]


@pytest.mark.parametrize("name", origins.FUNCTIONS)
def test_a_payload_that_a_function_gave_up_becomes_an_exception_and_the_function_can_be_invoked_again(
    name: str,
) -> None:
    function = origins.FUNCTIONS[name]
    put(given_up(function, {"sku": "MUG-Ä"}))

    [found] = drained()

    assert (found.cause, found.retryable, found.origin.queue) == ("dead_letter", True, name)
    assert found.concerns.startswith(f"{name}: sku MUG-Ä (")
    assert found.message == f"an invocation of {function} failed at every try, and is a dead letter: Unavailable"
    assert json.loads(kept(found)) == {"sku": "MUG-Ä"}
    assert call("POST", f"/exceptions/{found.id}/retry").status == 202
    assert invoked(function) == [{"sku": "MUG-Ä"}]


def test_polls_of_a_channel_that_fail_are_one_exception() -> None:
    set_up(a_configuration(channel=a_channel("corner")))

    put(given_up("test-poll", {"channel": "corner"}))
    drained()
    put(given_up("test-poll", {"channel": "corner"}, at="later"))
    [found] = drained()

    assert (found.cause, found.concerns, found.times, found.retryable) == ("poll_failed", "corner", 2, True)
    assert found.message == "the channel could not be polled: Unavailable"


def test_orders_that_a_failed_reading_named_are_read_by_the_next_poll_and_are_an_exception_each() -> None:
    put(given_up("test-poll", {"channel": "corner", "orders": ["gid://shopify/FulfillmentOrder/7", "8"]}))

    found = drained()

    assert {(each.cause, each.subject.channel_order_id) for each in found} == {
        ("order_not_read", "gid://shopify/FulfillmentOrder/7"),
        ("order_not_read", "8"),
    }
    assert all(each.retryable for each in found)
    assert polls.unread(ChannelId("corner"), 50).keys() == {"gid://shopify/FulfillmentOrder/7", "8"}


@pytest.mark.parametrize("name", ["", "x" * 1025, "ä" * 600, "y" * 100_000])
def test_what_can_be_the_name_of_no_order_is_one_exception_beside_those_that_are_read(name: str) -> None:
    put(given_up("test-poll", {"channel": "corner", "orders": [name, "8", name]}))

    found = {each.cause: each for each in drained()}

    assert found.keys() == {"order_not_read", "dead_letter"}
    assert polls.unread(ChannelId("corner"), 50).keys() == {"8"}
    assert (found["dead_letter"].retryable, found["dead_letter"].dismissible) == (False, True)
    assert call("POST", f"/exceptions/{found['dead_letter'].id}/dismiss").status == 200


@pytest.mark.parametrize("channel", ["x" * 3000, "", 7])
def test_what_can_be_the_id_of_no_channel_keeps_no_letter(channel: Any) -> None:
    put(given_up("test-poll", {"channel": channel, "orders": ["8"]}))

    assert len(drained()) == 1
    assert left() == 0


@pytest.mark.parametrize("payload", ["none", {}, None])
def test_a_failed_poll_of_no_channel_cannot_be_tried_again(payload: Any) -> None:
    put(given_up("test-poll", payload))

    [found] = drained()

    assert (found.cause, found.retryable) == ("poll_failed", False)


def test_changes_that_the_stream_gave_up_are_one_exception() -> None:
    put(MISSED, {**MISSED, "timestamp": "later"})

    [found] = drained()

    assert (found.cause, found.times, found.retryable) == ("changes_missed", 2, True)


@pytest.mark.parametrize("body", ["not JSON at all", "[]", ADVANCE, {"requestContext": 1}])
def test_a_letter_of_unknown_origin_is_an_exception_that_cannot_be_tried_again(body: Any) -> None:
    put(body, given_up("somebody-elses", {"a": 1}))

    found = drained()

    assert {(each.cause, each.retryable) for each in found} == {("dead_letter", False)}
    assert all(each.concerns.startswith("unknown: ") for each in found)
    assert left() == 0


def test_every_function_that_is_invoked_asynchronously_has_an_origin() -> None:
    destinations = {function_name(name) for name, each in invoke_configs().items() if "DestinationConfig" in each}

    assert destinations == {*origins.FUNCTIONS.values(), "test-poll"}


# ---- what is in a letter --------------------------------------------------------------------------------------------

ABOUT: list[tuple[str, Any, str]] = [
    ("uploads", PUT, "uploads: file orders/shop/März 2.csv"),
    ("uploads", {"upload": "u1", "bucket": "b", "key": "k", "phase": "survey"}, "uploads: upload u1"),
    ("own", {"order": "6f1b", "attempt": 1, "fulfilment": 1, "token": "t"}, "own: order 6f1b"),
    ("release", {"kind": "sku", "sku": "MUG #3", "after": ""}, "release: sku MUG #3"),
    ("changes", {"kind": "burst", "changes": []}, "changes: a message"),
    ("audit", {"audit": "stock"}, "audit: audit stock"),
    ("orders", "not JSON at all", "orders: a message"),
    ("orders", "[]", "orders: a message"),
    ("orders", '{"order_id": "\\ud83d"}', "orders: order ?"),
    ("uploads", {"Records": ["what?"]}, "uploads: a message"),
    ("tracking", "[" * 100_000, "tracking: a message"),
]


@pytest.mark.parametrize(("origin", "body", "about"), ABOUT)
def test_an_exception_says_what_the_message_was_about_as_far_as_that_can_be_read(
    origin: str, body: Any, about: str
) -> None:
    if origin in origins.FUNCTIONS:
        put(given_up(origins.FUNCTIONS[origin], body))
    else:
        give_up(origin, body)

    [found] = drained()

    assert found.concerns.rpartition(" (")[0] == about


def test_another_message_of_the_same_content_is_the_same_exception_once_more() -> None:
    give_up("orders", ADVANCE)
    assert [found.times for found in drained()] == [1]

    give_up("orders", ADVANCE)
    assert [found.times for found in drained()] == [2]


def test_the_same_payload_given_up_again_is_the_same_exception_once_more() -> None:
    for at in ("12:00", "13:00"):
        put(given_up("test-audit", {"audit": "stock"}, at=at))
        found = drained()

    assert [each.times for each in found] == [2]


def test_nothing_personal_is_logged_or_stored_beside_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    order = an_order()
    give_up("orders", OrderReceived(order=order, who="channel:shop").model_dump_json())

    [found] = drained()

    assert found.concerns.startswith(f"orders: order {order.channel_order_id} of shop (")
    item = clients.client("dynamodb").scan(TableName=settings.work_table)["Items"]
    for word in ("Ada Lovelace", "ada@example.com", "Unter den Linden"):
        assert word not in log.getvalue() + json.dumps(item)
    assert b"Unter den Linden" in kept(found)


def test_a_letter_of_a_fifo_can_be_put_back_into_its_group() -> None:
    news = PublishQuantity(channel=ChannelId("shop"), sku=Sku("MUG-Ä 11oz #3"), at=NOON)
    give_up("channels", news.model_dump_json(), group="shop")

    [found] = drained()
    call("POST", f"/exceptions/{found.id}/retry")

    assert found.origin.group == "shop"
    assert queued(settings.channels_queue_url) == [news.model_dump(mode="json")]


# ---- kept first, exception second, deleted third --------------------------------------------------------------------


def bodies(numbers: Iterable[int]) -> list[dict[str, str]]:
    return [{"order_id": f"order-{number}"} for number in numbers]


def test_both_queues_are_drained_until_they_are_empty() -> None:
    give_up("orders", *bodies(range(23)))
    give_up("channels", *bodies(range(12)), group="shop")

    assert drain.handler({}, Context()) == {"letters": 35, "failed": 0}
    assert left() == 0


def test_when_the_time_is_short_the_rest_waits_for_the_next_minute() -> None:
    class Hurried(Context):
        """Time for one batch."""

        seconds = iter([20.0, 1.0, 1.0])

        def get_remaining_time_in_millis(self) -> int:
            return int(next(self.seconds) * 1000)

    give_up("orders", *bodies(range(15)))

    assert drain.handler({}, Hurried()) == {"letters": 10, "failed": 0}
    assert left() == 5


def without(monkeypatch: pytest.MonkeyPatch, service: str, operation: str) -> None:
    """Has calls fail that are about what is bad."""
    perform = getattr(clients.client(service), operation)

    def fragile(**what: Any) -> Any:
        if "bad" in str(what):
            raise ConnectionError("it is away")
        return perform(**what)

    monkeypatch.setattr(clients.client(service), operation, fragile)


@pytest.mark.parametrize(("service", "operation"), [("s3", "put_object"), ("dynamodb", "update_item")])
def test_a_letter_that_cannot_be_drained_is_seen_waiting_at_once_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch, service: str, operation: str
) -> None:
    give_up("orders", {"order_id": "good"}, {"order_id": "bad"}, {"order_id": "fine"})
    with monkeypatch.context() as broken:
        without(broken, service, operation)
        assert drain.handler({}, Context()) == {"letters": 2, "failed": 1}

    assert left() == 1
    assert {found.times for found in drained()} == {1}
    assert len(exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]) == 3


def test_a_letter_that_could_not_be_deleted_comes_again_and_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    give_up("orders", ADVANCE)
    with monkeypatch.context() as broken:
        broken.setattr(clients.client("sqs"), "delete_message_batch", lambda **_: {"Failed": [{"Id": "0"}]})
        [found] = drained()
    WORLDS[-1].clock.sleep(60)

    assert left() == 1
    assert [each.times for each in drained()] == [1]
    assert (left(), found.times) == (0, 1)


def test_a_letter_that_comes_again_late_does_not_open_what_was_dealt_with(monkeypatch: pytest.MonkeyPatch) -> None:
    give_up("orders", ADVANCE)
    with monkeypatch.context() as broken:
        broken.setattr(clients.client("sqs"), "delete_message_batch", lambda **_: {})
        [found] = drained()
    call("POST", f"/exceptions/{found.id}/retry")
    WORLDS[-1].clock.sleep(60)

    assert (left(), drained()) == (1, [])
