"""Standard queues."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulation.contract.backends import Backend

Code = Callable[..., str]
PREFIX = "AWS.SimpleQueueService."
KILOBYTE = 1024


class Queue:
    """A queue of its own, with what a test asks of it most."""

    def __init__(self, aws: Backend, name: str, **attributes: str) -> None:
        self.client = aws.client("sqs")
        self.url = self.client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, body: str, **told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.send_message(QueueUrl=self.url, MessageBody=body, **told)
        return answer

    def receive(self, most: int = 10, **told: Any) -> list[dict[str, Any]]:
        asked = {"MaxNumberOfMessages": most, "AttributeNames": ["All"], **told}
        found: list[dict[str, Any]] = self.client.receive_message(QueueUrl=self.url, **asked).get("Messages", [])
        return found

    def bodies(self, most: int = 10, **told: Any) -> list[str]:
        return [each["Body"] for each in self.receive(most, **told)]

    def delete(self, message: dict[str, Any]) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def hide(self, message: dict[str, Any], seconds: int) -> None:
        told = {"ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds}
        self.client.change_message_visibility(QueueUrl=self.url, **told)

    @property
    def arn(self) -> str:
        asked = {"QueueUrl": self.url, "AttributeNames": ["QueueArn"]}
        return str(self.client.get_queue_attributes(**asked)["Attributes"]["QueueArn"])

    def counts(self) -> tuple[int, int, int]:
        """How many messages wait, are in flight, and are delayed."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        waiting, flying, delayed = (int(found[name]) for name in names)
        return waiting, flying, delayed


@pytest.fixture
def queue(aws: Backend, name: str) -> Queue:
    return Queue(aws, name, VisibilityTimeout="30")


def test_a_message_comes_as_it_was_sent_and_goes_when_it_is_deleted(queue: Queue) -> None:
    sent = queue.send('{"order": "Ä-1"}')

    (received,) = queue.receive()
    assert (received["MessageId"], received["Body"]) == (sent["MessageId"], '{"order": "Ä-1"}')
    assert received["MD5OfBody"] == sent["MD5OfMessageBody"]
    queue.delete(received)

    assert queue.counts() == (0, 0, 0)


def test_a_message_in_flight_is_hidden_and_comes_again_when_its_time_is_over(aws: Backend, queue: Queue) -> None:
    queue.send("one")
    (first,) = queue.receive()
    assert queue.receive() == []
    assert queue.counts() == (0, 1, 0)

    aws.sleep(31)
    (second,) = queue.receive()

    counts = [each["Attributes"]["ApproximateReceiveCount"] for each in (first, second)]
    firsts = {each["Attributes"]["ApproximateFirstReceiveTimestamp"] for each in (first, second)}
    assert (counts, len(firsts)) == (["1", "2"], 1)
    assert first["MessageId"] == second["MessageId"]
    assert first["ReceiptHandle"] != second["ReceiptHandle"]


def test_who_receives_may_say_how_long_it_is_hidden(aws: Backend, queue: Queue) -> None:
    queue.send("one")
    assert queue.bodies(VisibilityTimeout=5) == ["one"]

    aws.sleep(6)

    assert queue.bodies(VisibilityTimeout=0) == ["one"]
    assert queue.bodies() == ["one"]


def test_a_message_in_flight_may_be_given_back_or_kept_longer(aws: Backend, queue: Queue) -> None:
    queue.send("one")
    (message,) = queue.receive()
    queue.hide(message, 100)
    aws.sleep(60)
    assert queue.receive() == []

    queue.hide(message, 0)
    assert queue.bodies() == ["one"]


@pytest.mark.parametrize("seconds", [-1, 43201])
def test_nothing_is_hidden_longer_than_half_a_day(queue: Queue, code: Code, seconds: int) -> None:
    queue.send("one")
    (message,) = queue.receive()

    assert code(queue.hide, message=message, seconds=seconds) == "InvalidParameterValue"


def test_a_message_that_is_not_in_flight_cannot_be_hidden(aws: Backend, queue: Queue, code: Code) -> None:
    queue.send("one")
    (message,) = queue.receive()
    aws.sleep(31)

    assert code(queue.hide, message=message, seconds=60).endswith(("MessageNotInflight", "InvalidParameterValue"))


def test_several_messages_are_made_visible_again_in_one_batch(queue: Queue) -> None:
    queue.send("one")
    queue.send("two")
    messages = [*queue.receive(), *queue.receive()]
    entries = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
        for number, message in enumerate(messages)
    ]

    answer = queue.client.change_message_visibility_batch(QueueUrl=queue.url, Entries=entries)

    assert sorted(each["Id"] for each in answer["Successful"]) == ["0", "1"][: len(messages)]
    assert queue.counts() == (2, 0, 0)


