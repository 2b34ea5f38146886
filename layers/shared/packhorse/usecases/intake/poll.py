"""Poll a channel for the orders that it changed.

A poll finds orders whose webhook was lost. It starts some minutes before the watermark, and moves it after each page
that was queued; a poll that fails loses nothing, since the next one starts at the watermark again. Before each further
page it stores where it is, so that the next poll goes on there, however this one ends: more may have changed within
these minutes than one poll reads. One that finds many orders sends a mark behind some of them and goes on once that is
received, so that it delays no other channel's orders.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import httpx

from packhorse.aws.bucket import store_payload
from packhorse.aws.telemetry import add_metric, facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys, Page, Polling
from packhorse.domain.batching import batched
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CallFailed, Conflict, CredentialsRefused, NoTurn, OutOfTime, Rejected, Unavailable
from packhorse.domain.health.lag import LagKind
from packhorse.domain.orders.awaited import MOST_NAMED, words_of_page
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.messages.orders import MAX_AHEAD, ContinuePoll, send_mark, send_orders
from packhorse.store import configuration, connections, exceptions, polls
from packhorse.usecases.amazon.attend_by_amazon import attend_to_named
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.refused_credentials import record_refused_poll, resolve_after_poll
from packhorse.usecases.intake.not_read import leave_unread
from packhorse.usecases.intake.poll_turns import next_in_turn, sharing_calls
from packhorse.usecases.operations.record_lag import record_lag

OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=1)
POLL_MARGIN = 20.0
"""Seconds before the deadline at which no further page, or order, is requested."""
MOST_EMPTY = 20
"""Pages in a row without an order after which a channel counts as one whose pages have no end."""
MARK_PATIENCE = timedelta(minutes=10)
"""How long scheduled polls leave an unfinished one to its mark: longer than orders wait to be routed."""


class PollTime(NamedTuple):
    """When a poll is, and whether it has time for another page; `continues`: a mark was received."""

    now: datetime
    has_time: Callable[[], bool]
    continues: bool = False


def poll_channel(
    channel_id: ChannelId, now: datetime, remaining: Callable[[], float], *, continues: bool, by_turn: bool
) -> int:
    """Poll a channel, or, `by_turn`, the one whose turn it is of those that share its calls.

    Returns how many orders were queued.
    """
    channel = configuration.current().channels.get(channel_id)
    if channel is None or adapter_of(channel).poll is None:
        logger.warning("nothing to poll", extra={"channel": channel_id})
        return 0
    sharing = sharing_calls(channel)
    polled = next_in_turn(sharing) if sharing and by_turn else channel
    had_turn = True
    try:
        return poll_or_record(polled, PollTime(now, lambda: remaining() > POLL_MARGIN, continues), remaining)
    except NoTurn:
        had_turn = False
        logger.info("poll goes on later", extra={"channel": polled.id})
        return 0
    finally:
        if sharing and had_turn:
            connections.save_turn(ChannelId(polled.id), now)


def poll_or_record(channel: Channel, time: PollTime, remaining: Callable[[], float]) -> int:
    """Poll a channel, and return how many orders were queued; one that fails is an exception of the channel."""
    name, polling = ChannelId(channel.id), adapter_of(channel).poll
    if polling is None:
        return 0
    try:
        orders = with_keys(channel, lambda keys: poll_with(channel, polling, keys, time, remaining))
    except CredentialsRefused as error:
        logger.warning("channel refuses our credentials", extra={"channel": name, **facts_of(error)})
        record_refused_poll(name, error, time.now)
        return 0
    except NoTurn:
        raise
    except (Rejected, Unavailable) as error:
        # Without its text: the answer that it quotes may hold personal data.
        logger.warning("channel not polled", extra={"channel": name, "failure": type(error).__name__})
        origin, subject = Origin(channel=name), Subject.of_channel(name)
        problem = Problem(cause=Cause.POLL_FAILED, subject=subject, message=error.in_full, origin=origin)
        exceptions.open_exception(problem, time.now)
        return 0
    if orders is None:
        return 0
    exceptions.resolve(Cause.POLL_FAILED, Subject.of_channel(name))
    resolve_after_poll(name)
    return orders


def poll_with(
    channel: Channel,
    polling: Callable[[Channel, httpx.Client], Polling],
    keys: Keys,
    time: PollTime,
    remaining: Callable[[], float],
) -> int | None:
    """Poll a channel with these credentials; make no call when the deadline is near."""
    with client_of_channel(channel, keys, remaining) as http:
        return poll(channel, polling(channel, http), time)


def poll(channel: Channel, polling: Polling, time: PollTime) -> int | None:
    """Queue orders page after page, and return how many; start at the cursor of a poll that did not come to its end.

    None if that one waits for its orders to be routed.
    """
    name, now = ChannelId(channel.id), time.now
    unfinished = polls.find_cursor(name)
    if unfinished and unfinished.waits_until and now < unfinished.waits_until and not time.continues:
        return None
    # Without the wait, which is over, also if this poll is killed or refused: no other mark comes for it.
    start = unfinished._replace(waits_until=None) if unfinished else polls.Start(beginning(name, now), None)
    page, pages = first_page(name, polling, start, unfinished), FollowingPages(polling, start.since)
    orders, stored, failure = receive_page(channel, page, now), unfinished, None
    while page.next and orders < MAX_AHEAD and time.has_time():
        stored = store_place(name, start._replace(cursor=page.next), stored)
        try:
            page = pages.after(page)
        except Unavailable as error:  # what was read is not read again: it may be all that a rate allows
            failure = error
            break
        except Rejected:  # what is refused may be the place: the next poll starts as this one did
            store_place(name, start if unfinished and not pages.are_endless else None, stored)
            raise
        orders += receive_page(channel, page, now)
    if page.next or stored:
        leave_off(channel, polls.Start(start.since, page.next), stored, now if orders >= MAX_AHEAD else None)
    if failure and not isinstance(failure, (NoTurn, OutOfTime)):  # the next poll has a call and time for that page
        raise failure
    if page.next is None and (before := connections.save_poll(name, now)):
        record_lag(LagKind.ORDERS, name, now - before, now)
    add_metric("OrdersPolled", orders)
    logger.info("channel polled", extra={"channel": name, "orders": orders, "since": start.since.isoformat()})
    return orders


def leave_off(channel: Channel, at: polls.Start, stored: polls.Start | None, full_at: datetime | None) -> None:
    """Store where the next poll goes on; of one that sent as many orders as may be ahead, once these are routed."""
    name = ChannelId(channel.id)
    waits_until = full_at + MARK_PATIENCE if full_at and at.cursor else None
    if waits_until:  # before the cursor: without it the mark is too early, without the mark the poll would wait
        send_mark(ContinuePoll(channel=name), sender_of(channel))
    store_place(name, at._replace(waits_until=waits_until) if at.cursor else None, stored)


def store_place(channel: ChannelId, at: polls.Start | None, stored: polls.Start | None) -> polls.Start | None:
    """Store where the next poll starts, and return it; return what this poll `stored` before if it was overtaken."""
    try:
        return polls.save_cursor(channel, at, stored)
    except Conflict:
        logger.info("poll overtaken", extra={"channel": channel})  # the next one begins where that wants it to
        return stored


def sender_of(channel: Channel) -> str:
    """Return the sender of a poll's orders, which is their lane, too."""
    return f"poll:{channel.id}"


