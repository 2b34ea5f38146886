"""Look after channels that were connected: a webhook that a channel lost is made again, a run that stalled goes on.

A shop takes out or disables a webhook whose deliveries failed for some hours. It is an exception only where it cannot
be made again; the next look that finds all of them ends it.
"""

from collections.abc import Callable
from datetime import datetime

from packhorse.aws.telemetry import add_metric, facts_of, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import Connection, WebhookState
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId
from packhorse.messages.connecting import ContinueConnecting, WatchChannels, send_connecting
from packhorse.store import configuration, connections, exceptions
from packhorse.usecases.channels.channel_keys import with_keys
from packhorse.usecases.channels.check_channel import WITHOUT_QUEUE, place_of_webhooks, set_up_of, state_of
from packhorse.usecases.intake.webhook_secrets import send_webhook_secret

WATCH_MARGIN = 60.0
"""Seconds before the deadline at which no further channel is called."""


def watch_channels(message: WatchChannels, now: datetime, remaining: Callable[[], float]) -> None:
    """Look after one channel after the other, by id; the rest continues in another invocation when time is short.

    What breaks at one is raised once the others were looked after, by the last of these invocations: Lambda repeats one
    that raises, and each repetition would begin another row of them.
    """
    failure: Exception = Unavailable("a channel was not looked after: the log of an earlier invocation says why")
    for name, channel in sorted(configuration.current().channels.items()):
        if name <= message.after:
            continue
        if remaining() < WATCH_MARGIN:
            send_connecting(message)
            return
        message = message.replace(after=name)
        try:
            watch_channel(channel, now, remaining)
        except Exception as error:
            logger.exception("channel not looked after", extra={"channel": name})
            message, failure = message.replace(broken=True), error
    if message.broken:
        raise failure


def watch_channel(channel: Channel, now: datetime, remaining: Callable[[], float]) -> None:
    """Continue a run that stalled; else have what lacks of the webhooks of a connected channel made again."""
    run = connections.find_connection(ChannelId(channel.id)) if adapter_of(channel).connect else None
    if run is None:
        return
    if not run.is_over:
        if run.is_stalled(now):
            send_connecting(ContinueConnecting(channel=channel.id, run=run.run))
        return
    if not place_of_webhooks(channel, run):
        connections.save_webhooks(ChannelId(channel.id), WebhookState(checked_at=now, problem=WITHOUT_QUEUE))
        exceptions.resolve(Cause.WEBHOOKS_LOST, Subject.of_channel(channel.id))
        return
    try:
        with_keys(channel, lambda keys: _mend(channel, keys, run, now, remaining))
    except Rejected as error:
        _record(channel, run, error, now)
    except Unavailable as error:
        logger.warning("webhooks not looked after", extra={"channel": channel.id, **facts_of(error)})
        # Credentials that may do nothing are an exception of polls and quantities; these may read what lacks.
        if isinstance(error, CredentialsRefused) and _was_found_lost(channel, now):
            _record(channel, run, error, now)


def _was_found_lost(channel: Channel, now: datetime) -> bool:
    known = connections.find_webhooks(ChannelId(channel.id))
    return known is not None and known.checked_at == now and bool(known.lost)


def _mend(channel: Channel, keys: Keys, run: Connection, now: datetime, remaining: Callable[[], float]) -> None:
    with set_up_of(channel, keys, remaining) as connecting:
        before = state_of(connecting, channel, run, now)
        connections.save_webhooks(ChannelId(channel.id), before)
        send_webhook_secret(channel, connecting, place_of_webhooks(channel, run))
        after = state_of(connecting, channel, run, now)
    if made := {*after.topics} - {*before.topics}:
        logger.warning("webhooks made again", extra={"channel": channel.id, "topics": sorted(made)})
        add_metric("WebhooksMadeAgain", len(made))
    connections.save_webhooks(ChannelId(channel.id), after.replace(lost=(), problem=""))
    exceptions.resolve(Cause.WEBHOOKS_LOST, Subject.of_channel(channel.id))


def _record(channel: Channel, run: Connection, error: Rejected | CredentialsRefused, now: datetime) -> None:
    """Open the exception of lost webhooks; not for a channel that never took any: its run says that."""
    known = connections.find_webhooks(ChannelId(channel.id))
    if run.webhooks_refused or known is None:
        return
    reason = error.in_full[:500]
    connections.save_webhooks(ChannelId(channel.id), known.replace(checked_at=now, problem=reason))
    problem = Problem(
        cause=Cause.WEBHOOKS_LOST,
        subject=Subject.of_channel(channel.id),
        message=f"the channel refuses the webhooks that it lacks: {reason}",
        origin=Origin(channel=channel.id),
    )
    exceptions.open_exception(problem, now)
