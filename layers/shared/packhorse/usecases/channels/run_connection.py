"""Run the set-up of a channel: register webhooks, list its listings page by page, import its first orders.

Each step may be repeated: a webhook is made once, a page lists the same again, and a poll brings what is stored. The
run is stored after each page under the condition that no other process stored it meanwhile: of two invocations one
goes on. Where its channel is paused it waits, and resuming the channel continues it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.aws import schedules
from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Connecting, Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import Connection, ConnectStep
from packhorse.domain.errors import CredentialsRefused, OutOfTime, Rejected
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import ChannelId
from packhorse.messages.changes import send_resync
from packhorse.messages.connecting import ContinueConnecting, send_connecting
from packhorse.store import configuration, connections, exceptions
from packhorse.usecases.catalogue.import_listings import import_page
from packhorse.usecases.catalogue.unmatched_listings import serve_listed
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.check_channel import WITHOUT_QUEUE, place_of_webhooks, set_up_of, state_of
from packhorse.usecases.intake.poll import begin_again
from packhorse.usecases.intake.webhook_secrets import send_webhook_secret

CONNECT_MARGIN = 60.0
"""Seconds that a step or a page takes at most."""
MOST_LISTING_PAGES = 10_000
"""Pages of listings of a channel: one with more names pages without an end."""


def run_connection(name: ChannelId, run: str, now: datetime, remaining: Callable[[], float]) -> None:
    """Continue a run until it is over or time is short: then another invocation goes on.

    A refusal ends it as failed. Where the channel does not answer, Unavailable is raised: the message is delivered
    again, and the run goes on where it was. So it is raised for a page that takes longer than an invocation.
    """
    connection, channel = connections.find_connection(name), configuration.current().channels.get(name)
    if connection is None or connection.run != run or connection.is_over:
        return
    if channel is None or not channel.active:
        connections.advance_connection(connection.failed("the channel was removed, or is inactive", now), connection)
        return
    if not channel.is_called:
        return
    try:
        with_keys(channel, lambda keys: _run_with(channel, keys, remaining))
    except OutOfTime:
        if connections.find_connection(name) == connection:
            raise
        send_connecting(ContinueConnecting(channel=name, run=run))
    except (CredentialsRefused, Rejected) as error:
        logger.warning("channel not connected", extra={"channel": name, "failure": type(error).__name__})
        newest = connections.find_connection(name)
        if newest and newest.run == run and not newest.is_over:
            connections.advance_connection(newest.failed(error.in_full, datetime.now(UTC)), newest)


def _run_with(channel: Channel, keys: Keys, remaining: Callable[[], float]) -> None:
    name = ChannelId(channel.id)
    with set_up_of(channel, keys, remaining) as connecting:
        connection = connections.find_connection(name)
        while connection and not connection.is_over:
            if remaining() < CONNECT_MARGIN or _has_changed(channel):
                send_connecting(ContinueConnecting(channel=name, run=connection.run))
                return
            after = STEPS[connection.step](channel, connecting, connection, datetime.now(UTC))
            connection = after if connections.advance_connection(after, connection) else None
    if connection:
        logger.info("channel connected", extra={"channel": name, "listed": connection.listed})


def _has_changed(channel: Channel) -> bool:
    """Return whether the channel was saved, paused or removed meanwhile: the next invocation goes by what it is now."""
    return configuration.current().channels.get(ChannelId(channel.id)) != channel


def register_webhooks(channel: Channel, connecting: Connecting, run: Connection, now: datetime) -> Connection:
    """Have the channel send its webhooks here; where it refuses, a person registers them, and the run goes on."""
    name, place, left = ChannelId(channel.id), place_of_webhooks(channel, run), run.former_urls
    refused = "" if place else WITHOUT_QUEUE
    try:
        if place:
            send_webhook_secret(channel, connecting, place)
            left = remove_former(connecting, run)
    except Rejected as error:
        refused = error.in_full[:500]
    state = state_of(connecting, channel, run, now)
    connections.save_webhooks(name, state.replace(lost=(), problem=refused))
    exceptions.resolve(Cause.WEBHOOKS_LOST, Subject.of_channel(channel.id))
    return run.at_step(ConnectStep.LISTINGS, now).replace(webhooks_refused=refused, former_urls=left)


def remove_former(connecting: Connecting, run: Connection) -> tuple[str, ...]:
    """Remove our webhooks from the addresses of earlier runs; return those at which the channel keeps them.

    A run that another one replaced meanwhile removes none: the address of one may be in use again.
    """
    left = []
    for url in run.former_urls:
        newest = connections.find_connection(ChannelId(run.channel))
        if newest is None or newest.run != run.run:
            return run.former_urls
        try:
            connecting.unsubscribe(url)
        except (CredentialsRefused, Rejected) as error:
            logger.warning("webhooks not removed", extra={"channel": run.channel, **facts_of(error)})
            left.append(url)
    return tuple(left)


def list_page(channel: Channel, connecting: Connecting, run: Connection, now: datetime) -> Connection:
    """List one page of the channel's listings; the last one has their quantities published."""
    page = connecting.listings(run.cursor)
    if page.next is not None and (page.next == run.cursor or run.pages >= MOST_LISTING_PAGES):
        raise Rejected(f"the channel's listings have no end: after {run.pages + 1} pages it names another one")
    counted = import_page(channel, run, page.items)
    after = run.replace(
        cursor=page.next,
        pages=run.pages + 1,
        found=run.found + sum(counted),
        listed=run.listed + counted.listed,
        before=run.before + counted.before,
        unmatched=run.unmatched + counted.unmatched,
        updated_at=now,
    )
    if page.next is not None:
        return after
    config = configuration.current()
    serve_listed(ChannelId(channel.id))
    if config.account.sync and adapter_of(channel).stock:
        send_resync(ChannelId(channel.id), f"connect {run.run}", now, forced=False)
    return after.at_step(ConnectStep.ORDERS, now)


def import_orders(channel: Channel, _: Connecting, run: Connection, now: datetime) -> Connection:
    """Have the channel polled from the beginning of the first import."""
    if adapter_of(channel).poll:
        if run.orders_since:
            begin_again(ChannelId(channel.id), run.orders_since)
        schedules.poll_now(channel)
    return run.at_step(ConnectStep.DONE, now)


STEPS: dict[ConnectStep, Callable[[Channel, Connecting, Connection, datetime], Connection]] = {
    ConnectStep.WEBHOOKS: register_webhooks,
    ConnectStep.LISTINGS: list_page,
    ConnectStep.ORDERS: import_orders,
}
