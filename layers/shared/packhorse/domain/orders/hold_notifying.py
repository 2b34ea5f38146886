"""Steps of an order after its channel was requested to hold or release it: it did, or the request failed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.hold_notice import NEVER_TRIED, HoldNotice, OwedHold, is_to_hold, owed_hold
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.tries import EXCEPTION_AFTER, next_try
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause


def hold_sent(order: Order, sent: OwedHold, parts: Iterable[str], at: datetime) -> Order:
    """Return the order after its channel put the hold on these parts of it, or released it."""
    before = order.hold_notice or NEVER_TRIED
    held = tuple(dict.fromkeys((*before.parts, *parts)))
    done = HoldNotice(notified_at=at, is_held=not sent.is_release, parts=() if sent.is_release else held)
    if is_to_hold(order):
        done = done.replace(released=before.released)
    detail = f"{order.channel}: {'hold released' if sent.is_release else 'on hold'}"
    return with_status(
        with_entry(order.replace(hold_notice=done), at, "notified", "packhorse", detail), at, "packhorse"
    )


def hold_not_sent(
    order: Order, tried: OwedHold, problem: str, at: datetime, *, for_good: bool, wait: float | None
) -> Order:
    """Return the order after its channel did not do it: it is sent again later, at the earliest in `wait` seconds.

    `for_good`: the channel refused it, which becomes an exception at once.
    """
    tries = tried.tries + 1
    order = _with_try(order, tried, tries, problem, next_try(tries, at, wait))
    owed = owed_hold(order)
    if owed is None or owed.what != tried.what or (not for_good and tries < EXCEPTION_AFTER):
        return order
    failed = "did not release the hold of the order" if tried.is_release else "did not put the order on hold"
    message = f"{order.channel} {failed}: {problem}"
    return with_current_exception(order, OrderException(cause=Cause.CHANNEL_NOT_HELD, message=message, opened_at=at))


def with_hold_intended(order: Order, owed: OwedHold) -> Order:
    """Return the order with what is about to be sent, which the channel may have from now on."""
    before = order.hold_notice or NEVER_TRIED
    if before.tried == owed.what:
        return _with_notice(order, before.replace(is_absent=False))
    anew = before.untried().replace(tried=owed.what, is_absent=False)
    return _with_notice(order, anew)


def without_hold_intended(order: Order, owed: OwedHold) -> Order:
    """Return the order after a call that did nothing: its channel has a hold of ours if it may have had one before."""
    before = order.hold_notice or NEVER_TRIED
    return _with_notice(order, before.replace(is_absent=not owed.notice.may_be_held))


def put_hold_off(order: Order, owed: OwedHold, problem: str, at: datetime, seconds: float) -> Order:
    """Return the order with a hold that waits for something else, such as credentials: no try counts."""
    waiting = without_hold_intended(order, owed)
    return _with_try(waiting, owed, max(1, owed.tries), problem, at + timedelta(seconds=seconds))


def _with_notice(order: Order, notice: HoldNotice) -> Order:
    return order if notice == (order.hold_notice or NEVER_TRIED) else order.replace(hold_notice=notice)


def to_hold_again(order: Order) -> Order:
    """Return the order with the hold that its channel is owed to be sent at once; `tried` stays what it may have."""
    if order.hold_notice is None or owed_hold(order) is None:
        return order
    return order.replace(hold_notice=order.hold_notice.untried())


def with_parts_to_hold(order: Order, received: ChannelOrder) -> Order:
    """Return the order with its hold owed again for parts of it that the channel has made since, and not held.

    Parts that it had then and has released since were released by a person there, unless our own release is on its way.
    """
    notice, not_held = order.hold_notice, received.parts_not_held
    if notice is None or not notice.is_held or not_held is None:
        return order
    notice = notice.replace(is_held={*not_held} <= {*notice.parts})
    if not notice.tried and notice.notified_at and received.read_at and received.read_at >= notice.notified_at:
        notice = notice.replace(released=tuple(part for part in notice.parts if part in not_held))
    return _with_notice(order, notice)


def _with_try(order: Order, owed: OwedHold, tries: int, problem: str, next_at: datetime | None) -> Order:
    before = order.hold_notice or NEVER_TRIED
    return order.replace(hold_notice=before.with_try(owed.what, tries, problem, next_at))
