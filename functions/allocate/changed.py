"""Hears of every change of stock, from the stream of its table: the only one who does.

It only passes on: to those who tell the channels, and, where there is more of something, to those who serve backorders.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.telemetry import add_metric, logger, metrics
from packhorse.domain.values import Sku
from packhorse.messages.changes import burst_of, send_changes
from packhorse.messages.release import StockArrived, send_release


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> None:
    """A batch of the stream, passed on as a whole."""
    records = [
        record
        for record in event["Records"]
        if image_available(record, "NewImage") != image_available(record, "OldImage")
    ]
    send_stock_changes(records)
    send_release({f"{record['eventID']}": StockArrived(sku=sku_of(record)) for record in last_rise(records)})
    add_metric("StockChanges", len(records))


def send_stock_changes(records: Iterable[Mapping[str, Any]]) -> None:
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
    risen = [record for record in records if image_available(record, "NewImage") > image_available(record, "OldImage")]
    return {sku_of(record): record for record in risen}.values()


def image_available(record: Mapping[str, Any], image: str) -> int:
    """What could be taken, before or after the change."""
    return int(record["dynamodb"].get(image, {}).get("available", {}).get("N", 0))


def sku_of(record: Mapping[str, Any]) -> Sku:
    """Whose stock it is."""
    return Sku(record["dynamodb"]["Keys"]["pk"]["S"])
