"""Have labels finished that an earlier process left behind, perhaps bought or voided at the carrier."""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.labels.label import AT_CARRIER, Label, LabelState
from packhorse.domain.orders.labelling import is_late, unfinished_labels
from packhorse.domain.orders.order import Order
from packhorse.messages.labels import BuyLabel, VoidLabel, send_label
from packhorse.messages.orders import send_advance

FINISHED_AFTER = 150
"""Seconds after which a label is finished even if its process dies: a little longer than `CALL_LASTS`."""
LATE_ONES_AFTER = 900
"""Seconds between the tries of labels that could not be finished for hours: the longest delay of a message."""


def finish_labels(order: Order, now: datetime) -> None:
    """Invoke the label function for each label whose carrier no process waits for; repeating it is harmless."""
    for number, label in unfinished_labels(order, now):
        kind = BuyLabel if label.state is LabelState.BUYING else VoidLabel
        send_label(kind(order=order.id, fulfilment=number, label=label.id, who=label.called_by))


def advance_until_finished(order: Order, now: datetime) -> None:
    """Send the message to finish labels of the order once more, if any is left: nothing else finds one that is over.

    Each such message sends one: others would begin a series of their own.
    """
    left = [label for each in order.fulfilments for label in each.labels if label.state in AT_CARRIER]
    if left:
        send_advance([order.id], seconds_to_next(left, now), for_labels=True)


def seconds_to_next(left: Sequence[Label], now: datetime) -> int:
    """Return after how many seconds labels that are left are tried once more."""
    return LATE_ONES_AFTER if all(is_late(each, now) for each in left) else FINISHED_AFTER
