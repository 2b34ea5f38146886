"""A message in a queue."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Message:
    """A message in a queue; while it has a receipt it is in flight until `visible_at`."""

    id: str
    body: str
    number: int
    sent_at: float
    visible_at: float
    group: str = ""
    deduplication: str = ""
    receives: int = 0
    first_received_at: float = 0.0
    receipt: str = ""
    source: str = ""
    """The ARN of the queue whose dead letter it is; empty if it is none."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The attributes that its sender gave it."""

    def is_visible(self, now: float) -> bool:
        """Return whether it can be received."""
        return self.visible_at <= now

    @property
    def system_attributes(self) -> dict[str, str]:
        """The system attributes that SQS adds."""
        found = {
            "SenderId": "AIDATEST",
            "SentTimestamp": str(int(self.sent_at * 1000)),
            "ApproximateReceiveCount": str(self.receives),
            "ApproximateFirstReceiveTimestamp": str(int(self.first_received_at * 1000)),
        }
        if self.group:
            found["MessageGroupId"] = self.group
        if self.deduplication:
            found["MessageDeduplicationId"] = self.deduplication
            found["SequenceNumber"] = f"{self.number:020d}"
        if self.source:
            found["DeadLetterQueueSourceArn"] = self.source
        return found

    def record(self, queue_arn: str) -> dict[str, Any]:
        """Return the message as a record of a Lambda event."""
        return {
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": self.system_attributes,
            "messageAttributes": _of_an_event(self.attributes),
            "md5OfBody": md5(self.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": "us-east-1",
        }


def _of_an_event(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as Lambda writes them into events, where names of fields begin with small letters."""
    return {
        name: {"stringValue": each["StringValue"], "dataType": each["DataType"]} for name, each in attributes.items()
    }


def md5(text: str) -> str:
    """Return the digest that SQS answers with."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
