"""SQS: its operations on queues in memory."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.messages import Message, md5
from simulation.aws.queues import MOST_BYTES, Queue
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
PREFIX = "AWS.SimpleQueueService."
MOST_ENTRIES = 10
MOST_DELAY = 900
NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Sqs:
    """All queues; `refuses(url, entry)` decides which entries of a batch fail for a reason of SQS's own."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.queues: dict[str, Queue] = {}
        self.refuses: Callable[[str, Parameters], bool] = lambda url, entry: False
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "CreateQueue": self._create,
            "GetQueueUrl": self._url,
            "GetQueueAttributes": self._attributes,
            "SendMessage": lambda parameters: _sent(self.send(parameters)),
            "SendMessageBatch": self._send_batch,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_batch,
            "ChangeMessageVisibility": self._change_visibility,
            "ChangeMessageVisibilityBatch": self._change_visibility_batch,
            "PurgeQueue": self._purge,
        }

    def add(self, name: str, attributes: Parameters) -> Queue:
        """Create a queue."""
        queue = self.queues[name] = Queue(name, attributes, self._clock)
        redrive = attributes.get("RedrivePolicy")
        if redrive:
            policy = json.loads(redrive) if isinstance(redrive, str) else redrive
            queue.dead = self.queues[str(policy["deadLetterTargetArn"]).rpartition(":")[2]]
            queue.most_receives = int(policy["maxReceiveCount"])
        return queue

    def queue(self, url: str) -> Queue:
        """Return the queue of that url."""
        found = self.queues.get(url.rpartition("/")[2])
        if found is None:
            raise Refused(f"{PREFIX}NonExistentQueue", "The specified queue does not exist.")
        return found

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        name, attributes = parameters["QueueName"], parameters.get("Attributes", {})
        if name.endswith(".fifo") != (str(attributes.get("FifoQueue", "")).lower() == "true"):
            raise Refused(
                "InvalidParameterValue",
                "The name of a FIFO queue can only include alphanumeric characters, "
                "hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length",
            )
        existing = self.queues.get(name)
        if existing and any(existing.attributes.get(key) != value for key, value in attributes.items()):
            raise Refused("QueueAlreadyExists", "A queue already exists with the same name and a different value")
        return {"QueueUrl": (existing or self.add(name, attributes)).url}

    def _url(self, parameters: Parameters) -> dict[str, Any]:
        return {"QueueUrl": self.queue(parameters["QueueName"]).url}

    def _attributes(self, parameters: Parameters) -> dict[str, Any]:
        queue = self.queue(parameters["QueueUrl"])
        waiting, flying = len(queue.visible()), len(queue.in_flight())
        found = {
            **{name: str(value) for name, value in queue.attributes.items()},
            "QueueArn": queue.arn,
            "ApproximateNumberOfMessages": str(waiting),
            "ApproximateNumberOfMessagesNotVisible": str(flying),
            "ApproximateNumberOfMessagesDelayed": str(len(queue.messages) - waiting - flying),
        }
        names = parameters.get("AttributeNames", [])
        return {"Attributes": found if "All" in names else {name: found[name] for name in names if name in found}}

    # ---- in ----------------------------------------------------------------------------------------------

    def send(self, parameters: Parameters) -> Message:
        """Send a message as SendMessage does."""
        return self._send(self.queue(parameters["QueueUrl"]), parameters)

    def _send(self, queue: Queue, parameters: Parameters) -> Message:
        body = parameters["MessageBody"]
        if any(each["DataType"] != "String" for each in parameters.get("MessageAttributes", {}).values()):
            raise NotImplementedError("the stand-in simulates attributes that are texts only")
        if not body:
            raise Refused("MissingParameter", "The request must contain the parameter MessageBody.")
        if FORBIDDEN.search(body):
            raise Refused("InvalidMessageContents", "Invalid characters found in the message body")
        most = queue.setting("MaximumMessageSize")
        if len(body.encode()) > most:
            message = f"One or more parameters are invalid. Reason: Message must be shorter than {most} bytes."
            raise Refused("InvalidParameterValue", message)
        if not 0 <= parameters.get("DelaySeconds", 0) <= MOST_DELAY:
            message = (
                f"Value {parameters['DelaySeconds']} for parameter DelaySeconds is invalid. Reason: must be <= 900"
            )
            raise Refused("InvalidParameterValue", message)
        return queue.send(parameters)

    def _send_batch(self, parameters: Parameters) -> dict[str, Any]:
        queue = self.queue(parameters["QueueUrl"])
        entries = parameters["Entries"]
        _refuse_batch(entries)
        size = sum(len(entry["MessageBody"].encode()) for entry in entries)
        if size > MOST_BYTES:
            message = f"Batch requests cannot be longer than {MOST_BYTES} bytes. You have sent {size} bytes."
            raise Refused(f"{PREFIX}BatchRequestTooLong", message)
        answer: dict[str, Any] = {}
        for entry in entries:
            if self.refuses(queue.url, entry):
                _fail(answer, entry, "InternalError", "Internal error", ours=False)
                continue
            try:
                sent = _sent(self._send(queue, entry))
            except Refused as refused:
                _fail(answer, entry, refused.code, refused.message, ours=True)
            else:
                answer.setdefault("Successful", []).append({"Id": entry["Id"], **sent})
        return answer

    # ---- out ---------------------------------------------------------------------------------------------

    def _receive(self, parameters: Parameters) -> dict[str, Any]:
        queue = self.queue(parameters["QueueUrl"])
        most = parameters.get("MaxNumberOfMessages", 1)
        if not 1 <= most <= MOST_ENTRIES:
            message = f"Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10"
            raise Refused("InvalidParameterValue", message)
        found = queue.receive(most, parameters.get("VisibilityTimeout"))
        wanted = {*parameters.get("AttributeNames", ()), *parameters.get("MessageSystemAttributeNames", ())}
        named = {*parameters.get("MessageAttributeNames", ())}
        return {"Messages": [_received(message, wanted, named) for message in found]} if found else {}

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        self.queue(parameters["QueueUrl"]).delete(parameters["ReceiptHandle"])
        return {}

    def _delete_batch(self, parameters: Parameters) -> dict[str, Any]:
        queue = self.queue(parameters["QueueUrl"])
        return _each(parameters["Entries"], lambda entry: queue.delete(entry["ReceiptHandle"]))

    def _change_visibility(self, parameters: Parameters) -> dict[str, Any]:
        self.queue(parameters["QueueUrl"]).change_visibility(
            parameters["ReceiptHandle"], parameters["VisibilityTimeout"]
        )
        return {}

    def _change_visibility_batch(self, parameters: Parameters) -> dict[str, Any]:
        queue = self.queue(parameters["QueueUrl"])
        return _each(
            parameters["Entries"],
            lambda entry: queue.change_visibility(entry["ReceiptHandle"], entry["VisibilityTimeout"]),
        )

    def _purge(self, parameters: Parameters) -> dict[str, Any]:
        self.queue(parameters["QueueUrl"]).messages.clear()
        return {}


