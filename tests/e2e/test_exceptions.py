"""What cannot be handled on the deployed stack is an exception, which a person tries again or puts away."""

from typing import Any

import pytest

from local.api import Api, wait_for
from local.running import Stack

pytestmark = pytest.mark.e2e


def test_a_message_that_nobody_can_handle_becomes_an_exception_and_comes_back_when_it_is_retried(
    stack: Stack, api: Api
) -> None:
    """Put straight into the dead letters, as five failures would: the queue's own patience takes half an hour."""
    sqs = stack.client("sqs")
    resources = stack.client("cloudformation").describe_stack_resource
    found = resources(StackName="packhorse", LogicalResourceId="TrackingDeadLetters")["StackResourceDetail"]
    body = '{"order_id": "nobody-knows", "fulfilment": 1, "parcels": [], "who": "test", "at": "2026-11-02T12:00:00Z"}'
    sqs.send_message(QueueUrl=found["PhysicalResourceId"], MessageBody=body)

    def drained() -> dict[str, Any] | None:
        letters = api.get("/exceptions?kind=dead_letter")["items"]
        return next((each for each in letters if "nobody-knows" in each["concerns"]), None)

    letter = wait_for(drained, "the dead letter in the list")
    assert (letter["state"], letter["retryable"], letter["times"]) == ("open", True, 1)
    assert api.post(f"/exceptions/{letter['id']}/retry")["state"] == "retried"

    put_away = api.post(f"/exceptions/{letter['id']}/dismiss")

    assert (put_away["state"], put_away["handled_by"]) == ("dismissed", f"user:{stack.operator['user']}")
