"""Void a label: the carrier takes it back, its parcel has not left after all, and its units are to be sent again."""

from collections.abc import Callable
from datetime import datetime

from packhorse.aws.telemetry import logger
from packhorse.carriers.protocol import Selling
from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import label_of, label_voided, void_refused, voiding
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.store import configuration, orders
from packhorse.usecases.change_order import change_order, commit_step
from packhorse.usecases.connect_carrier import account_of, connect_carrier
from packhorse.usecases.finish_labels import FINISHED_AFTER
from packhorse.usecases.run_batch import record_void


def void_label(order_id: OrderId, number: int, label_id: str, who: str, remaining: Callable[[], float]) -> Label:
    """Void a label; raises NotNow if the carrier refuses, Unavailable if it does not answer: then request it again.

    That the void is requested is stored before: a process that dies after it is followed by one that repeats it, and
    the carrier answers a repeated request with how far the first one is.
    """
    config = configuration.current()
    label = label_of(orders.get_order(order_id), number, label_id)
    with connect_carrier(account_of(label, config), remaining) as carrier:
        after = None if label.state is LabelState.VOIDING else FINISHED_AFTER
        commit_step(order_id, lambda order, now, _: Change(voiding(order, number, label_id, now)), who, after)
        refund, problem = requested(carrier, label)
    if refund is Refund.REJECTED:
        commit_step(order_id, lambda order, now, _: Change(void_refused(order, number, label_id, now, who)), who)
        raise NotNow(f"the carrier does not take the label back: {problem}")

    record_void(order_id, number, label_id)  # first: what dies after it is repeated, since the label is VOIDING

    def step(order: Order, now: datetime, _: str) -> Change:
        return label_voided(order, number, label_id, refund, now, who, restock=config.restock)

    order = change_order(order_id, step, who)
    logger.info("label voided", extra={"order_id": order_id, "fulfilment": number, "label": label_id})
    return label_of(order, number, label_id)


def requested(carrier: Selling, label: Label) -> tuple[Refund, str]:
    """Request the refund of a label; return how far it is, and why it is refused."""
    try:
        return carrier.void(label.sale), "its parcel is on its way, or it is too old"
    except Rejected as error:
        return Refund.REJECTED, error.in_full