def test_deleting_twice_is_no_error(queue: Queue) -> None:
    queue.send("one")
    (message,) = queue.receive()

    queue.delete(message)
    queue.delete(message)

    assert queue.counts() == (0, 0, 0)


def test_an_old_receipt_deletes_nothing(aws: Backend, queue: Queue) -> None:
    queue.send("one")
    (first,) = queue.receive()
    aws.sleep(31)
    (second,) = queue.receive()

    queue.delete(first)
    assert queue.counts() == (0, 1, 0)
    queue.delete(second)
    assert queue.counts() == (0, 0, 0)


def test_a_receipt_whose_time_is_over_still_deletes(aws: Backend, queue: Queue) -> None:
    queue.send("one")
    (message,) = queue.receive()
    aws.sleep(31)

    queue.delete(message)

    assert queue.counts() == (0, 0, 0)


def test_a_receipt_that_never_was_is_refused(queue: Queue, code: Code) -> None:
    assert code(queue.delete, message={"ReceiptHandle": "never"}) == "ReceiptHandleIsInvalid"


def test_a_message_may_be_delayed_by_itself_or_with_its_queue(aws: Backend, name: str) -> None:
    queue = Queue(aws, name, DelaySeconds="10")
    queue.send("late")
    queue.send("later", DelaySeconds=60)
    queue.send("now", DelaySeconds=0)
    assert queue.counts() == (1, 0, 2)

    assert queue.bodies() == ["now"]
    aws.sleep(11)
    assert queue.bodies() == ["late"]
    aws.sleep(50)
    assert "later" in queue.bodies()


@pytest.mark.parametrize("delay", [-1, 901])
def test_nothing_is_delayed_longer_than_a_quarter_of_an_hour(queue: Queue, code: Code, delay: int) -> None:
    assert code(queue.send, body="one", DelaySeconds=delay) == "InvalidParameterValue"


def test_a_message_is_dropped_when_it_is_too_old(aws: Backend, name: str) -> None:
    queue = Queue(aws, name, MessageRetentionPeriod="60")
    queue.send("one")

    aws.sleep(61)

    assert queue.receive() == []


def test_a_message_has_those_of_its_attributes_that_are_named(queue: Queue) -> None:
    text = {name: {"DataType": "String", "StringValue": f"{name}-1"} for name in ("queue", "message", "more")}
    queue.send("one", MessageAttributes=text)

    (found,) = queue.receive(MessageAttributeNames=["queue", "message", "none"])

    shown = {name: each["StringValue"] for name, each in found["MessageAttributes"].items()}
    assert shown == {"queue": "queue-1", "message": "message-1"}


def test_a_message_without_attributes_has_no_field_for_them(queue: Queue) -> None:
    queue.send("one")

    (found,) = queue.receive(MessageAttributeNames=["queue"])

    assert "MessageAttributes" not in found


