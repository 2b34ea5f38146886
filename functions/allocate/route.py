"""The orders queue: takes orders in, routes them and commits their stock."""

from collections.abc import Mapping
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.invocation import batch_failures, is_redelivered, parse_record
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger, metrics
from packhorse.domain.values import OrderId
from packhorse.messages.orders import ORDER_MESSAGE, AdvanceOrder
from packhorse.usecases.allocate import route
from packhorse.usecases.take_in import Message

prepare("dynamodb", "sqs", "stepfunctions")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Route a batch of the orders queue; return as batch item failures the messages that are to be delivered again.

    A message that was delivered before may be half done: its order is advanced as well, which repeats its follow-up.
    """
    pending: dict[OrderId, list[Message]] = {}
    about: dict[str, OrderId | None] = {}
    for record in event["Records"]:
        message = parse_record(record, ORDER_MESSAGE.read)
        about[record["messageId"]] = message.order_id if message else None
        if message:
            again = [AdvanceOrder(order_id=message.order_id)] if is_redelivered(record) else []
            pending.setdefault(message.order_id, []).extend([message, *again])
    failed = route(pending)
    unreadable = {name for name, order_id in about.items() if order_id is None}
    return batch_failures(
        event, settings.orders_queue_url, {name for name, order_id in about.items() if order_id in failed}, unreadable
    )
