"""Parcels that a supplier reports and that do not fit its fulfilment order: an exception, and what ends it."""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.orders.exceptions import with_refused_shipment, without_refused_shipments
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, RowFault


def with_refused_parcels(
    order: Order, number: int, rows: Sequence[AnswerRow], faults: Sequence[RowFault], at: datetime
) -> Order:
    """Return the order with an exception for parcels that its supplier reports and that do not fit it."""
    wrong = {fault.row: fault.message for fault in faults}
    refused = [row for row in rows if row.row in wrong and row.meaning is Meaning.SHIPPED and row.tracking]
    if not refused:
        return order
    message = f"fulfilment {number}: its supplier reports a parcel: {wrong[refused[0].row]}"
    tracking = tuple(dict.fromkeys(row.tracking for row in refused))[:10]
    return with_refused_shipment(order, number, tracking, message, at)


def without_corrected_parcels(
    before: Order, after: Order, number: int, faults: Sequence[RowFault], author: str
) -> Order:
    """Return the order without refused parcels once an answer, all of which fits, ships all that was left.

    An answer about what had shipped before corrects nothing: more may have left. Nor does one after others than the
    supplier, the `author`, took units from it: a refused parcel from before that may hold just these.
    """
    fulfilment = fulfilment_order_of(after, number)
    is_shipped = fulfilment.status is FulfilmentStatus.SHIPPED
    if faults or not is_shipped or not fulfilment_order_of(before, number).is_open:
        return after
    taken_at = max((each.at for each in fulfilment.rejections if each.who != author), default=None)
    return without_refused_shipments(after, number, since=taken_at)