def first_page(channel: ChannelId, polling: Polling, start: polls.Start, stored: polls.Start | None) -> Page:
    """Return the page to start with; the first page if the channel rejects a stored cursor, or fails at it.

    Where no call is left for the first page, the failure is raised, and a rejected cursor is forgotten: it would take
    the call of each further turn.
    """
    try:
        return polling.orders_since(start.since, start.cursor)
    except (Rejected, CallFailed) as error:
        if start.cursor is None:
            raise
        try:
            return polling.orders_since(start.since, None)
        except NoTurn:
            if isinstance(error, Rejected):
                store_place(channel, start._replace(cursor=None), stored)
            raise error from None


class FollowingPages:
    """The pages of a poll after the first one."""

    def __init__(self, polling: Polling, since: datetime) -> None:
        self._polling = polling
        self._since = since
        self._empty = 0

    def after(self, page: Page) -> Page:
        """Return the page after one; raises Rejected if it names itself as the next one, or has no end."""
        found = self._polling.orders_since(self._since, page.next)
        if found.next and found.next == page.next:
            raise Rejected("the channel names the same page of orders as the next one again and again")
        self._empty = 0 if is_of_use(found) else self._empty + 1
        if self.are_endless:
            raise Rejected(f"the pages of orders have no end: {MOST_EMPTY} in a row have none, and name a next one")
        return found

    @property
    def are_endless(self) -> bool:
        """Whether too many pages in a row were empty."""
        return self._empty >= MOST_EMPTY


