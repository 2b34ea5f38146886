"""Marks on the orders queue: what they are behind goes on, and nothing of it is lost."""

import json
from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.errors import Unavailable
from packhorse.messages.orders import ContinuePoll, ContinueUpload, OrderReceived
from packhorse.usecases.routing import take_batch
from simulation.builders import an_order, sqs_event
from simulation.merchant import Context, set_up, stored
from tests.conftest import queued

pytestmark = pytest.mark.usefixtures("cloud")

UPLOAD = ContinueUpload(upload="u1", window=3)
POLL = ContinuePoll(channel="shop")


def deliver(*messages: Any) -> list[str]:
    answer = route.handler(sqs_event(*(each.model_dump_json() for each in messages)), Context())
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the upload and the poll function are invoked with."""
    found: list[dict[str, Any]] = []

    def invoke(FunctionName: str, Payload: bytes, **_: Any) -> None:  # noqa: N803 - as boto3 has it
        found.append({"function": FunctionName.rpartition(":")[2], **json.loads(Payload)})

    monkeypatch.setattr(clients.client("lambda"), "invoke", invoke)
    return found


def test_marks_have_the_file_and_the_poll_go_on(invoked: list[dict[str, Any]]) -> None:
    set_up()

    assert deliver(UPLOAD, POLL) == []

    assert invoked == [
        {"function": settings.upload_function, "schema": 2, "upload": "u1", "window": 3},
        {"function": settings.poll_function, "channel": "shop", "continues": True},
    ]


def test_a_mark_that_is_not_passed_is_delivered_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up()
    order = an_order()

    def fail(*_: Any) -> None:
        raise Unavailable("Lambda does not answer")

    monkeypatch.setattr(take_batch, "continue_upload", fail)

    assert deliver(OrderReceived(order=order, who="test"), UPLOAD) == ["m1"]

    assert stored(order).number == order.number
    assert queued(settings.orders_queue_url) == []
