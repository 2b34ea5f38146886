"""Asks a channel for the orders that it changed: called by the channel's own schedule with {"channel": id}.

A poll finds what a lost webhook missed. It starts a little before where the last one got to, and moves on page by
page, only past what was handed over; so a poll that breaks loses nothing, and the next one goes on from there.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from packhorse import inbox, raw, secrets
from packhorse.channels import POLLED, Polling
from packhorse.channels.connection import connect
from packhorse.channels.page import Page
from packhorse.deadline import seconds_left
from packhorse.domain.errors import Rejected
from packhorse.domain.exception import Origin
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, exceptions, polls
from packhorse.telemetry import count, logger, metrics

OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(days=1)
MARGIN = 20.0


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One channel's poll; ends early, between pages, when the time is nearly up."""
    channel_id = ChannelId(event["channel"])
    channel = configuration.current().channels.get(channel_id)
    if channel is None or not channel.active or channel.kind not in POLLED:
        logger.warning("nothing to poll", extra={"channel": channel_id})
        return {"orders": 0}
    left = seconds_left(context)
    with connect(channel, secrets.credentials(channel_id).token) as http:
        shop = POLLED[channel.kind](channel_id, http)
        orders = poll(channel_id, shop, datetime.now(UTC), lambda: left() > MARGIN)
    exceptions.resolve("poll_failed", channel_id)
    return {"orders": orders}


def poll(channel: ChannelId, shop: Polling, now: datetime, has_time: Callable[[], bool]) -> int:
    """How many orders were handed over, page after page; goes on where the last poll ran out of time."""
    unfinished = polls.left_off(channel)
    start = unfinished or polls.Start(beginning(channel, now), None)
    page = first_page(shop, start)
    orders = take_in(channel, page, now)
    while page.next and has_time():
        page = shop.orders_since(start.since, page.next)
        orders += take_in(channel, page, now)
    if page.next or unfinished:
        polls.leave_off(channel, polls.Start(start.since, page.next))
    count("OrdersPolled", orders)
    logger.info("channel polled", extra={"channel": channel, "orders": orders, "since": start.since.isoformat()})
    return orders


def first_page(shop: Polling, start: polls.Start) -> Page:
    """The page to start with; where the shop has forgotten a cursor that was kept, that is the first of all."""
    try:
        return shop.orders_since(start.since, start.cursor)
    except Rejected:
        if start.cursor is None:
            raise
        return shop.orders_since(start.since, None)


def beginning(channel: ChannelId, now: datetime) -> datetime:
    """From when on to ask for orders; where the first look begins is settled before the shop can fail to answer."""
    mark = polls.watermark(channel)
    if mark is None:
        mark = now - FIRST_LOOK_BACK
        polls.reached(channel, mark)
    return mark - OVERLAP


def take_in(channel: ChannelId, page: Page, now: datetime) -> int:
    """Keeps the page, hands its orders over and only then moves the watermark; a bad order is an exception alone."""
    if not page.orders and not page.refused:
        return 0
    key = raw.keep(f"poll/{channel}", page.raw, now)
    for bad in page.refused:
        kept = raw.keep(f"poll/{channel}", bad.raw.encode(), now)
        origin = Origin(channel=channel, headers=bad.headers)
        exceptions.open_one("unreadable_order", f"{channel} {bad.id or kept}", bad.reason, now, kept, origin)
    inbox.hand_over(page.orders, who=f"poll:{channel}", raw=key)
    if page.orders:
        polls.reached(channel, min(now, max(order.modified_at for order in page.orders)))
    return len(page.orders)
