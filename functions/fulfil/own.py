"""Asks our own warehouses for the work of an order: the own queue, each message with the token of an execution."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse import workflow
from packhorse.batch import each
from packhorse.domain.fulfilment import requested
from packhorse.domain.life import Change
from packhorse.domain.shipping import work_of
from packhorse.domain.values import OrderId, Value
from packhorse.patience import persistently
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one
from packhorse.telemetry import count, logger, metrics


class Asked(Value):
    """What the state machine sends."""

    order: OrderId
    attempt: int
    fulfilment: int
    kind: str
    token: str


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the own queue."""
    return each(event, lambda body: persistently(partial(ask, Asked.model_validate_json(body), datetime.now(UTC))))


def ask(asked: Asked, now: datetime) -> None:
    """Puts the work before the warehouse and keeps the token; work that has ended meanwhile is answered at once.

    An execution that was given up for lost, and replaced, asks in vain.
    """
    order = orders.get(asked.order)
    work = work_of(order, asked.fulfilment)
    if not work.is_open:
        workflow.tell(asked.token, work)
    if not work.is_open or work.attempt != asked.attempt:
        return
    wanted = requested(order, asked.fulfilment, asked.token, now)
    commit_one(Write(Change(wanted), order, "packhorse"), now)
    logger.info("work requested", extra={"order_id": order.id, "warehouse": work.warehouse})
    count("FulfilmentsRequested")
