"""Exceptions of an order that are past: what they are about is over, mended or gone."""

from collections.abc import Callable, Mapping
from datetime import datetime

from packhorse.domain.address import has_unknown_country, is_missing
from packhorse.domain.labels.label import AT_CARRIER, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import FAILED
from packhorse.domain.orders import reported
from packhorse.domain.orders.cancel_notice import lacking_cancellation
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.hold_notice import owed_hold
from packhorse.domain.orders.notice import NoticeKind, owed_notices
from packhorse.domain.orders.order import Hold, Order, OrderException
from packhorse.domain.orders.parcel import numbers_of
from packhorse.domain.problem import Cause


def is_addressed(order: Order) -> bool:
    """Return whether its address is on its way: a warehouse has it, or a label that is paid for."""
    return any(each.is_with_warehouse or each.waiting_labels for each in order.fulfilments)


DELETED = "deleted"
"""The id of the hold of an order that its channel deleted."""


def deletion(at: datetime) -> OrderException:
    """Return the exception of an order that its channel deleted, and that is held for that."""
    message = "the channel deleted the order: it is held until it is cancelled or released"
    return OrderException(cause=Cause.DELETED_IN_CHANNEL, message=message, opened_at=at)


UNFULFILLABLE_HOLD = "fba "
"""The prefix of the id of a hold of an order that Amazon cannot ship; the id of the fulfilment order follows."""
IS_HELD_FOR: Mapping[str, Callable[[Hold], bool]] = {
    Cause.DELETED_IN_CHANNEL: lambda hold: hold.id == DELETED,
    Cause.SAME_ORDER: lambda hold: hold.other is not None,
    Cause.UNFULFILLABLE: lambda hold: hold.id.startswith(UNFULFILLABLE_HOLD),
}
"""Whether a hold goes with the exception of a cause, which ends with it."""

UNVOIDED = frozenset({LabelState.UNUSED, LabelState.VOIDING})
"""States of a label of which nothing is left to send, and that is not voided yet."""

NOT_ROUTED = frozenset({Cause.UNMATCHED_SKU, Cause.EXCLUDED_WAREHOUSE})
"""Causes of exceptions about units without a warehouse."""


def is_past(problem: OrderException, order: Order) -> bool:
    """Return whether the exception has no object any more."""
    return IS_PAST.get(problem.cause, _has_ended)(problem, order)


def _has_country(_: OrderException, order: Order) -> bool:
    return order.is_over or not has_unknown_country(order.ship_to)


def _has_address(_: OrderException, order: Order) -> bool:
    return order.is_over or not is_missing(order.ship_to)


def _has_its_units(problem: OrderException, order: Order) -> bool:
    return not any(line.id == problem.line and line.unallocated for line in order.lines)


def _is_with_us(_: OrderException, order: Order) -> bool:
    return not is_addressed(order)


def _is_not_held(problem: OrderException, order: Order) -> bool:
    return order.is_over or not any(map(IS_HELD_FOR[problem.cause], order.holds))


def _has_ended(problem: OrderException, order: Order) -> bool:
    """Return whether the overdue fulfilment order has ended; an exception of any other cause stays."""
    return any(is_late(problem, fulfilment) and not fulfilment.is_open for fulfilment in order.fulfilments)


def _is_recorded(problem: OrderException, order: Order) -> bool:
    """Return whether the order has the parcels that it refused, or did not expect, by their tracking numbers."""
    refused = numbers_of(problem.tracking)
    return bool(refused) and refused <= order.recorded_numbers


def _is_refunded(problem: OrderException, order: Order) -> bool:
    """Return whether the money for a voided label came back after all, or its parcel was sent with it."""
    labels = (label for each in order.fulfilments for label in each.labels if label.name in problem.tracking)
    return _is_recorded(problem, order) or any(label.refund is Refund.REFUNDED for label in labels)


def _is_labelled(problem: OrderException, order: Order) -> bool:
    """Return whether a fulfilment order has a label after all, or has shipped since; an unused label is gone."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    if fulfilment is None:
        return True
    if problem.cause == Cause.LABEL_UNUSED:
        unused = (each.name for each in fulfilment.labels if each.state in UNVOIDED)
        return _is_recorded(problem, order) or not {*problem.tracking} & {*unused}
    has_shipped = any(each.shipped_at > problem.opened_at for each in fulfilment.parcels)
    return not fulfilment.is_open or not fulfilment.unlabelled or has_shipped


def _is_finished(problem: OrderException, order: Order) -> bool:
    """Return whether the carrier said what became of the label."""
    labels = (label for each in order.fulfilments for label in each.labels if label.id in problem.tracking)
    return not any(label.state in AT_CARRIER for label in labels)


def _is_sent(problem: OrderException, order: Order) -> bool:
    """Return whether the fulfilment order is in a batch of its supplier after all, or has ended."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    return fulfilment is None or not fulfilment.is_open or fulfilment.batch is not None


