"""Dismiss an exception: a person has dealt with it. The same failure opens it again."""

from datetime import UTC, datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.order import Order
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.store import exceptions, order_exceptions, polls
from packhorse.store.exceptions import OVER, ExceptionState, OpenException
from packhorse.usecases.orders.change_order import change_order


def dismiss(read: OpenException, who: str) -> OpenException:
    """Dismiss an exception in the name of `who`; raises NotNow if the order cannot go on until it is resolved."""
    if read.state in OVER:
        return read
    if not read.dismissible:
        raise NotNow(f"it cannot be dismissed: goods wait until it is resolved. {read.action}")
    if read.order:
        change_order(read.order, lambda order, now, who: Change(_without(order, read.id, now, who)), who)
        read = exceptions.get_exception(read.id)
    if read.cause == Cause.ORDER_NOT_READ:  # else the next poll would read it, and open this again
        polls.forget_unread(ChannelId(str(read.subject.channel)), str(read.subject.channel_order_id))
    return exceptions.mark(read, ExceptionState.DISMISSED, who, datetime.now(UTC))


def _without(order: Order, exception_id: str, now: datetime, who: str) -> Order:
    problem = next((each for each in order.exceptions if order_exceptions.id_in(order, each) == exception_id), None)
    return dismissed(order, problem, now, who) if problem else order
