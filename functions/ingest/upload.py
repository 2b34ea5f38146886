"""Reads CSV files of orders and of stock: invoked by S3 with its notifications, and by itself with continuations.

A file of orders is surveyed, read, read again for the orders whose rows are apart, and reported on, checkpoint after
checkpoint; one of stock is read once, as its rows stand alone. Killed anywhere, the next attempt goes on at the last
checkpoint; short of time, it sends itself on to another invocation. What lies between two checkpoints may be done
twice: orders have ids of their own, parts of the report too, and stock changes together with its checkpoint.
"""

from typing import Any
from uuid import uuid4

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.messages.orders import send_orders
from packhorse.messages.uploads import requeue_upload
from packhorse.store import catalogue, configuration, orders, stock
from packhorse.usecases.apply_stock_rows import StockSources
from packhorse.usecases.read_upload import Tools, begin_uploads, ingest_unless_overtaken

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> None:
    """One notification of S3, or one continuation; a failure is Lambda's to retry."""
    config = configuration.current()
    tools = Tools(
        writer=uuid4().hex,
        hand_over=send_orders,
        known=orders.existing_ids,
        pass_on=requeue_upload,
        remaining=seconds_left(context),
        channels=config.channels,
        shelves=StockSources(config.warehouses, catalogue.find_products, stock.balances_at),
    )
    for upload in begin_uploads(event, tools.writer):
        ingest_unless_overtaken(upload, tools)
