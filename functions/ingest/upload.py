"""Reads CSV files of orders and of stock: invoked by S3 with its notifications, and by itself to continue.

Files are read from checkpoint to checkpoint, see `usecases.intake.read_upload`.
"""

from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import seconds_left
from packhorse.aws.telemetry import logger, metrics
from packhorse.store import configuration
from packhorse.usecases.intake.read_upload import begin_uploads, ingest_unless_overtaken, tools_for

prepare("dynamodb", "s3", "sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> None:
    """Read the files of a notification of S3, or continue an upload; if that fails, Lambda retries."""
    tools = tools_for(configuration.current(), seconds_left(context))
    for upload in begin_uploads(event, tools.writer):
        ingest_unless_overtaken(upload, tools)
