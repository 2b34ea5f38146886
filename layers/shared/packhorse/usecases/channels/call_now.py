"""Have a channel called now, since a person requests it, or a retry: polled, or all of its quantities published."""

from datetime import datetime

from packhorse.aws import schedules
from packhorse.channels import adapter_of, require_called
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import NotNow
from packhorse.domain.values import ChannelId
from packhorse.messages.changes import send_resync


def poll_now(channel: Channel) -> None:
    """Start a poll; raises NotNow for a channel that cannot be polled, or is not called."""
    require_called(channel)
    if adapter_of(channel).poll is None:
        raise NotNow(f"channel {channel.id} cannot be polled: it is {channel.kind}")
    schedules.poll_now(channel)


def sync_now(channel: Channel, account: Account, event: str, now: datetime) -> None:
    """Have all quantities published, confirmed ones too; raises NotNow where none are, or the channel takes none."""
    if not account.sync:
        raise NotNow("the account's switch `sync` is off; turn it on first")
    require_called(channel)
    if adapter_of(channel).stock is None:
        raise NotNow(f"channel {channel.id} takes no quantities: it is {channel.kind}")
    send_resync(ChannelId(channel.id), event, now, forced=True)
