"""Check a channel: what its credentials lack, and which of our webhooks it has. Nothing is changed in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS, without_set_up
from packhorse.channels.protocol import Connecting, Keys
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.connection import Connection, WebhookState
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.values import ChannelId
from packhorse.messages.connecting import CheckAnswer, CheckChannel
from packhorse.store import connections
from packhorse.usecases.channels.channel_client import client_of_channel
from packhorse.usecases.channels.channel_keys import with_keys

WITHOUT_QUEUE = "polls alone bring its orders: this deployment has no queue for notifications (AmazonNotifications)"

MOST_ELSEWHERE = 10


def check_channel(message: CheckChannel, now: datetime, remaining: Callable[[], float]) -> CheckAnswer:
    """Call the channel with the credentials of the message, or else with the stored ones, and return what lacks.

    Raises CredentialsRefused, Rejected or Unavailable as the channel answers.
    """
    channel, given = message.channel, message.credentials
    if given is None:
        return with_keys(channel, lambda keys: _check(message, keys, now, remaining))
    if given.origin not in ("", origin_of(channel.base_url)):
        raise CredentialsRefused(f"the credentials are for {given.origin}; give the channel those of its address")
    return _check(
        message, Keys(given.token, given.client_id, given.client_secret, given.webhook_secrets), now, remaining
    )


def _check(message: CheckChannel, keys: Keys, now: datetime, remaining: Callable[[], float]) -> CheckAnswer:
    channel = message.channel
    with set_up_of(channel, keys, remaining) as connecting:
        lacking = connecting.check(message.since)
        run = connections.find_connection(ChannelId(channel.id))
        state = state_of(connecting, channel, run, now) if run else None
    return CheckAnswer(lacking=lacking, webhooks=state)


@contextmanager
def set_up_of(channel: Channel, keys: Keys, remaining: Callable[[], float]) -> Iterator[Connecting]:
    """Yield the set-up of a channel on a signed-in client; raises NotNow for a kind without one."""
    adapter = CHANNELS[channel.kind]
    if adapter.connect is None:
        raise without_set_up(channel)
    with client_of_channel(channel, keys, remaining) as http:
        yield adapter.connect(channel, http)


def place_of_webhooks(channel: Channel, run: Connection) -> str:
    """Return where a channel's webhooks go: the url of its run, or the queue of its kind; empty without that queue."""
    return settings.amazon_queue_arn if CHANNELS[channel.kind].by_queue else run.webhook_url


def state_of(connecting: Connecting, channel: Channel, run: Connection, now: datetime) -> WebhookState:
    """Return which of our webhooks the channel has, and which it had and lost since they were stored last.

    A channel that lists none, because it cannot, has lost none.
    """
    place = place_of_webhooks(channel, run)
    if not place:
        return WebhookState(checked_at=now, problem=WITHOUT_QUEUE)
    active = [each for each in connecting.subscriptions() if each.is_active]
    topics = sorted({each.topic for each in active if each.url == place})
    elsewhere = sorted({each.url for each in active if each.url != place and each.url.endswith(_path(channel))})
    before = connections.find_webhooks(ChannelId(run.channel))
    lost = sorted({*(before.topics if before else ()), *(before.lost if before else ())} - {*topics})
    return WebhookState(
        checked_at=now,
        topics=tuple(topics),
        lost=tuple(lost),
        elsewhere=tuple(elsewhere[:MOST_ELSEWHERE]),
        problem=before.problem if before else "",
    )


def _path(channel: Channel) -> str:
    return f"/webhooks/{channel.id}"
