"""FIFO queues."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulation.contract.backends import Backend
from tests.simulation.contract.test_sqs import Queue

Code = Callable[..., str]
MakeQueue = Callable[..., Queue]


@pytest.fixture
def make(aws: Backend, name: str) -> MakeQueue:
    def made(which: str = "", **attributes: str) -> Queue:
        fifo = {"FifoQueue": "true", "VisibilityTimeout": "30", **attributes}
        return Queue(aws, f"{name}{which}.fifo", **fifo)

    return made


@pytest.fixture
def queue(make: MakeQueue) -> Queue:
    return make(ContentBasedDeduplication="true")


def fill(queue: Queue, *messages: str) -> None:
    """Sends messages whose group is their first letter."""
    for message in messages:
        queue.send(message, MessageGroupId=message[0])


def test_a_group_comes_in_order(queue: Queue) -> None:
    fill(queue, "a1", "b1", "a2", "b2", "a3")

    bodies = queue.bodies()

    assert [body for body in bodies if body[0] == "a"] == ["a1", "a2", "a3"]
    assert [body for body in bodies if body[0] == "b"] == ["b1", "b2"]


def test_a_group_in_flight_waits_and_others_do_not(queue: Queue) -> None:
    fill(queue, "a1", "a2", "b1")

    (first,) = queue.receive(1)
    assert (first["Body"], queue.bodies()) == ("a1", ["b1"])
    queue.delete(first)

    assert queue.bodies() == ["a2"]


def test_what_failed_comes_again_before_what_is_behind_it(aws: Backend, queue: Queue) -> None:
    fill(queue, "a1", "a2")
    queue.receive(1)

    aws.sleep(31)

    assert queue.bodies() == ["a1", "a2"]


def test_a_group_waits_for_the_last_of_it_in_flight(aws: Backend, queue: Queue) -> None:
    fill(queue, "a1", "a2", "a3")
    first, _ = queue.receive(2)

    queue.hide(first, 0)
    assert queue.bodies() == []
    aws.sleep(31)

    assert queue.bodies() == ["a1", "a2", "a3"]


def test_a_message_that_is_kept_longer_keeps_its_group_waiting(aws: Backend, queue: Queue) -> None:
    fill(queue, "a1", "a2")
    (first,) = queue.receive(1)
    queue.hide(first, 300)

    aws.sleep(200)
    assert queue.bodies() == []
    aws.sleep(101)

    assert queue.bodies() == ["a1", "a2"]


def test_a_receipt_whose_time_is_over_is_refused(aws: Backend, queue: Queue, code: Code) -> None:
    fill(queue, "a1")
    (message,) = queue.receive()
    aws.sleep(31)

    assert code(queue.delete, message=message) == "InvalidParameterValue"
    assert code(queue.hide, message=message, seconds=60) == "InvalidParameterValue"
    assert queue.bodies() == ["a1"]


def test_a_message_says_its_group_and_number(queue: Queue) -> None:
    fill(queue, "a1", "a2")

    attributes = [each["Attributes"] for each in queue.receive()]

    assert [each["MessageGroupId"] for each in attributes] == ["a", "a"]
    assert int(attributes[0]["SequenceNumber"]) < int(attributes[1]["SequenceNumber"])
    assert all(each["MessageDeduplicationId"] for each in attributes)


# ---- once ---------------------------------------------------------------------------------------------------


def test_the_same_message_within_five_minutes_is_one(aws: Backend, make: MakeQueue) -> None:
    queue = make()
    once = {"MessageGroupId": "a", "MessageDeduplicationId": "x"}
    first = queue.send("one", **once)
    (message,) = queue.receive()
    queue.delete(message)

    again = queue.send("another", **once)
    assert again["MessageId"] == first["MessageId"]
    assert queue.receive() == []

    aws.sleep(301)
    queue.send("late", **once)
    assert queue.bodies() == ["late"]


def test_the_same_body_is_the_same_message_where_the_queue_says_so(queue: Queue) -> None:
    fill(queue, "a1", "a1", "a2")

    assert queue.bodies() == ["a1", "a2"]


def test_the_same_message_of_another_group_is_another_where_the_queue_says_so(make: MakeQueue) -> None:
    queue, scoped = make(), make("-scoped", DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")

    for each in (queue, scoped):
        for group in ("a", "b"):
            each.send(group, MessageGroupId=group, MessageDeduplicationId="x")

    assert queue.bodies() == ["a"]
    assert sorted(scoped.bodies()) == ["a", "b"]


# ---- what is refused --------------------------------------------------------------------------------------------


def test_a_message_has_a_group_and_something_to_know_it_by(make: MakeQueue, code: Code) -> None:
    queue = make()

    assert code(queue.send, body="one", MessageDeduplicationId="x") == "MissingParameter"
    assert code(queue.send, body="one", MessageGroupId="a") == "InvalidParameterValue"


def test_no_message_is_delayed_by_itself(queue: Queue, code: Code) -> None:
    assert code(queue.send, body="one", MessageGroupId="a", DelaySeconds=5) == "InvalidParameterValue"
    queue.send("one", MessageGroupId="a", DelaySeconds=0)


def test_a_batch_names_what_is_delayed_by_itself(queue: Queue) -> None:
    entries: list[dict[str, Any]] = [
        {"Id": "good", "MessageBody": "one", "MessageGroupId": "a"},
        {"Id": "bad", "MessageBody": "two", "MessageGroupId": "a", "DelaySeconds": 5},
    ]

    answer = queue.client.send_message_batch(QueueUrl=queue.url, Entries=entries)

    assert [each["Id"] for each in answer["Failed"]] == ["bad"]
    assert queue.bodies() == ["one"]


def test_a_queue_may_delay_all_of_them(aws: Backend, make: MakeQueue) -> None:
    queue = make(ContentBasedDeduplication="true", DelaySeconds="5")
    fill(queue, "a1", "a2")
    assert queue.receive() == []

    aws.sleep(6)

    assert queue.bodies() == ["a1", "a2"]


def test_a_queue_is_fifo_by_its_name(aws: Backend, name: str, code: Code) -> None:
    client = aws.client("sqs")

    assert code(client.create_queue, QueueName=f"{name}.fifo") == "InvalidParameterValue"
    assert code(client.create_queue, QueueName=name, Attributes={"FifoQueue": "true"}) == "InvalidParameterValue"


# ---- dead letters ---------------------------------------------------------------------------------------------


def test_a_dead_letter_lets_its_group_go_on(aws: Backend, make: MakeQueue) -> None:
    dead = make("-dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = make(ContentBasedDeduplication="true", RedrivePolicy=policy)
    fill(queue, "a1", "a2")
    (poison,) = queue.receive(1)

    aws.sleep(31)
    assert queue.bodies() == ["a2"]

    (buried,) = dead.receive()
    assert (buried["MessageId"], buried["Attributes"]["MessageGroupId"]) == (poison["MessageId"], "a")


def test_a_dead_letter_begins_to_age_anew(aws: Backend, make: MakeQueue) -> None:
    dead = make("-dead", MessageRetentionPeriod="100")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = make(ContentBasedDeduplication="true", VisibilityTimeout="60", RedrivePolicy=policy)
    fill(queue, "a1")
    queue.receive()
    aws.sleep(61)
    assert queue.receive() == []

    aws.sleep(50)

    assert dead.bodies() == ["a1"]
