"""Rows of a supplier's answers that were not applied and may say that units left: what these units are kept from.

Nothing takes such a fulfilment order from its supplier by itself: the units would ship twice.
"""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Answered, Known, answered
from packhorse.domain.supply.answers import AnswerRow, RowFault

TAKES_REST = frozenset({Meaning.REJECTED, Meaning.CANCELLED})
TEXT = "says that of whatever remains, but a row that may say that units have left was not applied: name the units"


def answered_in_part(
    order: Order, number: int, rows: Sequence[AnswerRow], at: datetime, who: str, knowing: Known
) -> Answered:
    """Return the order after the rows about a fulfilment order, others of which could not be read.

    Rows that take back whatever remains are faults: units that have left may be among that.
    """
    vague = [row for row in rows if row.meaning in TAKES_REST and row.quantity is None]
    done = answered(order, number, [row for row in rows if row not in vague], at, who, knowing)
    faults = (*done.reply.faults, *(RowFault(row.row, "quantity", TEXT) for row in vague))
    return Answered(done.change._replace(order=_marked(done.change.order, number)), done.reply.replace(faults=faults))


def answered_as_read(
    order: Order, number: int, rows: Sequence[AnswerRow], at: datetime, who: str, knowing: Known
) -> Answered:
    """Return the order after the rows about a fulfilment order, all of which could be read, though not all may fit."""
    done = answered(order, number, rows, at, who, knowing)
    wrong = {fault.row for fault in done.reply.faults}
    if fulfilment_order_of(order, number).may_have_shipped or any(
        row.row in wrong and row.meaning is Meaning.SHIPPED for row in rows
    ):
        return answered_in_part(order, number, rows, at, who, knowing)
    return done


def has_shipped(fulfilment: FulfilmentOrder) -> bool:
    """Return whether all that is left of a fulfilment order has shipped."""
    return not fulfilment.is_open and bool(fulfilment.parcels)


def _marked(order: Order, number: int) -> Order:
    fulfilment = fulfilment_order_of(order, number)
    if not fulfilment.is_open or fulfilment.may_have_shipped:
        return order
    return with_fulfilment(order, fulfilment.replace(may_have_shipped=True))
