"""Reads CSV files of orders and of stock: invoked by S3 with its notifications, and by itself to continue.

Files are read from checkpoint to checkpoint, see `usecases.read_upload`.
"""

from functools import partial
from typing import Any
from uuid import uuid4

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.messages.orders import send_orders
from packhorse.messages.uploads import requeue_upload
from packhorse.store import catalogue, claims, configuration, stock
from packhorse.usecases.apply_stock_rows import StockSources
from packhorse.usecases.known_orders import known_orders
from packhorse.usecases.read_upload import begin_uploads, ingest_unless_overtaken
from packhorse.usecases.upload_phases import Tools

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> None:
    """Read the files of a notification of S3, or continue an upload; if that fails, Lambda retries."""
    config = configuration.current()
    connected = {name for name, channel in config.channels.items() if channel.kind is not ChannelKind.OFFLINE}
    tools = Tools(
        writer=uuid4().hex,
        send_orders=send_orders,
        known_orders=partial(known_orders, connected=connected),
        claim=claims.claim_orders,
        requeue=requeue_upload,
        remaining=seconds_left(context),
        channels=config.channels,
        encodings={name: each.file_encoding for name, each in config.channels.items() if each.file_encoding},
        by_id={name for name in connected if CHANNELS[config.channels[name].kind].has_order_ids},
        currency=config.account.currency,
        warehouses={name for name, warehouse in config.warehouses.items() if warehouse.active},
        shelves=StockSources(config.warehouses, catalogue.find_products, stock.balances_at),
    )
    for upload in begin_uploads(event, tools.writer):
        ingest_unless_overtaken(upload, tools)
