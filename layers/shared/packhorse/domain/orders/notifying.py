"""Steps of an order as its channel is notified: a notice got through, or failed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.fulfilment_order import Parcel, contents_of
from packhorse.domain.orders.notice import Notice, NoticeKind, OwedNotice, named_parcels, owed_notices
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause

WAITS = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds before each further try."""
WITHOUT_CREDENTIALS = 3600
"""Seconds before the next try while the channel refuses our credentials."""
EXCEPTION_AFTER = 4
"""Tries that fail for a passing reason before it becomes an exception."""


def notified(order: Order, sent: OwedNotice, references: tuple[str, ...], at: datetime) -> Order:
    """Return the order after its channel took a notice; `references` are its own ids of a parcel that left.

    What changed while it was sent stays owed: the notice holds what was sent.
    """
    shown = Notice(
        notified_at=at,
        carrier=sent.parcel.carrier,
        tracking=sent.parcel.tracking,
        references=references or sent.notice.references,
        is_withdrawn=sent.kind is NoticeKind.WITHDRAWN,
    )

    def with_reference(parcel: Parcel) -> Parcel:
        return parcel.replace(notice=shown, channel_fulfilment=next(iter(references), parcel.channel_fulfilment))

    made = (*order.made_fulfilments, *references)
    done = _with_parcel(order, sent, with_reference).replace(made_fulfilments=tuple(dict.fromkeys(made)))
    detail = f"{order.channel}: {sent.kind} {sent.parcel.tracking or 'without tracking'}"
    return with_status(with_entry(done, at, "notified", "packhorse", detail), at, "packhorse")


def not_notified(
    order: Order, tried: OwedNotice, problem: str, at: datetime, *, for_good: bool, wait: float | None
) -> Order:
    """Return the order after a notice failed: it is sent again later, at the earliest in `wait` seconds.

    `for_good`: the channel refused it as it is, which becomes an exception at once.
    """
    tries = tried.tries + 1
    seconds = max(WAITS[tries - 1], wait or 0) if tries <= len(WAITS) else None
    failed = tried.notice.replace(
        tried=tried.what,
        tries=tries,
        next_at=at + timedelta(seconds=seconds) if seconds else None,
        problem=problem[:500],
    )
    order = _with_parcel(order, tried, partial(_with_notice, notice=failed))
    if not for_good and tries < EXCEPTION_AFTER:
        return order
    number = tried.fulfilment.number
    message = f"fulfilment {number}: {order.channel} was not notified of {_words(tried)}: {problem}"
    return with_current_exception(
        order, OrderException(cause=Cause.CHANNEL_NOT_NOTIFIED, fulfilment=number, message=message, opened_at=at)
    )


def waiting_for_credentials(order: Order, tried: OwedNotice, problem: str, at: datetime) -> Order:
    """Return the order with a notice that waits for credentials of its channel: that try does not count."""
    failed = tried.notice.replace(
        tried=tried.what,
        tries=max(1, tried.tries),
        next_at=at + timedelta(seconds=WITHOUT_CREDENTIALS),
        problem=problem[:500],
    )
    return _with_parcel(order, tried, partial(_with_notice, notice=failed))


def to_notify_again(order: Order) -> Order:
    """Return the order with all that its channel is owed to be sent at once."""
    for owed in owed_notices(order):
        anew = owed.notice.replace(tries=0, next_at=None, problem="")
        order = _with_parcel(order, owed, partial(_with_notice, notice=anew))
    return order


def _with_notice(parcel: Parcel, notice: Notice) -> Parcel:
    return parcel.replace(notice=notice)


def is_reported(order: Order, owed: OwedNotice) -> bool:
    """Return whether the channel itself reported the units of a parcel, under its tracking number."""
    named = [each for each in order.told_parcels if owed.parcel.is_named(each.tracking) and each.id != owed.id]
    theirs = contents_of(each for each in named if each.id not in order.made_fulfilments)
    return bool(theirs) and not contents_of([owed.parcel]) - theirs


def _words(owed: OwedNotice) -> str:
    name = f"parcel {owed.parcel.tracking}" if owed.parcel.tracking else "a parcel without tracking"
    return name if owed.kind is NoticeKind.SHIPPED else f"{name} ({owed.kind})"


def _with_parcel(order: Order, owed: OwedNotice, change: Callable[[Parcel], Parcel]) -> Order:
    """Return the order with its parcel of that name changed, voided or not; as it is if that does not exist."""
    fulfilment = order.fulfilment(owed.fulfilment.number)
    if fulfilment is None or owed.name not in (found := named_parcels(fulfilment)):
        return order
    parcel = found[owed.name]
    changed = change(parcel)
    if parcel in fulfilment.voided_parcels:
        voided = (changed if each == parcel else each for each in fulfilment.voided_parcels)
        return with_fulfilment(order, fulfilment.replace(voided_parcels=tuple(voided)))
    parcels = tuple(changed if each == parcel else each for each in fulfilment.parcels)
    return with_fulfilment(order, fulfilment.replace(parcels=parcels))
