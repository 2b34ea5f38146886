"""Finish the wait of an execution: record in the order which fulfilment orders are overdue."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from packhorse.aws.telemetry import logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import WaitOutcome, finished
from packhorse.domain.schema import Reader
from packhorse.domain.values import OrderId, Value
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one


class ExecutionResult(Value):
    """The state machine's input: how the wait for fulfilment orders of an attempt ended, for one of them or all."""

    order: OrderId
    attempt: int
    outcomes: tuple[WaitOutcome, ...]


EXECUTION_RESULT = Reader(TypeAdapter(ExecutionResult))


def finish(ended: ExecutionResult, now: datetime) -> dict[str, Any]:
    """Open an exception of the order for each overdue fulfilment order; return the order's status."""
    order = orders.get_order(ended.order)
    after = finished(order, ended.attempt, ended.outcomes, now)
    if after != order:
        after = commit_one(Write(Change(after), order, "packhorse"), now)
    logger.info("wait finished", extra={"order_id": order.id, "attempt": ended.attempt, "status": after.status})
    return {"order": order.id, "status": after.status}
