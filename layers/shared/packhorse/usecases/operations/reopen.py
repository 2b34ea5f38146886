"""Reopen an exception that a person dismissed: it was dismissed by mistake, or needs a person after all."""

from datetime import UTC, datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import reopened
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.past_exceptions import is_past
from packhorse.domain.problem import Cause
from packhorse.domain.values import ChannelId
from packhorse.store import exceptions, polls
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.orders.change_order import change_order


def reopen(read: OpenException, who: str) -> OpenException:
    """Open a dismissed exception in the name of `who`, and its order's own with it; raises NotNow if it is over.

    One that is open, or retried, is returned as it is.
    """
    if read.state is ExceptionState.RESOLVED:
        raise NotNow("it is over already")
    if read.state is not ExceptionState.DISMISSED:
        return read
    now = datetime.now(UTC)
    if read.order:
        change_order(read.order, lambda order, now, who: _reopened(order, _in_order(read, now), who), who)
        read = exceptions.get_exception(read.id)
    if read.cause == Cause.ORDER_NOT_READ:  # each poll reads it again, as before
        polls.save_unread(ChannelId(str(read.subject.channel)), [str(read.subject.channel_order_id)], now)
    return exceptions.mark(read, ExceptionState.OPEN, who, now)


def _reopened(order: Order, problem: OrderException, who: str) -> Change:
    if is_past(problem, order):  # nothing would end it: the order's step that does may have been its last
        raise NotNow("what it is about is over")
    return Change(reopened(order, problem, who))


def _in_order(read: OpenException, now: datetime) -> OrderException:
    return OrderException(
        cause=read.cause,
        line=read.line,
        fulfilment=read.subject.fulfilment,
        tracking=read.subject.tracking,
        message=read.message,
        orders=tuple(each.id for each in read.orders),
        opened_at=now,
    )
