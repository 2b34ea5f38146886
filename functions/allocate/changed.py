"""The stream of the Stock table: every change of stock is forwarded to channels and backorders."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import Sku, WarehouseId
from packhorse.usecases.stock.forward_stock_changes import StockChange, forward_stock_changes

prepare("lambda")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> None:
    """Forward the changes of a batch; if that fails, the whole batch is delivered again."""
    forward_stock_changes([parse_change(record) for record in event["Records"]])


def parse_change(record: Mapping[str, Any]) -> StockChange:
    """Parse a record of the stream; a missing image counts as nothing available."""
    change = record["dynamodb"]
    before, after = (change.get(image, {}) for image in ("OldImage", "NewImage"))
    return StockChange(
        event=record["eventID"],
        sku=Sku(change["Keys"]["pk"]["S"]),
        warehouse=WarehouseId(change["Keys"]["sk"]["S"]),
        at=datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC),
        available=(units(before, "available"), units(after, "available")),
        committed=(units(before, "committed"), units(after, "committed")),
        waiting=(units(before, "waiting"), units(after, "waiting")),
    )


def units(image: Mapping[str, Any], name: str) -> int:
    """Return a quantity in an image of a shelf; one that is missing is 0."""
    return int(image.get(name, {}).get("N", 0))
