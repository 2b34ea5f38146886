"""Save or remove a channel: its settings, its credentials and its schedule."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws import schedules, secrets
from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS, adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import address_error, origin_of
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import ChannelId
from packhorse.files.orders.order_rows import ORDER_COLUMNS
from packhorse.messages.connecting import ResendNotices, send_connecting
from packhorse.store import configuration
from packhorse.usecases import reconfigure
from packhorse.usecases.end_ownerless import end_all_of
from packhorse.usecases.forget_removed import OF_CHANNEL, PROGRESS_OF_CHANNEL, forget
from packhorse.usecases.merge_credentials import NewCredentials, merge_credentials
from packhorse.usecases.newest_secrets import save_secrets_mark
from packhorse.usecases.refused_credentials import resolve_after_save


class SavedChannel(NamedTuple):
    """The configuration with the channel, and what in both a person should read."""

    config: Configuration
    warnings: tuple[str, ...]


def save_channel(new: Channel, sent: NewCredentials | None, who: str) -> SavedChannel:
    """Save a channel in the name of `who`; credentials that are not sent stay. A kind with polling is scheduled."""
    require_address(new)
    require_states(new)
    require_webhook_secrets(new, sent)
    require_columns(new)
    name, origin = ChannelId(new.id), origin_of(new.base_url)
    stored = secrets.get_credentials(name, max_age=0)
    before = configuration.current().channels.get(name)
    credentials = merge_credentials(stored, sent, origin, moved=is_moved(stored, before, origin))
    if before is None:
        forget(name, PROGRESS_OF_CHANNEL)
    new = new.replace(paused_since=before.paused_since if before else None)
    config = reconfigure.save(lambda before: before.with_channel(_as_paused(new, before)), who)
    if credentials != stored and credentials != secrets.Credentials(origin=origin):
        secrets.save_credentials(name, credentials)
    if adapter_of(new).poll:
        schedules.save_schedule(new)
    else:
        schedules.delete_schedule(new.id)
    if sent:
        save_secrets_mark(name, credentials)
        resolve_after_save(new, config, datetime.now(UTC))
        if adapter_of(new).is_notified:
            send_connecting(ResendNotices(channel=name))
    if not new.active:
        end_all_of(name)
    return SavedChannel(config, (*config.warnings(), *credential_warnings(new, credentials)))


def _as_paused(new: Channel, config: Configuration) -> Channel:
    """Return the channel, paused if it is: only pause and resume change that."""
    stored = config.channels.get(ChannelId(new.id))
    return new.replace(paused_since=stored.paused_since) if stored else new


def require_address(channel: Channel) -> None:
    """Raise Rejected for an address that no channel may have."""
    wrong = address_error(channel.base_url, settings.local_addresses == "allowed") if channel.base_url else None
    if wrong:
        raise Rejected("the channel's address cannot be used", [FieldError("base_url", wrong)])


def require_webhook_secrets(channel: Channel, sent: NewCredentials | None) -> None:
    """Raise Rejected for a webhook secret that the kind of channel does not take."""
    allowed = CHANNELS[channel.kind].webhook_secret
    secrets_sent = (sent and sent.webhook_secrets) or ()
    wrong = [index for index, each in enumerate(secrets_sent) if allowed and not allowed.fullmatch(each)]
    if allowed and wrong:
        reason = f"a channel of kind {channel.kind} takes those that match {allowed.pattern}"
        errors = [FieldError(f"credentials.webhook_secrets.{index}", reason) for index in wrong]
        raise Rejected("the webhook secret is not one that the channel takes", errors)


def require_states(channel: Channel) -> None:
    """Raise Rejected for a state of orders that the kind of channel does not have."""
    states = CHANNELS[channel.kind].order_states
    wrong = sorted(name for name, state in channel.order_states.items() if state not in states)
    known = f"one of {', '.join(sorted(states))}" if states else f"nothing: a channel of kind {channel.kind} has none"
    if wrong:
        errors = [FieldError(f"order_states.{name}", f"may be mapped to {known}") for name in wrong]
        raise Rejected("states of orders are not mapped to states of the channel", errors)


def require_columns(channel: Channel) -> None:
    """Raise Rejected for a column of files that is named as none of ours; two of ours in one file are its own error."""
    wrong = sorted(name for name, ours in channel.file_columns.items() if ours not in ORDER_COLUMNS)
    if wrong:
        errors = [FieldError(f"file_columns.{name}", "may be mapped to a column of files of orders") for name in wrong]
        raise Rejected("columns of files are not mapped to columns of ours", errors)


def is_moved(stored: secrets.Credentials, before: Channel | None, origin: str) -> bool:
    """Return whether the stored credentials are for another host."""
    bound = stored.origin or (origin_of(before.base_url) if before else "")
    return bound != origin


def credential_warnings(channel: Channel, credentials: secrets.Credentials) -> Iterator[str]:
    """Yield what an active channel lacks to work."""
    adapter = adapter_of(channel)
    if (adapter.receive or adapter.challenge) and not credentials.webhook_secrets:
        yield f"channel {channel.id}: without a webhook secret each of its webhooks is refused"
    if adapter.sign_in and not (credentials.token or credentials.client_secret):
        yield f"channel {channel.id}: without a token, or an app, it is neither polled nor published to"


def remove_channel(channel: ChannelId, who: str) -> None:
    """Remove a channel with all that goes with it; its orders and listings stay."""
    forget(channel, OF_CHANNEL)
    reconfigure.save(lambda before: before.without_channel(channel), who)
    end_all_of(channel)
