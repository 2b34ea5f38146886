"""Have labels finished that an earlier process left behind, perhaps bought or voided at the carrier."""

from datetime import datetime

from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.labelling import unfinished_labels
from packhorse.domain.orders.order import Order
from packhorse.messages.labels import BuyLabel, VoidLabel, send_label


def finish_labels(order: Order, now: datetime) -> None:
    """Invoke the label function for each label whose carrier no process waits for; repeating it is harmless."""
    for number, label in unfinished_labels(order, now):
        kind = BuyLabel if label.state is LabelState.BUYING else VoidLabel
        send_label(kind(order=order.id, fulfilment=number, label=label.id, who=label.who))
