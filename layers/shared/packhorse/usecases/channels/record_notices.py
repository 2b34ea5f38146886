"""Steps that record in an order what became of a notice, or a cancellation, to its channel."""

from datetime import datetime

from packhorse.domain.errors import (
    CredentialsRefused,
    NoTurn,
    NotYet,
    OutOfTime,
    PackhorseError,
    Rejected,
    Unavailable,
)
from packhorse.domain.orders.cancel_notice import OwedCancellation
from packhorse.domain.orders.cancel_notifying import (
    cancelled_in_channel,
    left_to_person,
    not_cancelled,
    put_cancellation_off,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.due_notice import Due, due_now
from packhorse.domain.orders.hold_notice import OwedHold
from packhorse.domain.orders.hold_notifying import (
    hold_not_sent,
    hold_sent,
    put_hold_off,
    with_hold_intended,
    without_hold_intended,
)
from packhorse.domain.orders.notice import OwedNotice
from packhorse.domain.orders.notifying import (
    BEHIND_ANOTHER,
    WITHOUT_CREDENTIALS,
    not_notified,
    notified,
    put_off,
    with_notice_intended,
    without_notice_intended,
)
from packhorse.domain.orders.order import Order
from packhorse.usecases.channels.cancel_in_channel import ByHand

DID_NOTHING = (Rejected, CredentialsRefused, NoTurn, OutOfTime)
"""Failures after which an outside system has not done what was requested; after any other it may have."""


def with_intent(order: Order, _: datetime, __: str, *, owed: OwedHold | OwedNotice) -> Change:
    """Record that the channel is about to get a hold, its release or a parcel: it may have it from now on."""
    if isinstance(owed, OwedHold):
        return Change(with_hold_intended(order, owed))
    return Change(with_notice_intended(order, owed))


def with_sent(order: Order, now: datetime, _: str, *, owed: Due, references: tuple[str, ...]) -> Change:
    """Record that the channel took it; `references` are its own ids of a parcel that left, or of what it holds."""
    if isinstance(owed, OwedCancellation):
        return Change(cancelled_in_channel(order, now))
    if isinstance(owed, OwedHold):
        return Change(hold_sent(order, owed, references, now))
    return Change(notified(order, owed, references, now))


def with_nothing_done(order: Order, _: datetime, __: str, *, owed: Due, error: PackhorseError) -> Change:
    """Take back what was recorded before the call: the channel refused it, or was not called, and has nothing of it."""
    return Change(_as_before(order, owed, error))


def with_failed(
    order: Order, now: datetime, _: str, *, owed: Due, error: Rejected | NotYet | CredentialsRefused
) -> Change:
    """Record that the channel refused it, has not done it yet, has no right for it, or cannot do it at all."""
    order = _as_before(order, owed, error)
    if isinstance(error, ByHand) and isinstance(owed, OwedCancellation):
        return Change(left_to_person(order, owed, error.in_full, now))
    if isinstance(error, Rejected):
        return Change(_with_try(order, owed, error.in_full, now, for_good=True, wait=None))
    job = error.job if isinstance(error, NotYet) else ""
    return Change(_with_try(order, owed, error.in_full, now, for_good=False, wait=error.retry_after, job=job))


def with_put_off(order: Order, now: datetime, _: str, *, error: Unavailable, unanswered: Due | None) -> Change:
    """Record that the channel did not answer, to this or to what was to be sent before it."""
    if unanswered and not isinstance(error, CredentialsRefused):
        job = unanswered.job if isinstance(unanswered, OwedCancellation) else ""
        return Change(_with_try(order, unanswered, str(error), now, for_good=False, wait=error.retry_after, job=job))
    owed = due_now(order, now)
    if owed is None:
        return Change(order)
    wait = WITHOUT_CREDENTIALS if isinstance(error, CredentialsRefused) else max(BEHIND_ANOTHER, error.retry_after or 0)
    if isinstance(owed, OwedCancellation):
        return Change(put_cancellation_off(order, owed, str(error), now, wait))
    if isinstance(owed, OwedHold):
        return Change(put_hold_off(order, owed, str(error), now, wait))
    return Change(put_off(order, owed, str(error), now, wait))


def _as_before(order: Order, owed: Due, error: PackhorseError) -> Order:
    """Return the order without the intent of a call after which the channel has nothing of it for certain."""
    if error.is_in_part or not isinstance(error, DID_NOTHING):
        return order
    if isinstance(owed, OwedHold):
        return without_hold_intended(order, owed)
    return without_notice_intended(order, owed) if isinstance(owed, OwedNotice) else order


def _with_try(
    order: Order, owed: Due, problem: str, now: datetime, *, for_good: bool, wait: float | None, job: str = ""
) -> Order:
    if isinstance(owed, OwedCancellation):
        return not_cancelled(order, owed, problem, now, for_good=for_good, wait=wait, job=job)
    if isinstance(owed, OwedHold):
        return hold_not_sent(order, owed, problem, now, for_good=for_good, wait=wait)
    return not_notified(order, owed, problem, now, for_good=for_good, wait=wait)
