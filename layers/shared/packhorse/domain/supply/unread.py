"""Rows of a supplier's answers that were not applied and may say that units left: what these units are kept from.

Nothing takes such a fulfilment order from its supplier by itself: the units would ship twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_fulfilment
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answering import Answered, Known, answered
from packhorse.domain.supply.answers import AnswerRow
from packhorse.domain.values import Units


def answered_in_part(
    order: Order, number: int, rows: Sequence[AnswerRow], at: datetime, who: str, knowing: Known
) -> Answered:
    """Return the order after the rows about a fulfilment order, others of which could not be read.

    Rows that take back whatever remains are faults: units that have left may be among that.
    """
    done = answered(order, number, rows, at, who, knowing._replace(is_in_part=True))
    return done._replace(change=done.change._replace(order=_marked(done.change.order, number)))


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


def units_with(fulfilment: FulfilmentOrder, author: str) -> Units:
    """Return the units by line that such a row may be about, with those that its supplier said not to ship."""
    return fulfilment.wanted + _kept_back(fulfilment, author)


def has_shipped(fulfilment: FulfilmentOrder, units: Mapping[str, int], author: str) -> bool:
    """Return whether a fulfilment order has shipped, and all of these units are in its parcels.

    Those that its supplier itself, the `author`, says it does not ship need not be; those that others took from it do.
    """
    elsewhere = Counter(units) - fulfilment.shipped - _kept_back(fulfilment, author)
    return not fulfilment.is_open and bool(fulfilment.parcels) and not elsewhere


def _kept_back(fulfilment: FulfilmentOrder, author: str) -> Units:
    """Return the units by line of which the supplier says that it does not ship them."""
    agreed = Counter(fulfilment.cancellation.accepted if fulfilment.cancellation else {})
    return sum((Counter(each.units) for each in fulfilment.rejections if each.who == author), agreed)


def _marked(order: Order, number: int) -> Order:
    fulfilment = fulfilment_order_of(order, number)
    if not fulfilment.is_open or fulfilment.may_have_shipped:
        return order
    return with_fulfilment(order, fulfilment.replace(may_have_shipped=True))
