"""Reads CSV files of orders and of stock: invoked by S3 with its notifications, and by itself to continue.

Files are read from checkpoint to checkpoint, see `usecases.read_upload`.
"""

from typing import Any
from uuid import uuid4

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.orders import send_orders
from packhorse.messages.uploads import requeue_upload
from packhorse.store import catalogue, claims, configuration, orders, stock
from packhorse.usecases.apply_stock_rows import StockSources
from packhorse.usecases.read_upload import begin_uploads, ingest_unless_overtaken
from packhorse.usecases.upload_phases import Tools

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> None:
    """Read the files of a notification of S3, or continue an upload; if that fails, Lambda retries."""
    config = configuration.current()
    tools = Tools(
        writer=uuid4().hex,
        hand_over=send_orders,
        known=orders.existing_ids,
        claim=claims.claim_orders,
        pass_on=requeue_upload,
        remaining=seconds_left(context),
        channels=config.channels,
        shelves=StockSources(config.warehouses, catalogue.find_products, stock.balances_at),
    )
    for upload in begin_uploads(event, tools.writer):
        ingest_unless_overtaken(upload, tools)