def test_what_was_received_too_often_goes_to_the_dead_letters_as_it_is(aws: Backend, name: str) -> None:
    dead = Queue(aws, f"{name}-dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2})
    queue = Queue(aws, name, VisibilityTimeout="30", RedrivePolicy=policy)
    sent = queue.send("poison")

    for _ in range(2):
        assert queue.bodies() == ["poison"]
        aws.sleep(31)
    assert queue.receive() == []

    (buried,) = dead.receive()
    assert (buried["MessageId"], buried["Body"]) == (sent["MessageId"], "poison")
    assert int(buried["Attributes"]["ApproximateReceiveCount"]) >= 1
    assert queue.counts() == (0, 0, 0)


def test_a_dead_letter_says_which_queue_gave_it_up(aws: Backend, name: str) -> None:
    dead = Queue(aws, f"{name}-dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = Queue(aws, name, VisibilityTimeout="30", RedrivePolicy=policy)
    queue.send("poison")
    queue.receive()
    aws.sleep(31)
    assert queue.receive() == []

    (buried,) = dead.receive(AttributeNames=[], MessageSystemAttributeNames=["DeadLetterQueueSourceArn"])

    assert buried["Attributes"] == {"DeadLetterQueueSourceArn": queue.arn}


def test_the_receipt_of_a_message_that_became_a_dead_letter_deletes_nothing(aws: Backend, name: str) -> None:
    dead = Queue(aws, f"{name}-dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = Queue(aws, name, VisibilityTimeout="30", RedrivePolicy=policy)
    queue.send("poison")
    (message,) = queue.receive()
    aws.sleep(31)
    assert queue.receive() == []

    queue.delete(message)

    assert dead.bodies() == ["poison"]


def test_dead_letters_keep_the_age_that_they_had(aws: Backend, name: str) -> None:
    dead = Queue(aws, f"{name}-dead", MessageRetentionPeriod="100")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = Queue(aws, name, VisibilityTimeout="60", RedrivePolicy=policy)
    queue.send("poison")
    queue.receive()
    aws.sleep(61)
    assert queue.receive() == []

    aws.sleep(50)

    assert dead.receive() == []


# ---- batches and limits --------------------------------------------------------------------------------------------


def send_many(queue: Queue, *entries: dict[str, Any]) -> Any:
    told = [{"Id": str(number), **entry} for number, entry in enumerate(entries)]
    return queue.client.send_message_batch(QueueUrl=queue.url, Entries=told)


def test_a_batch_takes_the_good_and_names_the_bad(queue: Queue) -> None:
    answer = send_many(queue, {"MessageBody": "one"}, {"MessageBody": "\x00"}, {"MessageBody": "three"})

    assert [each["Id"] for each in answer["Successful"]] == ["0", "2"]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"]) == ("1", True)
    assert sorted(queue.bodies()) == ["one", "three"]


@pytest.mark.parametrize(
    ("entries", "refusal"),
    [
        ([], "EmptyBatchRequest"),
        ([{"MessageBody": "x"}] * 11, "TooManyEntriesInBatchRequest"),
        ([{"MessageBody": "x", "Id": "same"}] * 2, "BatchEntryIdsNotDistinct"),
        ([{"MessageBody": "x", "Id": "not an id"}], "InvalidBatchEntryId"),
        ([{"MessageBody": "x" * (600 * KILOBYTE)}] * 2, "BatchRequestTooLong"),
    ],
    ids=["none", "eleven", "same ids", "wrong id", "too long"],
)
def test_a_batch_that_is_none_is_refused(queue: Queue, code: Code, entries: list[dict[str, Any]], refusal: str) -> None:
    def send(told: list[dict[str, Any]]) -> None:
        send_many(queue, *told)

    assert code(send, told=entries) == f"{PREFIX}{refusal}"
    assert queue.receive() == []


def test_a_batch_of_receipts_deletes_the_good_and_names_the_bad(queue: Queue) -> None:
    queue.send("one")
    (message,) = queue.receive()
    entries = [{"Id": "good", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "never"}]

    answer = queue.client.delete_message_batch(QueueUrl=queue.url, Entries=entries)

    assert [each["Id"] for each in answer["Successful"]] == ["good"]
    assert [(each["Id"], each["Code"]) for each in answer["Failed"]] == [("bad", "ReceiptHandleIsInvalid")]


def test_a_message_of_a_megabyte_fits_and_no_byte_more(queue: Queue, code: Code) -> None:
    queue.send("x" * 1024 * KILOBYTE)

    assert code(queue.send, body="x" * 1024 * KILOBYTE + "y") == "InvalidParameterValue"
    assert code(queue.send, body="ä" * 600 * KILOBYTE) == "InvalidParameterValue"


def test_a_queue_may_take_less(aws: Backend, name: str, code: Code) -> None:
    queue = Queue(aws, name, MaximumMessageSize="1024")

    queue.send("x" * KILOBYTE)

    assert code(queue.send, body="x" * KILOBYTE + "y") == "InvalidParameterValue"


def test_a_message_has_a_body_of_characters_that_xml_knows(queue: Queue, code: Code) -> None:
    assert code(queue.send, body="") in ("MissingParameter", "InvalidParameterValue")
    assert code(queue.send, body="\x0b") == "InvalidMessageContents"


@pytest.mark.parametrize("most", [0, 11])
def test_one_to_ten_messages_are_received_at_once(queue: Queue, code: Code, most: int) -> None:
    assert code(queue.receive, most=most) == "InvalidParameterValue"


def test_a_queue_that_is_not_there_is_not_found(queue: Queue, code: Code) -> None:
    told = {"QueueUrl": queue.url + "-gone", "MessageBody": "one"}

    assert code(queue.client.send_message, **told) == f"{PREFIX}NonExistentQueue"


def test_messages_of_a_standard_queue_may_have_groups_which_hold_nothing_back(queue: Queue) -> None:
    for body in ("a1", "a2", "b1"):
        queue.send(body, MessageGroupId=body[0])
    queue.send("alone")

    (first,) = queue.receive(1)
    others = queue.receive()

    groups = {each["Body"]: each["Attributes"].get("MessageGroupId") for each in (first, *others)}
    assert groups == {"a1": "a", "a2": "a", "b1": "b", "alone": None}


def test_a_standard_queue_takes_no_deduplication(queue: Queue, code: Code) -> None:
    assert code(queue.send, body="one", MessageDeduplicationId="x") == "InvalidParameterValue"
