"""Tells channels how many of each product they can sell: the quantities queue.

A channel is told by one invocation at a time (its message group), so that no number overtakes a newer one. Before it is
told, what it has is written down as not known, and only what it confirms is known again: so a channel whose answer was
lost is told the next time, whatever became of the message. It is told as much as one call takes at a time, as long as
there is time; the rest comes again.
"""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import ChannelId
from packhorse.messages.quantities import QUANTITY_MESSAGE
from packhorse.store import configuration
from packhorse.usecases.publish_stock import QueueRecord, process_channel


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """A batch of the quantities queue; what a channel was not told is to be delivered again, later."""
    config = configuration.current()
    by_channel: dict[ChannelId, list[QueueRecord]] = {}
    for message in sorted(map(parse_record, event["Records"]), key=lambda message: message.times, reverse=True):
        by_channel.setdefault(ChannelId(message.news.channel), []).append(message)
    remaining = seconds_left(context)
    failed = [
        message for name, part in by_channel.items() for message in process_channel(name, part, config, remaining)
    ]
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in failed]}


def parse_record(record: Mapping[str, Any]) -> QueueRecord:
    """A record as a message."""
    times = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    return QueueRecord(
        record["messageId"], record["receiptHandle"], times, QUANTITY_MESSAGE.validate_json(record["body"])
    )
