"""Save or remove a channel: its settings, its credentials and its schedule."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.aws import schedules, secrets
from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS, adapter_of
from packhorse.domain.configuration.channel import MARKETPLACES, Channel, with_life
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import address_error, origin_of
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.values import ChannelId
from packhorse.files.orders.order_rows import ORDER_COLUMNS
from packhorse.store import configuration
from packhorse.usecases.channels.merge_credentials import NewCredentials, lacking_keys, merge_credentials, unless_none
from packhorse.usecases.channels.same_store import remember_store, require_same_store
from packhorse.usecases.channels.store_credentials import send_what_waited, store_credentials
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.configuration.forget_removed import OF_CHANNEL, PROGRESS_OF_CHANNEL, forget
from packhorse.usecases.operations.end_ownerless import end_all_of


class SavedChannel(NamedTuple):
    """The configuration with the channel, and what in both a person should read."""

    config: Configuration
    warnings: tuple[str, ...]


class SentCredentials(NamedTuple):
    """What is sent with a channel's settings: credentials; whether another address is of the store that it was."""

    credentials: NewCredentials | None = None
    same_store: bool = False


def save_channel(
    name: ChannelId, edit: Callable[[Channel | None], Channel], sent: SentCredentials, who: str
) -> SavedChannel:
    """Save a channel in the name of `who`; credentials that are not sent stay. A kind with polling is scheduled.

    `edit` returns it as it is to be; it gets what is stored, None if nothing is, again where others saved meanwhile.
    """
    now, former = datetime.now(UTC), None
    stored = secrets.get_credentials(name, max_age=0)

    def checked(config: Configuration) -> Configuration:
        nonlocal former
        former = config.channels.get(name)
        new = with_life(edit(former), former, now)
        require_valid(new, sent.credentials)
        require_only_channel(new, config)
        require_same_store(new, former, is_confirmed=sent.same_store)
        new = awaiting(new, former, _merged(new, former, stored, sent.credentials))
        if former is None:
            forget(name, PROGRESS_OF_CHANNEL)
        return config.with_channel(new)

    config = reconfigure.save(checked, who)
    new = config.channels[name]
    credentials = store_credentials(name, lambda newest: _merged(new, former, newest, sent.credentials))
    if adapter_of(new).poll:
        schedules.save_schedule(new)
    else:
        schedules.delete_schedule(new.id)
    if sent.credentials:
        send_what_waited(new, config, now)
    if not new.active:
        end_all_of(name)
    return SavedChannel(config, (*config.warnings(), *credential_warnings(new, credentials)))


def _merged(
    new: Channel, former: Channel | None, stored: secrets.Credentials, sent: NewCredentials | None
) -> secrets.Credentials:
    """Return the credentials of the channel; a channel that has none gets no secret for that it has an address."""
    origin = origin_of(new.base_url)
    ways = CHANNELS[new.kind].sign_in_by
    merged = merge_credentials(stored, sent, ways, origin, moved=is_moved(stored, former, origin))
    return unless_none(stored, merged)


def awaiting(new: Channel, former: Channel | None, credentials: secrets.Credentials) -> Channel:
    """Return a channel as it is saved: it awaits its connection until it has credentials to sign in with.

    One that lost them later does not: its calls fail, which is an exception.
    """
    is_new = former is None or former.kind is not new.kind or former.awaits_connection
    lacks = bool(lacking_keys(credentials, CHANNELS[new.kind].sign_in_by))
    return new.replace(awaits_connection=is_new and lacks)


def require_valid(new: Channel, sent: NewCredentials | None) -> None:
    """Raise Rejected for settings or credentials that no channel of its kind may have."""
    require_address(new)
    require_states(new)
    require_webhook_secrets(new, sent)
    require_columns(new)


def require_only_channel(new: Channel, config: Configuration) -> None:
    """Raise Rejected where another active channel is of the same store: each of its orders would be taken in twice."""
    other = config.channel_beside(new)
    if other is None:
        return
    reason = f"channel {other.id} is of the same store: remove it, or set its `active` to false, first"
    field = "seller" if new.kind in MARKETPLACES else "base_url"
    raise Rejected("each order of the store would be two here", [FieldError(field, reason)])


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
    lacking = lacking_keys(credentials, adapter.sign_in_by)
    if (adapter.receive or adapter.challenge) and not credentials.webhook_secrets:
        yield f"channel {channel.id}: without a webhook secret each of its webhooks is refused"
    if lacking:
        yield f"channel {channel.id}: without {' and '.join(lacking)} it is neither polled nor published to"


def remove_channel(channel: ChannelId, who: str) -> None:
    """Remove a channel with all that goes with it; its orders and listings stay.

    Raises NotNow while Amazon ships by it, before anything of it is forgotten: it would have no credentials any more.
    """
    config = configuration.current()
    if users := sorted(each.id for each in config.warehouses.values() if each.fba and each.fba.channel == channel):
        raise NotNow(f"Amazon ships for {', '.join(users)} by channel {channel}: remove these warehouses first")
    remember_store(config.channels.get(channel))
    forget(channel, OF_CHANNEL)
    reconfigure.save(lambda before: before.without_channel(channel), who)
    forget(channel, OF_CHANNEL)  # what a run that was under way stored meanwhile
    end_all_of(channel)
