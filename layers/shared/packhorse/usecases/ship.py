"""Ship: take in parcels that left a warehouse."""

from datetime import datetime

from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import shipped
from packhorse.messages.tracking import ParcelsShipped
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one, commit_owed


def ship_parcels(news: ParcelsShipped, now: datetime) -> None:
    """Ships what left, and tells the execution that waits for it; news that cannot be true becomes an exception."""
    order = orders.get_order(news.order_id)
    change = apply_parcels(order, news, now)
    if change.order != order:
        order = commit_one(Write(change, order, news.who), now)
        logger.info("order shipped", extra={"order_id": order.id, "status": order.status})
        add_metric("ParcelsShipped", len(news.parcels))
    answer_tokens(commit_owed(order, news.who, now))


def apply_parcels(order: Order, news: ParcelsShipped, now: datetime) -> Change:
    """The order after the news."""
    try:
        return shipped(order, news.fulfilment, news.parcels, news.at, news.who)
    except Rejected as error:
        details = "; ".join(problem.message for problem in error.errors)
        message = f"fulfilment {news.fulfilment}: {error} {details}".strip()
        numbers = "_".join(parcel.tracking for parcel in news.parcels)
        return Change(with_exception(order, now, f"shipment_refused_{news.fulfilment}_{numbers}", message))
