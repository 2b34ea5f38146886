"""Finish an attempt: record in the order what its execution found overdue."""

from datetime import datetime
from typing import Any

from packhorse.aws.telemetry import logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import WaitOutcome, finished
from packhorse.domain.values import OrderId, Value
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one


class ExecutionResult(Value):
    """What the state machine sends: how each fulfilment order of the attempt ended."""

    order: OrderId
    attempt: int
    outcomes: tuple[WaitOutcome, ...]


def finish(ended: ExecutionResult, now: datetime) -> dict[str, Any]:
    """The order's status, after work that nobody answered in time became an exception of the order."""
    order = orders.get_order(ended.order)
    after = finished(order, ended.outcomes, now)
    if after != order:
        after = commit_one(Write(Change(after), order, "packhorse"), now)
    logger.info("attempt finished", extra={"order_id": order.id, "attempt": ended.attempt, "status": after.status})
    return {"order": order.id, "status": after.status}
