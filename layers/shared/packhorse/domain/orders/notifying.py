"""Steps of an order as its channel is notified: a notice got through, or failed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from packhorse.domain.orders.channel_order import ChannelParcel
from packhorse.domain.orders.exceptions import with_current_exception
from packhorse.domain.orders.notice import (
    NEVER_TRIED,
    Notice,
    NoticeContent,
    NoticeKind,
    OwedNotice,
    named_parcels,
    owed_notices,
)
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel, tracking_numbers, units_of
from packhorse.domain.orders.reported import is_reported
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.tries import EXCEPTION_AFTER, next_try
from packhorse.domain.orders.updates import with_changed_parcel, with_entry
from packhorse.domain.problem import Cause

WITHOUT_CREDENTIALS = 3600
"""Seconds before the next try while the channel refuses our credentials."""
BEHIND_ANOTHER = 60
"""Seconds before the next try of what was to be sent after a notice that the channel did not answer."""


def notified(order: Order, sent: OwedNotice, references: tuple[str, ...], at: datetime) -> Order:
    """Return the order after its channel took a notice; `references` are its own ids of a parcel that left.

    What changed while it was sent stays owed: the notice holds what was sent.
    """
    is_theirs = sent.kind is NoticeKind.SHIPPED and not references
    shown = Notice(
        notified_at=at,
        carrier=sent.parcel.carrier,
        tracking=sent.parcel.tracking,
        references=references or sent.notice.references,
        is_withdrawn=sent.kind is NoticeKind.WITHDRAWN,
        is_theirs=is_theirs,
        unanswered=sent.notice.unanswered if is_theirs else (),
    )
    done = _with_sent(order, sent, shown, references)
    detail = f"{order.channel}: {sent.kind} {sent.parcel.tracking or 'without tracking'}"
    return with_status(with_entry(done, at, "notified", "packhorse", detail), at, "packhorse")


def not_notified(
    order: Order, tried: OwedNotice, problem: str, at: datetime, *, for_good: bool, wait: float | None
) -> Order:
    """Return the order after a notice failed: it is sent again later, at the earliest in `wait` seconds.

    `for_good`: the channel refused it as it is, which becomes an exception at once.
    """
    tries = tried.tries + 1
    order = _with_try(order, tried, tries, problem, next_try(tries, at, wait))
    is_owed = any((each.id, each.kind) == (tried.id, tried.kind) for each in owed_notices(order))
    if not is_owed or (not for_good and tries < EXCEPTION_AFTER):
        return order  # its label may be void meanwhile
    number = tried.fulfilment.number
    message = f"fulfilment {number}: {order.channel} was not notified of {_words(tried)}: {problem}"
    return with_current_exception(
        order, OrderException(cause=Cause.CHANNEL_NOT_NOTIFIED, fulfilment=number, message=message, opened_at=at)
    )


def with_notice_intended(order: Order, owed: OwedNotice) -> Order:
    """Return the order with what is about to be sent of a parcel, which the channel may have from now on."""
    return with_changed_parcel(order, owed, partial(_with_sending, sending=owed.sending))


def without_notice_intended(order: Order, owed: OwedNotice) -> Order:
    """Return the order after a call that did nothing: its channel has the parcel as before.

    So it may as an earlier call said that was not answered.
    """
    if owed.sending in owed.notice.unanswered:
        return order
    return with_changed_parcel(order, owed, partial(_without_sending, sending=owed.sending))


def _without_sending(parcel: Parcel, sending: NoticeContent) -> Parcel:
    notice = parcel.notice or NEVER_TRIED
    return parcel.replace(
        notice=notice.replace(unanswered=tuple(each for each in notice.unanswered if each != sending))
    )


def _with_sending(parcel: Parcel, sending: NoticeContent) -> Parcel:
    notice = parcel.notice or NEVER_TRIED
    sent = tuple(dict.fromkeys((*notice.unanswered, sending)))
    return parcel if sent == notice.unanswered else parcel.replace(notice=notice.replace(unanswered=sent))


def put_off(order: Order, owed: OwedNotice, problem: str, at: datetime, seconds: float) -> Order:
    """Return the order with a notice that waits for something else, such as credentials: no try counts."""
    return _with_try(order, owed, max(1, owed.tries), problem, at + timedelta(seconds=seconds))


def with_confirmed(order: Order, parcels: Iterable[ChannelParcel], at: datetime) -> Order:
    """Return the order after its channel listed parcels: it has those of ours that are among them.

    So the answer to a notice that was lost is made up for, also of one that it reported itself meanwhile. They have our
    id or, where an answer may be lost and the channel has an id of its own, a number that was sent, and the units.
    """
    listed = {each.id: each for each in parcels if each.id and each.id not in order.made_fulfilments}
    if not listed or not order.is_notifiable:
        return order
    for owed in _unconfirmed(order):
        if (reference := _reference(owed, listed)) is None:
            continue
        theirs = listed.pop(reference)
        is_same = not theirs.tracking or tracking_numbers(theirs.tracking) == tracking_numbers(owed.parcel.tracking)
        shown = Notice(
            notified_at=at,
            carrier=owed.parcel.carrier,
            tracking=owed.parcel.tracking if is_same else theirs.tracking,
            references=(reference,),
        )
        order = _with_sent(order, owed, shown, (reference,))
    return order


def with_owed_again(order: Order) -> Order:
    """Return the order with those parcels owed to its channel of which it took its own report back."""
    for owed in _named(order):
        if owed.notice.is_theirs and not is_reported(order, owed.parcel):
            order = with_changed_parcel(
                order, owed, partial(_with_notice, notice=Notice(unanswered=owed.notice.unanswered))
            )
    return order


def _unconfirmed(order: Order) -> Iterator[OwedNotice]:
    return (each for each in _named(order) if each.notice.notified_at is None or each.notice.is_theirs)


def _named(order: Order) -> Iterator[OwedNotice]:
    for fulfilment in order.fulfilments:
        for name, parcel in named_parcels(fulfilment).items():
            yield OwedNotice(NoticeKind.SHIPPED, fulfilment, name, parcel)


def _reference(owed: OwedNotice, listed: Mapping[str, ChannelParcel]) -> str | None:
    if owed.id in listed:
        return owed.id
    units = units_of(owed.parcel.lines)
    sent = {tracking_numbers(each.tracking) for each in owed.notice.unanswered} - {frozenset()}
    same = (
        name
        for name, each in listed.items()
        if tracking_numbers(each.tracking) in sent and units_of(each.lines) == units
    )
    return next(same, None)


def _with_sent(order: Order, owed: OwedNotice, notice: Notice, references: tuple[str, ...]) -> Order:
    """Return the order with what the channel has of a parcel, under ids that count as fulfilments made there."""

    def change(parcel: Parcel) -> Parcel:
        return parcel.replace(notice=notice, channel_fulfilment=next(iter(references), parcel.channel_fulfilment))

    made = dict.fromkeys((*order.made_fulfilments, *references))
    return with_changed_parcel(order, owed, change).replace(made_fulfilments=tuple(made))


def to_notify_again(order: Order) -> Order:
    """Return the order with all that its channel is owed to be sent at once."""
    for owed in owed_notices(order):
        order = with_changed_parcel(order, owed, partial(_with_notice, notice=owed.notice.untried()))
    return order


def brought_forward(order: Order) -> Order:
    """Return the order with all that waits to be sent to its channel, or was given up, due now; its tries count on.

    What is left to a person is not.
    """
    for owed in owed_notices(order):
        if (now := owed.notice.brought_forward()) != owed.notice:
            order = with_changed_parcel(order, owed, partial(_with_notice, notice=now))
    cancellation, hold = order.cancel_notice, order.hold_notice
    return order.replace(
        cancel_notice=cancellation and cancellation.brought_forward(), hold_notice=hold and hold.brought_forward()
    )


def _with_try(order: Order, owed: OwedNotice, tries: int, problem: str, next_at: datetime | None) -> Order:
    def change(parcel: Parcel) -> Parcel:
        before = parcel.notice or NEVER_TRIED  # with what was sent, which was recorded before the call
        return parcel.replace(notice=before.with_try(owed.what, tries, problem, next_at))

    return with_changed_parcel(order, owed, change)


def _with_notice(parcel: Parcel, notice: Notice) -> Parcel:
    return parcel.replace(notice=notice)


def _words(owed: OwedNotice) -> str:
    name = f"parcel {owed.parcel.tracking}" if owed.parcel.tracking else "a parcel without tracking"
    return name if owed.kind is NoticeKind.SHIPPED else f"{name} ({owed.kind})"
