"""Money of voided labels: what their carriers decide, weeks later, and when they are queried."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Refund, RefundReport
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.labelling import label_of, with_label
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause

ASKED_AFTER = tuple(timedelta(days=days) for days in (1, 2, 4, 8, 16, 31, 45, 60, 90))
"""Ages of a void at which its carrier is queried what it decided; until the last one a refusal may be taken back."""

MOVES: Mapping[Refund, frozenset[Refund]] = {
    Refund.SUBMITTED: frozenset({Refund.UNDECIDED, Refund.REFUNDED, Refund.REJECTED}),
    Refund.UNDECIDED: frozenset({Refund.REFUNDED, Refund.REJECTED}),
    Refund.REJECTED: frozenset({Refund.REFUNDED}),
    Refund.REFUNDED: frozenset(),
}
"""What a refund may become: money that came back stays, whatever is reported late."""

ENTRIES = {
    Refund.REFUNDED: "label_refunded",
    Refund.REJECTED: "refund_rejected",
    Refund.UNDECIDED: "refund_undecided",
}
"""Entries of the timeline."""


def awaits_refund(label: Label) -> bool:
    """Return whether money for a label may still come back."""
    return label.state is LabelState.VOIDED and bool(MOVES[label.refund or Refund.SUBMITTED])


def asked_next(label: Label, now: datetime) -> datetime | None:
    """Return when the carrier is queried about the refund next, None if it is not any more."""
    times = (label.attempted_at + age for age in ASKED_AFTER)
    return next((each for each in times if each > now), None) if awaits_refund(label) else None


def refund_of(label: Label, answer: Refund | None, now: datetime, within: timedelta) -> Refund:
    """Return how far a refund is by what its carrier answers; `within` is how long it usually takes to decide."""
    if answer in (Refund.REFUNDED, Refund.REJECTED):
        return answer
    return Refund.UNDECIDED if now - label.attempted_at >= within else Refund.SUBMITTED


def refund_reached(order: Order, number: int, label_id: str, refund: Refund, at: datetime, who: str) -> Order:
    """Return the order after the refund of a label got so far.

    Money that does not come, or not in time, is an exception of the order that has the label, not of others in its
    parcel.
    """
    label = label_of(order, number, label_id)
    if not awaits_refund(label) or refund not in MOVES[label.refund or Refund.SUBMITTED]:
        return order
    order = with_label(order, number, label.replace(refund=refund))
    order = with_entry(order, at, ENTRIES[refund], who, label.name)
    if refund is not Refund.REFUNDED and label.holder is None:
        order = with_current_exception(order, _not_refunded(number, label, refund, at))
    return with_status(order, at, who)


def refund_reported(order: Order, number: int, report: RefundReport, at: datetime, who: str) -> Order:
    """Return the order after a carrier reported its decision by the tracking number of a label."""
    labels = (label for label in fulfilment_order_of(order, number).labels if label.tracking == report.tracking)
    for label in labels:
        order = refund_reached(order, number, label.id, report.refund, at, who)
    return order


def _not_refunded(number: int, label: Label, refund: Refund, at: datetime) -> OrderException:
    price = label.purchase.price if label.purchase else label.rate.price
    what = f"the label {label.name} of {price.amount} {price.currency}"
    since = f"has not decided since {label.attempted_at:%Y-%m-%d} whether it refunds"
    said = "refuses to refund" if refund is Refund.REJECTED else since
    return OrderException(
        cause=Cause.LABEL_NOT_REFUNDED,
        fulfilment=number,
        tracking=(label.name,),
        message=f"fulfilment {number}: the carrier {said} {what}",
        opened_at=at,
    )
