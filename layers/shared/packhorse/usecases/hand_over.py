"""Hand a fulfilment order over to one of our own warehouses."""

from datetime import datetime

from packhorse.aws.executions import answer_token
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment import requested
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.messages.own import HandOver
from packhorse.store import orders
from packhorse.store.commit import Write, commit_one


def hand_over(asked: HandOver, now: datetime) -> None:
    """Puts the work before the warehouse and keeps the token; work that has ended meanwhile is answered at once.

    An execution that was given up for lost, and replaced, asks in vain.
    """
    order = orders.get_order(asked.order)
    work = fulfilment_order_of(order, asked.fulfilment)
    if not work.is_open:
        answer_token(asked.token, work)
    if not work.is_open or work.attempt != asked.attempt:
        return
    wanted = requested(order, asked.fulfilment, asked.token, now)
    commit_one(Write(Change(wanted), order, "packhorse"), now)
    logger.info("work requested", extra={"order_id": order.id, "warehouse": work.warehouse})
    add_metric("FulfilmentsRequested")
