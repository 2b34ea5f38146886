"""Have labels finished that an earlier process left behind, perhaps bought or voided at the carrier."""

from datetime import datetime

from packhorse.domain.labels.label import AT_CARRIER, LabelState
from packhorse.domain.orders.labelling import unfinished_labels
from packhorse.domain.orders.order import Order
from packhorse.messages.labels import BuyLabel, VoidLabel, send_label
from packhorse.messages.orders import send_advance

FINISHED_AFTER = 150
"""Seconds after which a label is finished even if its process dies: a little longer than `CALL_LASTS`."""


def finish_labels(order: Order, now: datetime) -> None:
    """Invoke the label function for each label whose carrier no process waits for; repeating it is harmless."""
    for number, label in unfinished_labels(order, now):
        kind = BuyLabel if label.state is LabelState.BUYING else VoidLabel
        send_label(kind(order=order.id, fulfilment=number, label=label.id, who=label.called_by))


def advance_until_finished(order: Order) -> None:
    """Send the message to finish labels of the order once more, if any is left: nothing else finds one that is over.

    Each such message sends one: others would begin a series of their own.
    """
    if any(label.state in AT_CARRIER for each in order.fulfilments for label in each.labels):
        send_advance([order.id], FINISHED_AFTER, for_labels=True)
