"""Hears of every change of stock, from the stream of its table: the only one who does.

It only passes on: to those who tell the channels, and, where there is more of something, to those who serve backorders.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.telemetry import count, logger, metrics
from packhorse.domain.values import Sku
from packhorse.messages.changes import burst_of, send_changes
from packhorse.messages.release import Arrived, request_release


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> None:
    """A batch of the stream, passed on as a whole."""
    records = [record for record in event["Records"] if available(record, "NewImage") != available(record, "OldImage")]
    pass_on_to_channels(records)
    request_release({f"{record['eventID']}": Arrived(sku=sku_of(record)) for record in last_rise(records)})
    count("StockChanges", len(records))


def pass_on_to_channels(records: Iterable[Mapping[str, Any]]) -> None:
    """One message a sku for each burst of changes; its lag is counted from the first of them."""
    bursts: dict[str, dict[Sku, datetime]] = {}
    for record in records:
        moment = float(record["dynamodb"]["ApproximateCreationDateTime"])
        skus = bursts.setdefault(burst_of(moment), {})
        skus.setdefault(sku_of(record), datetime.fromtimestamp(moment, UTC))
    for burst, skus in bursts.items():
        send_changes(skus, burst)


def last_rise(records: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """The last record of each sku of which there is more now, somewhere."""
    risen = [record for record in records if available(record, "NewImage") > available(record, "OldImage")]
    return {sku_of(record): record for record in risen}.values()


def available(record: Mapping[str, Any], image: str) -> int:
    """What could be taken, before or after the change."""
    return int(record["dynamodb"].get(image, {}).get("available", {}).get("N", 0))


def sku_of(record: Mapping[str, Any]) -> Sku:
    """Whose stock it is."""
    return Sku(record["dynamodb"]["Keys"]["pk"]["S"])
