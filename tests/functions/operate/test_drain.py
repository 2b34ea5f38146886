"""Dead letters become exceptions, whatever was in them."""

import io
import json
from typing import Any

import pytest

from functions.operate import drain
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.values import Sku
from packhorse.messages.orders import OrderReceived
from packhorse.messages.release import StockArrived
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException
from simulation.builders import a_channel, a_configuration, an_order, sqs_event
from simulation.merchant import Context, set_up
from simulation.template import queue_name
from tests.conftest import queued
from tests.functions.operate.calls import call
from tests.permissions import granted, is_granted, recorded

pytestmark = pytest.mark.usefixtures("cloud")

FAILED_POLL = {
    "version": "1.0",
    "timestamp": "2026-11-02T12:00:00.000Z",
    "requestContext": {
        "requestId": "8f3a",
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:packhorse-poll:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 1,
    },
    "requestPayload": {"channel": "corner"},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "GET /orders: 503", "errorType": "Unavailable", "stackTrace": []},
}
MISSED = {
    "version": "1.0",
    "requestContext": {"requestId": "8f3b", "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 100},
    "DDBStreamBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "1", "endSequenceNumber": "3"},
}
PUT = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "orders/shop/M%C3%A4rz+2.csv"}}}]}


def letters(queue: str, *bodies: Any, group: str = "", ids: str = "m") -> dict[str, Any]:
    """A batch of a queue of dead letters."""
    event = sqs_event(*bodies)
    for index, record in enumerate(event["Records"]):
        record["messageId"] = f"{ids}{index}"
        record["eventSourceARN"] = f"arn:aws:sqs:us-east-1:123456789012:{queue_name(queue)}"
        record["attributes"] = {"ApproximateReceiveCount": "1"} | ({"MessageGroupId": group} if group else {})
    return event


def drained(event: dict[str, Any]) -> list[OpenException]:
    """The open exceptions, newest first, after a batch of which nothing is left; it asked for what it may only."""
    with recorded() as needed:
        assert drain.handler(event, Context()) == {"batchItemFailures": []}
    assert [each for each in needed if not is_granted(each, granted("DrainFunction"))] == []
    return exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]


def kept(found: OpenException) -> bytes:
    return bytes(clients.client("s3").get_object(Bucket=settings.uploads_bucket, Key=found.raw)["Body"].read())


def test_a_dead_letter_is_kept_byte_for_byte_and_becomes_an_exception() -> None:
    body = '{"kind": "advance",  "order_id": "6f1b"}'

    [found] = drained(letters("OrdersDeadLetters", body))

    assert (found.cause, found.retryable, found.times, found.origin.queue) == ("dead_letter", True, 1, "orders")
    assert found.concerns.startswith("orders: order 6f1b (")
    assert found.raw.startswith("raw/dead/orders/")
    assert kept(found) == body.encode()


ABOUT: list[tuple[str, Any, str]] = [
    ("UploadsDeadLetters", PUT, "uploads: file orders/shop/März 2.csv"),
    ("UploadsDeadLetters", {"upload": "u1", "bucket": "b", "key": "k", "phase": "survey"}, "uploads: upload u1"),
    ("OwnDeadLetters", {"order": "6f1b", "attempt": 1, "fulfilment": 1, "token": "t"}, "own: order 6f1b"),
    ("ReleaseDeadLetters", {"kind": "sku", "sku": "MUG #3", "after": ""}, "release: sku MUG #3"),
    ("QuantitiesDeadLetters", {"kind": "compare", "channel": "shop"}, "quantities: channel shop"),
    ("AuditDeadLetters", {"audit": "stock"}, "audit: audit stock"),
    ("OrdersDeadLetters", "not JSON at all", "orders: a message"),
    ("OrdersDeadLetters", "[]", "orders: a message"),
    ("UploadsDeadLetters", {"Records": ["what?"]}, "uploads: a message"),
    ("TrackingDeadLetters", "[" * 100_000, "tracking: a message"),
]


@pytest.mark.parametrize(("queue", "body", "about"), ABOUT)
def test_an_exception_says_what_the_message_was_about_as_far_as_that_can_be_read(
    queue: str, body: Any, about: str
) -> None:
    [found] = drained(letters(queue, body))

    assert found.concerns.rpartition(" (")[0] == about


def test_the_same_message_twice_counts_once_and_another_one_of_the_same_content_once_more() -> None:
    body = {"kind": "advance", "order_id": "6f1b"}
    event = letters("OrdersDeadLetters", body)

    assert [found.times for found in drained(event)] == [1]
    assert [found.times for found in drained(event)] == [1]
    assert [found.times for found in drained(letters("OrdersDeadLetters", body, ids="n"))] == [2]


def test_a_message_that_comes_again_late_does_not_open_what_was_dealt_with() -> None:
    event = letters("OrdersDeadLetters", {"a": 1})
    [found] = drained(event)
    call("POST", f"/exceptions/{found.id}/retry")

    assert drained(event) == []


def test_a_letter_that_cannot_be_kept_comes_again_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    event = letters("OrdersDeadLetters", {"order_id": "good"}, {"order_id": "bad"})
    put = clients.client("s3").put_object

    def full(**what: Any) -> Any:
        if b"bad" in what["Body"]:
            raise ConnectionError("the bucket is away")
        return put(**what)

    monkeypatch.setattr(clients.client("s3"), "put_object", full)
    assert drain.handler(event, Context()) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}

    monkeypatch.undo()
    assert {found.times for found in drained(event)} == {1}
    assert len(exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]) == 2


def test_a_letter_of_a_fifo_can_be_put_back_into_its_group() -> None:
    news = StockArrived(sku=Sku("MUG-Ä 11oz #3"))

    [found] = drained(letters("ReleaseDeadLetters", news.model_dump_json(), group="g-1"))
    call("POST", f"/exceptions/{found.id}/retry")

    assert found.origin.group == "g-1"
    assert queued(settings.release_queue_url) == [news.model_dump()]


def test_polls_of_a_channel_that_fail_are_one_exception() -> None:
    set_up(a_configuration(channel=a_channel("corner")))

    drained(letters("PollDeadLetters", FAILED_POLL))
    [found] = drained(letters("PollDeadLetters", {**FAILED_POLL, "timestamp": "later"}, ids="n"))

    assert (found.cause, found.concerns, found.times, found.retryable) == ("poll_failed", "corner", 2, True)
    assert found.message == "the channel could not be polled: Unavailable"


@pytest.mark.parametrize("body", ["nonsense", {"requestPayload": "none"}, {"requestPayload": {}}])
def test_a_failure_of_no_channel_cannot_be_tried_again(body: Any) -> None:
    [found] = drained(letters("PollDeadLetters", body))

    assert (found.cause, found.retryable) == ("poll_failed", False)


def test_changes_that_nobody_heard_of_are_one_exception() -> None:
    [found] = drained(letters("ChangedDeadLetters", MISSED, {**MISSED, "timestamp": "later"}))

    assert (found.cause, found.times, found.retryable) == ("changes_missed", 2, True)


def test_nothing_personal_is_logged_or_stored_beside_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    order = an_order()
    body = OrderReceived(order=order, who="channel:shop").model_dump_json()

    [found] = drained(letters("OrdersDeadLetters", body))

    assert found.concerns.startswith(f"orders: order {order.channel_order_id} of shop (")
    item = clients.client("dynamodb").scan(TableName=settings.work_table)["Items"]
    for word in ("Ada Lovelace", "ada@example.com", "Unter den Linden"):
        assert word not in log.getvalue() + json.dumps(item)
    assert b"Unter den Linden" in kept(found)