def _each(entries: list[Parameters], perform: Callable[[Parameters], None]) -> dict[str, Any]:
    """Perform the entries of a batch one by one; return the answer."""
    _refuse_batch(entries)
    answer: dict[str, Any] = {}
    for entry in entries:
        try:
            perform(entry)
        except Refused as refused:
            _fail(answer, entry, refused.code, refused.message, ours=True)
        else:
            answer.setdefault("Successful", []).append({"Id": entry["Id"]})
    return answer


def _refuse_batch(entries: list[Parameters]) -> None:
    names = [entry["Id"] for entry in entries]
    if not names:
        raise Refused(f"{PREFIX}EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry.")
    if len(names) > MOST_ENTRIES:
        message = f"Maximum number of entries per request are {MOST_ENTRIES}. You have sent {len(names)}."
        raise Refused(f"{PREFIX}TooManyEntriesInBatchRequest", message)
    if not all(map(NAME.fullmatch, names)):
        message = (
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80"
        )
        raise Refused(f"{PREFIX}InvalidBatchEntryId", message)
    if len(set(names)) < len(names):
        raise Refused(f"{PREFIX}BatchEntryIdsNotDistinct", "Id is repeated.")


def _fail(answer: dict[str, Any], entry: Parameters, code: str, message: str, *, ours: bool) -> None:
    failed = {"Id": entry["Id"], "Code": code, "Message": message, "SenderFault": ours}
    answer.setdefault("Failed", []).append(failed)


def _sent(message: Message) -> dict[str, Any]:
    number = {"SequenceNumber": f"{message.number:020d}"} if message.deduplication else {}
    return {"MessageId": message.id, "MD5OfMessageBody": md5(message.body), **number}


def _received(message: Message, wanted: set[str], named: set[str]) -> dict[str, Any]:
    attributes = message.system_attributes
    shown = attributes if "All" in wanted else {name: attributes[name] for name in wanted if name in attributes}
    found = {
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": md5(message.body),
        "Body": message.body,
    }
    given = {name: each for name, each in message.attributes.items() if name in named or "All" in named}
    return {**found, **({"Attributes": shown} if shown else {}), **({"MessageAttributes": given} if given else {})}
