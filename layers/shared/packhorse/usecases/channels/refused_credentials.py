"""A channel that refuses our credentials: one exception, which new credentials or the next good call end.

Quantities wait in their queue meanwhile. Its use of the credentials, `origin.queue` of the exception, says which call
has to be good: a good poll does not show that quantities are taken, nor the other way round.
"""

from datetime import datetime, timedelta

from packhorse.aws import schedules
from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.problem import Cause, Origin, Problem, Subject
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.changes import send_resync
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState, OpenException

QUANTITIES = "quantities"
NOTICES = "notices"
FLICKER = timedelta(hours=1)
"""How long quantities wait at least before all are published again: until then their messages are in the queue."""


def record_refused_publish(channel: ChannelId, error: CredentialsRefused, now: datetime) -> None:
    """Open the exception of the channel, unless it is open for that already: it dates since when quantities wait."""
    found = _waiting(channel)
    if found is None or found.state is not ExceptionState.OPEN or found.origin.queue != QUANTITIES:
        exceptions.open_exception(_problem(channel, error, QUANTITIES), now)


def record_refused_poll(channel: ChannelId, error: CredentialsRefused, now: datetime) -> None:
    """Open the exception of the channel, unless quantities wait already: one exception is enough."""
    exceptions.resolve(Cause.POLL_FAILED, Subject.of_channel(channel))
    if _waiting_use(channel) != QUANTITIES:
        exceptions.open_exception(_problem(channel, error, ""), now)


def record_refused_notice(channel: ChannelId, error: CredentialsRefused, now: datetime) -> None:
    """Open the exception of the channel, unless it has one: notices wait."""
    if _waiting_use(channel) is None:
        exceptions.open_exception(_problem(channel, error, NOTICES), now)


def are_good(channel: ChannelId) -> bool:
    """Return whether the channel has refused nothing since its last good call."""
    return _waiting_use(channel) is None


def resolve_after_notice(channel: ChannelId) -> None:
    """Resolve the exception if only notices were refused."""
    if _waiting_use(channel) == NOTICES:
        _resolve(channel)


def resolve_after_publish(channel: ChannelId, now: datetime) -> None:
    """Resolve the exception if quantities waited: the channel took one.

    After a while all that it has not confirmed is published. Not at once: one that refuses a call now and then would
    have the whole catalogue each time.
    """
    found = _waiting(channel)
    if found and found.origin.queue == QUANTITIES:
        _resolve(channel)
        if now - found.last_at >= FLICKER:
            send_resync(channel, f"credentials {iso(now)}", now, forced=False)


def resolve_after_poll(channel: ChannelId) -> None:
    """Resolve the exception if only polls were refused."""
    if _waiting_use(channel) == "":
        _resolve(channel)


def resolve_after_save(channel: Channel, config: Configuration, now: datetime) -> None:
    """Resolve the exception of a channel with new credentials, poll it, and have all quantities published."""
    name = ChannelId(channel.id)
    if _waiting_use(name) is None:
        return
    _resolve(name)
    if adapter_of(channel).poll:
        schedules.poll_now(channel)
    if adapter_of(channel).stock and config.account.sync:
        send_resync(name, f"credentials {iso(now)}", now, forced=True)


def _problem(channel: ChannelId, error: CredentialsRefused, use: str) -> Problem:
    origin = Origin(channel=channel, queue=use)
    subject = Subject.of_channel(channel)
    return Problem(cause=Cause.CREDENTIALS_REFUSED, subject=subject, message=error.in_full, origin=origin)


def _resolve(channel: ChannelId) -> None:
    exceptions.resolve(Cause.CREDENTIALS_REFUSED, Subject.of_channel(channel))


def _waiting_use(channel: ChannelId) -> str | None:
    """Return the use that was refused last; None if nothing is."""
    found = _waiting(channel)
    return found.origin.queue if found else None


def _waiting(channel: ChannelId) -> OpenException | None:
    return exceptions.find_unresolved(Cause.CREDENTIALS_REFUSED, Subject.of_channel(channel))
