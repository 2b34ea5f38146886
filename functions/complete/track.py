"""Takes in news of parcels: the tracking queue."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from packhorse import workflow
from packhorse.batch import each
from packhorse.domain.errors import Rejected
from packhorse.domain.life import Change, with_exception
from packhorse.domain.order import Order
from packhorse.domain.shipping import shipped
from packhorse.inbox import Shipped
from packhorse.patience import persistently
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one, pay
from packhorse.telemetry import count, logger, metrics


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the tracking queue."""
    return each(event, lambda body: persistently(partial(track, Shipped.model_validate_json(body), datetime.now(UTC))))


def track(news: Shipped, now: datetime) -> None:
    """Ships what left, and tells the execution that waits for it; news that cannot be true becomes an exception."""
    order = orders.get(news.order_id)
    change = told(order, news, now)
    if change.order != order:
        order = commit_one(Write(change, order, news.who), now)
        logger.info("order shipped", extra={"order_id": order.id, "status": order.status})
        count("ParcelsShipped", len(news.parcels))
    workflow.settle(pay(order, news.who, now))


def told(order: Order, news: Shipped, now: datetime) -> Change:
    """The order after the news."""
    try:
        return shipped(order, news.fulfilment, news.parcels, news.at, news.who)
    except Rejected as error:
        details = "; ".join(problem.message for problem in error.errors)
        message = f"fulfilment {news.fulfilment}: {error} {details}".strip()
        numbers = "_".join(parcel.tracking for parcel in news.parcels)
        return Change(with_exception(order, now, f"shipment_refused_{news.fulfilment}_{numbers}", message))