def _is_not_refused(problem: OrderException, order: Order) -> bool:
    """Return whether the fulfilment order has ended, or the refused cancellation is not needed any more.

    It is requested again or agreed to, the units are wanted again, or the hold is released that it was for.
    """
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    found = fulfilment.cancellation if fulfilment and fulfilment.is_open else None
    if found is None or found.state is not CancellationState.REFUSED:
        return True
    return not (found.unwanted or found.elsewhere or order.holds)


def _is_settled(problem: OrderException, order: Order) -> bool:
    """Return whether no cancellation of the fulfilment order waits for an answer, or a person need not pass it on."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    found = fulfilment.cancellation if fulfilment and fulfilment.is_open else None
    is_sent = problem.cause == Cause.CANCELLATION_BY_HAND and found is not None and found.batch is not None
    return found is None or not found.is_pending or is_sent


def _is_not_open(problem: OrderException, order: Order) -> bool:
    """Return whether the fulfilment order has ended."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    return fulfilment is None or not fulfilment.is_open


def _is_acknowledged(problem: OrderException, order: Order) -> bool:
    """Return whether nothing is left of the lines of which the supplier acknowledged fewer units."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    return fulfilment is None or not fulfilment.remaining.keys() & fulfilment.accepts_only.keys()


def _agrees_with_amazon(problem: OrderException, order: Order) -> bool:
    """Return whether the fulfilment order has ended, with no package that Amazon does not show as left any more."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    packages = fulfilment.mcf.packages if fulfilment and fulfilment.mcf else ()
    return _is_not_open(problem, order) and not any(each.is_withdrawn for each in packages)


def _is_answered(problem: OrderException, order: Order) -> bool:
    """Return whether the supplier has answered about the fulfilment order, or that has ended."""
    fulfilment = order.fulfilment(problem.fulfilment or 0)
    return fulfilment is None or not fulfilment.is_unanswered


def _is_delivered(problem: OrderException, order: Order) -> bool:
    """Return whether the parcel is not on its way back any more."""
    lost = (parcel for parcel in order.parcels if parcel.transit and parcel.transit.status in FAILED)
    return not any(parcel.tracking in problem.tracking for parcel in lost)


def _is_notified(problem: OrderException, order: Order) -> bool:
    """Return whether no notice about the fulfilment order fails any more."""
    failing = (owed for owed in owed_notices(order) if owed.fulfilment.number == problem.fulfilment and owed.tries)
    return all(owed.kind is NoticeKind.SHIPPED and reported.is_reported(order, owed.parcel) for owed in failing)


def _is_cancelled_in_channel(_: OrderException, order: Order) -> bool:
    """Return whether the channel has all that was cancelled here."""
    return lacking_cancellation(order) is None


def _is_not_reopened(_: OrderException, order: Order) -> bool:
    """Return whether the channel has the order as none to be sent again: it cancelled it once more, or refunded it."""
    return order.reopened_in_channel_at is None


def _is_held_in_channel(_: OrderException, order: Order) -> bool:
    """Return whether nothing about the hold of the order fails in its channel any more, or it is over."""
    owed = owed_hold(order)
    return owed is None or not owed.tries


def is_late(problem: OrderException, fulfilment: FulfilmentOrder) -> bool:
    """Return whether the exception says that this fulfilment order is overdue."""
    return problem.cause == Cause.OVERDUE and problem.fulfilment == fulfilment.number


IS_PAST: Mapping[str, Callable[[OrderException, Order], bool]] = {
    Cause.UNKNOWN_COUNTRY: _has_country,
    Cause.NO_ADDRESS: _has_address,
    Cause.NOT_BOUGHT: _has_its_units,
    Cause.ADDRESS_CHANGED: _is_with_us,
    Cause.SHIPMENT_REFUSED: _is_recorded,
    Cause.UNEXPECTED_PARCEL: _is_recorded,
    Cause.NOT_DELIVERED: _is_delivered,
    Cause.LABEL_REFUSED: _is_labelled,
    Cause.LABEL_UNUSED: _is_labelled,
    Cause.LABEL_UNFINISHED: _is_finished,
    Cause.LABEL_NOT_REFUNDED: _is_refunded,
    Cause.SUPPLIER_LAYOUT_REFUSED: _is_sent,
    Cause.SUPPLIER_SILENT: _is_answered,
    Cause.ACCEPTED_IN_PART: _is_acknowledged,
    Cause.AMAZON_DIFFERS: _agrees_with_amazon,
    Cause.CHANNEL_NOT_NOTIFIED: _is_notified,
    Cause.CHANNEL_NOT_CANCELLED: _is_cancelled_in_channel,
    Cause.CHANNEL_NOT_HELD: _is_held_in_channel,
    Cause.UNCANCELLED_IN_CHANNEL: _is_not_reopened,
    Cause.CANCELLATION_REFUSED: _is_not_refused,
    Cause.CANCELLATION_BY_HAND: _is_settled,
    Cause.CANCELLATION_UNANSWERED: _is_settled,
    **dict.fromkeys(NOT_ROUTED, _has_its_units),
    **dict.fromkeys(reported.FINDINGS, reported.is_over),
    **dict.fromkeys(IS_HELD_FOR, _is_not_held),
}
"""Whether an exception of a cause has no object any more."""
