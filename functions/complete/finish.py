"""The last state of an order's execution: what it found goes into the order."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse.domain.fulfilment import Outcome, finished
from packhorse.domain.life import Change
from packhorse.domain.values import OrderId, Value
from packhorse.patience import persistently
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one
from packhorse.telemetry import logger


class Ended(Value):
    """What the state machine sends: how each fulfilment order of the attempt ended."""

    order: OrderId
    attempt: int
    outcomes: tuple[Outcome, ...]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One execution's end in, the order's status out."""
    return persistently(partial(finish, Ended.model_validate(event), datetime.now(UTC)))


def finish(ended: Ended, now: datetime) -> dict[str, Any]:
    """The order's status, after work that nobody answered in time became an exception of the order."""
    order = orders.get(ended.order)
    after = finished(order, ended.outcomes, now)
    if after != order:
        after = commit_one(Write(Change(after), order, "packhorse"), now)
    logger.info("attempt finished", extra={"order_id": order.id, "attempt": ended.attempt, "status": after.status})
    return {"order": order.id, "status": after.status}
