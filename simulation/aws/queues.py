"""A queue: its messages, those in flight, its dead-letter queue."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.messages import Message, md5
from simulation.aws.refusals import Refused

ACCOUNT = "123456789012"
DEDUPLICATED_SECONDS = 300
MOST_BYTES = 1024 * 1024
MOST_HIDDEN_SECONDS = 43200
NOISY_MESSAGES, NOISY_SHARE = 30, 0.1
"""What a group has in flight at least, and of all that is in flight, to be a noisy neighbour in a fair queue."""
DEFAULTS = {
    "VisibilityTimeout": 30,
    "DelaySeconds": 0,
    "MaximumMessageSize": MOST_BYTES,
    "MessageRetentionPeriod": 345600,
}


def in_turn(messages: list[Message]) -> list[Message]:
    """Return messages in the order in which they were sent."""
    return messages


def quiet_first(queue: "Queue") -> Callable[[list[Message]], list[Message]]:
    """Return how SQS orders a standard queue whose messages have groups: those of noisy groups come last.

    Of the two measures that SQS documents this has the messages in flight, not the time that they take.
    """

    def choose(messages: list[Message]) -> list[Message]:
        flying = Counter(message.group for message in queue.in_flight())
        noisy = {
            group
            for group, count in flying.items()
            if group and count >= NOISY_MESSAGES and count > NOISY_SHARE * flying.total()
        }
        return sorted(messages, key=lambda message: message.group in noisy)

    return choose


class Queue:
    """A standard queue, or a FIFO queue if its name ends so.

    `choose` orders the visible messages of a standard queue, since SQS promises no order.
    """

    def __init__(self, name: str, attributes: Mapping[str, Any], clock: Time) -> None:
        self.name = name
        self.url = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}"
        self.arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
        self.attributes = dict(attributes)
        self._settings = {name: int(self.attributes.get(name, default)) for name, default in DEFAULTS.items()}
        self.is_fifo = name.endswith(".fifo")
        self.dead: Queue | None = None
        self.most_receives = 0
        self.messages: list[Message] = []
        self.choose: Callable[[list[Message]], list[Message]] = in_turn
        self._clock = clock
        self._numbers = 0
        self._receipts = 0
        self._seen: dict[tuple[str, str], tuple[float, Message]] = {}
        self._past: set[str] = set()

    def setting(self, name: str) -> int:
        """Return an attribute that is a number."""
        return self._settings[name]

    def is_on(self, name: str) -> bool:
        """Return whether an attribute is true."""
        return str(self.attributes.get(name, "")).lower() == "true"

    # ---- in ----------------------------------------------------------------------------------------------

    def send(self, parameters: Mapping[str, Any]) -> Message:
        """Add a message; within five minutes, return the one that has the same deduplication id instead."""
        body, group = parameters["MessageBody"], parameters.get("MessageGroupId", "")
        deduplication = self._deduplication(parameters, body)
        scope = group if self.attributes.get("DeduplicationScope") == "messageGroup" else ""
        seen = self._seen.get((scope, deduplication)) if self.is_fifo else None
        if seen and self._clock.now - seen[0] < DEDUPLICATED_SECONDS:
            return seen[1]
        delay = parameters.get("DelaySeconds", self.setting("DelaySeconds"))
        message = self._new(body, group, deduplication, self._clock.now + delay)
        message.attributes = parameters.get("MessageAttributes", {})
        self.messages.append(message)
        if self.is_fifo:
            self._seen[scope, deduplication] = (self._clock.now, message)
        return message

    def _new(self, body: str, group: str, deduplication: str, visible_at: float) -> Message:
        self._numbers += 1
        name = f"{md5(self.name)[:8]}-0000-4000-8000-{self._numbers:012d}"
        now = self._clock.now
        return Message(name, body, self._numbers, now, visible_at, group, deduplication)

    def _deduplication(self, parameters: Mapping[str, Any], body: str) -> str:
        if not self.is_fifo:
            if "MessageDeduplicationId" in parameters:
                raise _not_for_this_kind("MessageDeduplicationId", parameters["MessageDeduplicationId"])
            return ""
        if "MessageGroupId" not in parameters:
            raise Refused("MissingParameter", "The request must contain the parameter MessageGroupId.")
        if parameters.get("DelaySeconds"):
            raise _not_for_this_kind("DelaySeconds", parameters["DelaySeconds"])
        if "MessageDeduplicationId" in parameters:
            return str(parameters["MessageDeduplicationId"])
        if not self.is_on("ContentBasedDeduplication"):
            raise Refused(
                "InvalidParameterValue",
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                "explicitly",
            )
        return hashlib.sha256(body.encode()).hexdigest()

    # ---- out ---------------------------------------------------------------------------------------------

    def receive(self, most: int, visibility: float | None = None) -> list[Message]:
        """Return messages and hide them until their visibility timeout is over; bury those received too often."""
        self._forget_old()
        now = self._clock.now
        _refuse_longer(visibility or 0)
        seconds = self.setting("VisibilityTimeout") if visibility is None else visibility
        found: list[Message] = []
        for message in self._available(now):
            if self.dead and message.receives >= self.most_receives:
                self._bury(message, self.dead)
                continue
            if len(found) == most:
                break
            self._receipts += 1
            if message.receipt:
                self._past.add(message.receipt)
            message.receipt = f"{self.name}:{message.number}:{self._receipts}"
            message.receives += 1
            message.first_received_at = message.first_received_at or now
            message.visible_at = now + seconds
            found.append(message)
        return found

    def _available(self, now: float) -> list[Message]:
        if not self.is_fifo:
            return self.choose([message for message in self.messages if message.visible_at <= now])
        closed = {message.group for message in self.messages if message.receipt and not message.is_visible(now)}
        found = []
        for message in self.messages:
            if message.group not in closed and message.is_visible(now):
                found.append(message)
            else:
                closed.add(message.group)
        return found

    def visible(self) -> list[Message]:
        """Return the messages that can be received now."""
        return self._available(self._clock.now)

    def in_flight(self) -> list[Message]:
        """Return the messages that are received, not deleted and not visible again."""
        now = self._clock.now
        return [message for message in self.messages if message.receipt and not message.is_visible(now)]

    def next_at(self) -> float | None:
        """Return when the next hidden message becomes visible; None without one."""
        now = self._clock.now
        times = [message.visible_at for message in self.messages if message.visible_at > now]
        return min(times, default=None)

    def _bury(self, message: Message, dead: "Queue") -> None:
        now = self._clock.now
        self.messages.remove(message)
        self._past.add(message.receipt)
        sent_at = now if self.is_fifo else message.sent_at
        dead.messages.append(replace(message, sent_at=sent_at, visible_at=now, receipt="", source=self.arn))

    def _forget_old(self) -> None:
        oldest = self._clock.now - self.setting("MessageRetentionPeriod")
        if old := [message.receipt for message in self.messages if message.sent_at < oldest]:
            self._past.update(old)
            self.messages = [message for message in self.messages if message.sent_at >= oldest]

    # ---- receipts ----------------------------------------------------------------------------------------

    def delete(self, receipt: str) -> None:
        """Delete a message; do nothing if it was received again since, under another receipt."""
        message = self._holder(receipt)
        if message:
            self.messages.remove(message)
            self._past.add(receipt)

    def change_visibility(self, receipt: str, seconds: float) -> None:
        """Make a message in flight visible again after that many seconds from now."""
        _refuse_longer(seconds)
        message = self._holder(receipt)
        if message is None or message.is_visible(self._clock.now):
            raise Refused(
                "AWS.SimpleQueueService.MessageNotInflight" if message else "InvalidParameterValue",
                f"Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
                "available for visibility timeout change.",
            )
        message.visible_at = self._clock.now + seconds

    def _holder(self, receipt: str) -> Message | None:
        found = next((message for message in self.messages if message.receipt == receipt), None)
        if found is None and receipt not in self._past:
            raise Refused(
                "ReceiptHandleIsInvalid", f'The input receipt handle "{receipt}" is not a valid receipt handle.'
            )
        if found and self.is_fifo and found.is_visible(self._clock.now):
            raise Refused(
                "InvalidParameterValue",
                f"Value {receipt} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
            )
        return found

    # ---- Lambda ------------------------------------------------------------------------------------------

    def event(self, messages: Iterable[Message]) -> dict[str, Any]:
        """Return the messages as the event of a Lambda function."""
        return {"Records": [message.record(self.arn) for message in messages]}

    def settle(self, event: Mapping[str, Any], answer: Mapping[str, Any] | None) -> None:
        """Delete the messages that did not fail; the others become visible after their visibility timeout.

        A failure whose id is none of the event's fails the whole batch, as on Lambda.
        """
        records = {record["messageId"]: record["receiptHandle"] for record in event["Records"]}
        failures = [failure.get("itemIdentifier") for failure in (answer or {}).get("batchItemFailures") or ()]
        failed = set(records) if any(failure not in records for failure in failures) else set(failures)
        for name, receipt in records.items():
            if name not in failed:
                self._delete_quietly(receipt)

    def _delete_quietly(self, receipt: str) -> None:
        try:
            self.delete(receipt)
        except Refused as refused:
            if refused.code != "InvalidParameterValue":
                raise


def _refuse_longer(seconds: float) -> None:
    if not 0 <= seconds <= MOST_HIDDEN_SECONDS:
        raise Refused(
            "InvalidParameterValue",
            f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200",
        )


def _not_for_this_kind(name: str, value: object) -> Refused:
    return Refused(
        "InvalidParameterValue",
        f"Value {value} for parameter {name} is invalid. Reason: The request include parameter that is not valid for "
        "this queue type",
    )
