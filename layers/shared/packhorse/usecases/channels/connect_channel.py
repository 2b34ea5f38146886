"""Connect a channel: its credentials are checked before they count, then a run registers, lists and imports.

A run that a person starts again takes the place of the one before. What it sets up already stays.
"""

from datetime import datetime
from typing import NamedTuple

from packhorse.aws import schedules, secrets
from packhorse.aws.secrets import Credentials
from packhorse.channels import CHANNELS, adapter_of, require_connectable, without_connection, without_set_up
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.connection import Connection
from packhorse.domain.errors import CredentialsRefused, FieldError, NotFound, NotNow, Rejected, Unavailable
from packhorse.domain.values import ChannelId
from packhorse.messages.connecting import CheckAnswer, CheckChannel, ContinueConnecting, request_check, send_connecting
from packhorse.store import configuration, connections, polls
from packhorse.usecases.channels.merge_credentials import NewCredentials, lacking_keys, merge_credentials
from packhorse.usecases.channels.save_channel import is_moved, require_only_channel, require_webhook_secrets
from packhorse.usecases.channels.store_credentials import send_what_waited, store_credentials
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.intake.webhook_secrets import with_webhook_secret

ELSEWHERE = frozenset({301, 302, 303, 307, 308, 404, 405, 410, 421})
"""Statuses of an address at which no such channel answers."""

MOST_FORMER = 5


class WantedConnection(NamedTuple):
    """What a person wants of a connection: credentials, another webhook secret, and from when orders are imported."""

    credentials: NewCredentials | None
    rotate_secret: bool
    orders_since: datetime | None


def connect_channel(
    channel: Channel, wanted: WantedConnection, url: str, run: str, who: str, now: datetime
) -> Connection:
    """Check the credentials, store them, and start a run whose webhooks come to `url`.

    Raises Rejected for credentials that the channel refuses, or that lack a right: those stored before still count.
    """
    adapter = CHANNELS[channel.kind]
    if adapter.connect is None:
        raise without_set_up(channel)
    require_connectable(channel)
    require_only_channel(channel, configuration.current())
    require_webhook_secrets(channel, wanted.credentials)
    name = ChannelId(channel.id)
    tried = _merged(channel, secrets.get_credentials(name, max_age=0), wanted)
    if wanted.orders_since and wanted.orders_since > now:
        raise Rejected("there are no orders of the future", [FieldError("orders_since", "is in the future")])
    since = wanted.orders_since or _first_import(channel)
    require_rights(channel, tried, since)
    require_unchanged(channel)
    store_credentials(name, lambda stored: _merged(channel, stored, wanted))
    config = begin_calls(name, who)
    send_what_waited(config.channels[name], config, now)
    connection = Connection(
        channel=name,
        run=run,
        who=who,
        webhook_url=url,
        former_urls=_former_urls(name, url),
        orders_since=since,
        started_at=now,
        updated_at=now,
    )
    connections.start_connection(connection)
    send_connecting(ContinueConnecting(channel=name, run=run))
    return connections.get_connection(name)


def _merged(channel: Channel, stored: Credentials, wanted: WantedConnection) -> Credentials:
    """Return the stored credentials with those that are wanted, and a secret that signs webhooks."""
    origin = origin_of(channel.base_url)
    ways = CHANNELS[channel.kind].sign_in_by
    merged = merge_credentials(stored, wanted.credentials, ways, origin, moved=is_moved(stored, channel, origin))
    require_keys(channel, merged)
    signing = connections.signing_mark(ChannelId(channel.id))
    return with_webhook_secret(merged, stored, CHANNELS[channel.kind], signing, rotate=wanted.rotate_secret)


def require_unchanged(called: Channel) -> None:
    """Raise what a channel refuses a connection with that was removed, switched off or moved while it was called."""
    newest = configuration.current().channels.get(ChannelId(called.id))
    if newest is None:
        raise NotFound(f"channel {called.id} was removed meanwhile")
    require_connectable(newest)
    if (newest.kind, newest.base_url, newest.store) != (called.kind, called.base_url, called.store):
        raise NotNow(f"channel {called.id} got another address while it was called: connect it again")


def _former_urls(name: ChannelId, url: str) -> tuple[str, ...]:
    """Return the addresses at which earlier runs registered webhooks, the last ones, without that of the new run."""
    last = connections.find_connection(name)
    known = (last.webhook_url, *last.former_urls) if last else ()
    return tuple(each for each in known if each != url)[:MOST_FORMER]


def require_keys(channel: Channel, new: Credentials) -> None:
    """Raise Rejected where a channel has no address, or lacks credentials that its kind is signed in to with."""
    if not channel.base_url:
        raise Rejected("the channel cannot be called without an address", [FieldError("base_url", "is missing")])
    ways = CHANNELS[channel.kind].sign_in_by
    if lacking := lacking_keys(new, ways):
        others = " or ".join(" and ".join(way) for way in ways if lacking[0] not in way)
        reason = f"is missing: send it, or {others}" if others else "is missing"
        wrong = [FieldError(f"credentials.{name}", reason) for name in lacking]
        raise Rejected("the channel cannot be called without credentials", wrong)


def require_rights(channel: Channel, new: Credentials, since: datetime | None) -> None:
    """Have the channel called with credentials; raises Rejected if it refuses them, or names a right that they lack."""
    lacking = _checked(CheckChannel(channel=channel, credentials=new, since=since)).lacking
    if lacking:
        wrong = [FieldError("credentials", f"lacks {each}") for each in lacking]
        raise Rejected("the credentials work, and lack something", wrong)


def _checked(message: CheckChannel) -> CheckAnswer:
    """Have the channel called; raises Rejected if it refuses the call, with the setting at fault or none."""
    try:
        return request_check(message)
    except CredentialsRefused as error:
        raise Rejected("the channel refuses these credentials", [FieldError("credentials", str(error))]) from error
    except Unavailable as error:
        if error.status not in ELSEWHERE:
            raise
        raise _of_another_address(error) from error
    except Rejected as error:
        if error.errors or isinstance(error, NotNow):
            raise
        if error.status not in ELSEWHERE:
            raise Rejected(f"the channel refuses the call: {error}", status=error.status) from error
        raise _of_another_address(error) from error


def _of_another_address(error: Rejected | Unavailable) -> Rejected:
    wrong = [FieldError("base_url", str(error))]
    return Rejected("the channel refuses the call: look whether its address is right", wrong)


def begin_calls(name: ChannelId, who: str) -> Configuration:
    """Have a channel that awaited its connection called from now on; return the configuration."""
    config = configuration.current()
    if not config.channels[name].awaits_connection:
        return config

    def connected(before: Configuration) -> Configuration:
        if name not in before.channels:
            raise NotFound(f"channel {name} was removed meanwhile")
        return before.with_channel(before.channels[name].replace(awaits_connection=False))

    config = reconfigure.save(connected, who)
    if adapter_of(config.channels[name]).poll:
        schedules.save_schedule(config.channels[name])
    return config


def _first_import(channel: Channel) -> datetime | None:
    """Return from when the orders of a channel that was never polled are imported; None leaves it to the poll."""
    return channel.ignore_before if polls.find_watermark(ChannelId(channel.id)) is None else None


def check_now(channel: Channel) -> tuple[str, ...]:
    """Check a channel with its stored credentials, and return what they lack; its webhooks are stored as found."""
    if channel.awaits_connection:
        raise without_connection(channel)
    answer = _checked(CheckChannel(channel=channel, since=_first_import(channel)))
    if answer.webhooks:
        connections.save_webhooks(ChannelId(channel.id), answer.webhooks)
    return answer.lacking
