"""What queues, buckets, secrets and buses do that one cannot have them do."""

import json
from typing import Any

import pytest

from simulation.aws.clock import Clock
from simulation.aws.events import Events
from simulation.aws.queues import Queue
from simulation.aws.refusals import Refused
from simulation.aws.s3 import S3, Subscription
from simulation.aws.schedules import Schedules
from simulation.aws.secretsmanager import SecretsManager
from simulation.aws.sqs import Sqs

# ---- queues ------------------------------------------------------------------------------------------------------


def filled(*bodies: str, **attributes: str) -> Queue:
    queue = Queue("orders", attributes, Clock())
    for body in bodies:
        queue.send({"MessageBody": body})
    return queue


def test_a_standard_queue_has_the_order_that_somebody_chooses() -> None:
    queue = filled("one", "two", "three")
    queue.choose = lambda messages: sorted(messages, key=lambda message: message.body)

    assert [message.body for message in queue.receive(2)] == ["one", "three"]


def test_a_batch_may_be_taken_in_part() -> None:
    sqs = Sqs(Clock())
    queue = sqs.add("orders", {})
    sqs.refuses = lambda url, entry: url == queue.url and entry["MessageBody"] == "two"
    entries = [{"Id": body, "MessageBody": body} for body in ("one", "two")]

    answer = sqs.operations["SendMessageBatch"]({"QueueUrl": queue.url, "Entries": entries})

    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"]) == ("two", False)
    assert [message.body for message in queue.messages] == ["one"]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (None, []),
        ({}, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": [{"itemIdentifier": "second"}]}, ["two"]),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, ["one", "two"]),
        ({"batchItemFailures": [{"id": "second"}]}, ["one", "two"]),
        ({"batchItemFailures": [{"itemIdentifier": "never sent"}]}, ["one", "two"]),
    ],
)
def test_what_a_function_answers_decides_what_is_deleted(answer: dict[str, Any] | None, left: list[str]) -> None:
    queue = filled("one", "two")
    event = queue.event(queue.receive(10))
    names = {"second": event["Records"][1]["messageId"]}
    told = json.loads(json.dumps(answer).replace("second", names["second"]))

    queue.settle(event, told)

    assert [message.body for message in queue.messages] == left


def test_what_a_function_was_too_slow_for_stays() -> None:
    clock = Clock()
    queue = Queue("orders.fifo", {"ContentBasedDeduplication": "true"}, clock)
    queue.send({"MessageBody": "one", "MessageGroupId": "a"})
    event = queue.event(queue.receive(10))

    clock.sleep(31)
    queue.settle(event, None)

    assert len(queue.messages) == 1


def test_a_queue_says_when_the_next_message_will_be_there() -> None:
    queue = filled("one", VisibilityTimeout="30")
    assert queue.next_at() is None

    queue.receive(1)

    assert queue.next_at() == queue.messages[0].sent_at + 30


def test_attributes_of_messages_that_are_no_texts_are_refused_loudly() -> None:
    sqs = Sqs(Clock())
    attributes = {"a": {"DataType": "Binary", "BinaryValue": b"x"}}
    told = {"QueueUrl": sqs.add("orders", {}).url, "MessageBody": "x", "MessageAttributes": attributes}

    with pytest.raises(NotImplementedError):
        sqs.operations["SendMessage"](told)


# ---- buckets -----------------------------------------------------------------------------------------------------


def test_a_bucket_announces_objects_below_a_prefix_as_s3_writes_it() -> None:
    s3 = S3(Clock())
    s3.operations["CreateBucket"]({"Bucket": "uploads"})
    s3.subscriptions.append(Subscription("uploads", "incoming/", "read"))

    s3.operations["PutObject"]({"Bucket": "uploads", "Key": "raw/1", "Body": b"x"})
    s3.operations["PutObject"]({"Bucket": "uploads", "Key": "incoming/Ä 1+2.csv", "Body": b"xyz"})

    ((function, event),) = s3.announcements
    (record,) = event["Records"]
    assert (function, record["eventName"]) == ("read", "ObjectCreated:Put")
    told = record["s3"]["object"]
    assert (told["key"], told["size"], len(told["eTag"])) == ("incoming/%C3%84+1%2B2.csv", 3, 32)


def test_versions_are_refused_loudly() -> None:
    s3 = S3(Clock())
    s3.operations["CreateBucket"]({"Bucket": "uploads"})

    with pytest.raises(NotImplementedError):
        s3.operations["GetObject"]({"Bucket": "uploads", "Key": "a", "VersionId": "1"})


# ---- secrets and schedules -----------------------------------------------------------------------------------------


def test_a_secret_may_be_in_the_way_a_while_after_it_was_deleted_for_good() -> None:
    clock = Clock()
    secrets = SecretsManager(clock)
    secrets.deletion_seconds = 5
    secrets.operations["CreateSecret"]({"Name": "web", "SecretString": "one", "ClientRequestToken": "1"})
    secrets.operations["DeleteSecret"]({"SecretId": "web", "ForceDeleteWithoutRecovery": True})

    with pytest.raises(Refused) as refused:
        secrets.operations["CreateSecret"]({"Name": "web", "SecretString": "two", "ClientRequestToken": "2"})
    assert refused.value.code == "InvalidRequestException"

    clock.sleep(5)
    secrets.operations["CreateSecret"]({"Name": "web", "SecretString": "two", "ClientRequestToken": "2"})
    assert secrets.operations["GetSecretValue"]({"SecretId": "web"})["SecretString"] == "two"


def test_a_schedule_says_how_often_and_since_when() -> None:
    clock = Clock()
    schedules = Schedules(clock)
    schedules.operations["CreateSchedule"]({"Name": "web", "ScheduleExpression": "rate(5 minutes)"})
    clock.sleep(60)
    schedules.operations["UpdateSchedule"]({"Name": "web", "ScheduleExpression": "rate(1 hour)"})

    (schedule,) = schedules.schedules.values()

    assert (schedule.every, schedule.since) == (3600, clock.now)


# ---- buses -------------------------------------------------------------------------------------------------------


def test_a_bus_may_take_some_entries_and_not_others() -> None:
    events = Events(Clock())
    events.refuses = lambda entry: entry["Detail"] == '{"n": 2}'
    entries = [{"Source": "packhorse", "DetailType": "order", "Detail": json.dumps({"n": n})} for n in (1, 2)]
    entries.append({"Source": "packhorse", "DetailType": "order", "Detail": "{"})

    answer = events.operations["PutEvents"]({"Entries": entries})

    codes = [each.get("ErrorCode") for each in answer["Entries"]]
    assert (answer["FailedEntryCount"], codes) == (2, [None, "InternalFailure", "MalformedDetail"])
    assert [event.detail for event in events.events] == [{"n": 1}]