def is_of_use(page: Page) -> bool:
    """Return whether a page has orders, ours or not, or says until when it has all of them."""
    return bool(page.orders or page.refused or page.deleted or page.unread or page.read_until)


def beginning(channel: ChannelId, now: datetime) -> datetime:
    """Return the time from which orders are requested: some minutes before the watermark.

    A channel without a watermark gets one before its first call, so that a failed first poll does not move the start.
    """
    mark = polls.find_watermark(channel)
    if mark is None:
        mark = now - FIRST_LOOK_BACK
        polls.advance_watermark(channel, mark)
    return mark - OVERLAP


def begin_again(channel: ChannelId, since: datetime) -> None:
    """Have the next poll request what was modified since then, and what no poll has read yet, whichever is earlier."""
    mark = polls.find_watermark(channel)
    polls.restart(channel, min(since, mark - OVERLAP) if mark else since)


def receive_page(channel: Channel, page: Page, now: datetime) -> int:
    """Queue the orders of a page, and only then move the watermark."""
    attend_to_named({channel.id}, page.ours)
    leave_unread(ChannelId(channel.id), page.unread, now)
    queued = queue_page(channel, page, now)
    if read_until := page.read_until or max((order.modified_at for order in page.orders), default=None):
        polls.advance_watermark(ChannelId(channel.id), min(now, read_until))
    return queued


def queue_page(channel: Channel, page: Page, now: datetime, lane: str | None = None) -> int:
    """Store the page and queue its orders, in the lane of polls or this one; open an exception for each bad one.

    It is stored once for each so many orders, which are named beside it. A bad one that further polls find as it is
    counts once, and stays dismissed. Returns how many were queued.
    """
    name, source, sender = ChannelId(channel.id), f"poll/{channel.id}", sender_of(channel)
    lane = sender if lane is None else lane
    send_orders(page.deleted, who=sender, lane=lane)
    if not page.orders and not page.refused:
        return len(page.deleted)
    for bad in page.refused:
        kept = store_payload(source, bad.raw.encode(), now)
        problem = Problem(
            cause=Cause.UNREADABLE_ORDER,
            subject=Subject.of_channel_order(name, bad.id) if bad.id else Subject.of_payload(name, kept),
            message=bad.reason,
            origin=Origin(channel=name, headers=bad.headers),
            raw=kept,
            event=hashlib.sha256(bad.raw.encode()).hexdigest(),
        )
        exceptions.open_exception(problem, now)
    for number, part in enumerate(list(batched(page.orders, MOST_NAMED)) or [()]):
        about = words_of_page(part, channel)
        key = store_payload(source, page.raw, now, name=str(number + 1) if number else "", about=about)
        send_orders(part, who=sender, raw=key, lane=lane)
    return len(page.orders) + len(page.deleted)
