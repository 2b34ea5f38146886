"""Publish quantities whose channel failed at their listing, once their next try is due."""

from collections.abc import Collection, Mapping
from datetime import datetime

from packhorse.aws.queues import hide_message
from packhorse.messages.channels import PublishQuantity, QueueRecord, RetryQuantity, send_quantities


def publish_due(retries: Mapping[QueueRecord, RetryQuantity], now: datetime) -> Collection[QueueRecord]:
    """Send what is due to the group of its channel; hide the others until then, and return them."""
    waiting = {record: each for record, each in retries.items() if each.due > now}
    for record, each in waiting.items():
        hide_message(record.handle, int((each.due - now).total_seconds()) + 1)
    for record, each in retries.items():
        if record not in waiting:
            again = PublishQuantity(channel=each.channel, sku=each.sku, at=each.at, due=each.due)
            send_quantities([again], f"due {each.due.isoformat()}")
    return waiting
