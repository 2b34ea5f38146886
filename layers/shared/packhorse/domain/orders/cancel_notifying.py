"""Steps of an order as its cancellation is sent to its channel: it got through, failed, or is left to a person."""

from datetime import datetime, timedelta

from packhorse.domain.orders.cancel_notice import CancelNotice, OwedCancellation, owed_cancellation
from packhorse.domain.orders.exceptions import with_current_exception, with_exception
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.tries import EXCEPTION_AFTER, next_try
from packhorse.domain.orders.updates import with_entry
from packhorse.domain.problem import Cause


def cancelled_in_channel(order: Order, at: datetime) -> Order:
    """Return the order after its channel took the cancellation of the whole: what was paid is still to be refunded."""
    done = order.replace(cancel_notice=CancelNotice(notified_at=at))
    detail = f"{order.channel}: cancelled; no money moved"
    done = with_status(with_entry(done, at, "notified", "packhorse", detail), at, "packhorse")
    if order.paid_at is None or order.refunded_at:
        return done
    message = f"{order.channel} cancelled the order, and the buyer has paid: refund it there"
    return with_exception(done, OrderException(cause=Cause.NOT_REFUNDED, message=message, opened_at=at))


def not_cancelled(
    order: Order,
    tried: OwedCancellation,
    problem: str,
    at: datetime,
    *,
    for_good: bool,
    wait: float | None,
    job: str,
) -> Order:
    """Return the order after its channel did not cancel it: it is sent again later, at the earliest in `wait` seconds.

    `for_good`: the channel refused it, which becomes an exception at once. `job`: what the channel is at, by its id.
    """
    tries = tried.tries + 1
    failed = _failed(tried, tries, problem, next_try(tries, at, wait))
    order = order.replace(cancel_notice=failed.replace(job=job))
    if not for_good and tries < EXCEPTION_AFTER:
        return order
    return _with_problem(order, tried, f"{order.channel} did not cancel the order: {problem}", at)


def left_to_person(order: Order, owed: OwedCancellation, problem: str, at: datetime) -> Order:
    """Return the order with a cancellation that cannot be sent: a person has to make it in the channel."""
    return _with_problem(order.replace(cancel_notice=_failed(owed, 1, problem, None)), owed, problem, at)


def put_cancellation_off(order: Order, owed: OwedCancellation, problem: str, at: datetime, seconds: float) -> Order:
    """Return the order with a cancellation that waits for something else, such as credentials: no try counts."""
    waiting = _failed(owed, max(1, owed.tries), problem, at + timedelta(seconds=seconds))
    return order.replace(cancel_notice=waiting.replace(job=owed.job))


def kept_in_channel(order: Order, at: datetime) -> Order:
    """Return the order as one that was cancelled here only: it stays as it is in its channel."""
    return with_status(order.replace(is_cancelled_here_only=True), at, "packhorse")


def to_cancel_again(order: Order) -> Order:
    """Return the order with the cancellation that its channel is owed to be sent at once."""
    owed = owed_cancellation(order)
    return order.replace(cancel_notice=CancelNotice(tried=owed.what, job=owed.job)) if owed else order


def _failed(owed: OwedCancellation, tries: int, problem: str, next_at: datetime | None) -> CancelNotice:
    return CancelNotice().with_try(owed.what, tries, problem, next_at)


def _with_problem(order: Order, tried: OwedCancellation, message: str, at: datetime) -> Order:
    owed = owed_cancellation(order)
    if owed is None or owed.what != tried.what:
        return order  # the channel may have it meanwhile
    problem = OrderException(cause=Cause.CHANNEL_NOT_CANCELLED, message=message, opened_at=at)
    return with_current_exception(order, problem)
