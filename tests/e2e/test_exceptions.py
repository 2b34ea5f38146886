"""What cannot be handled on the deployed stack is an exception, which a person tries again or puts away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from local.api import Api, wait_for
from local.running import Stack

pytestmark = pytest.mark.e2e


@contextmanager
def impatient(sqs: Any, url: str) -> Iterator[None]:
    """Have the messages of a queue given up after two receives."""
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]["RedrivePolicy"]
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"RedrivePolicy": json.dumps({**json.loads(before), "maxReceiveCount": 2})}
    )
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": before})


def test_a_message_that_nobody_can_handle_becomes_an_exception_and_comes_back_when_it_is_retried(
    stack: Stack, api: Api
) -> None:
    """Given up after two receives: the queue's own number takes some minutes."""
    sqs, url = stack.client("sqs"), stack.outputs["TrackingQueueUrl"]
    body = '{"order_id": "nobody-knows", "fulfilment": 1, "parcels": [], "who": "test", "at": "2026-11-02T12:00:00Z"}'

    def drained() -> dict[str, Any] | None:
        letters = api.get("/exceptions?cause=dead_letter")["items"]
        return next((each for each in letters if "nobody-knows" in each["concerns"]), None)

    with impatient(sqs, url):
        sqs.send_message(QueueUrl=url, MessageBody=body)
        letter = wait_for(drained, "the dead letter in the list", seconds=120)
    assert (letter["state"], letter["retryable"], letter["times"]) == ("open", True, 1)
    assert api.post(f"/exceptions/{letter['id']}/retry")["state"] == "retried"

    put_away = api.post(f"/exceptions/{letter['id']}/dismiss")

    assert (put_away["state"], put_away["handled_by"]) == ("dismissed", f"user:{stack.operator['user']}")
