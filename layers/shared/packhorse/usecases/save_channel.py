"""Save or remove a channel: its settings, its credentials and its schedule."""

from packhorse.aws import schedules, secrets
from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId
from packhorse.usecases import reconfigure


def save_channel(new: Channel, credentials: secrets.Credentials | None, who: str) -> Configuration:
    """Save a channel in the name of `who`; None keeps the credentials that it has. A kind with polling is scheduled."""
    config = reconfigure.save(lambda before: before.with_channel(new), who)
    if credentials:
        secrets.save_credentials(ChannelId(new.id), credentials)
    if adapter_of(new).poll:
        schedules.save_schedule(new)
    else:
        schedules.delete_schedule(new.id)
    return config


def remove_channel(channel: ChannelId, who: str) -> None:
    """Remove the channel's schedule, credentials and settings; its orders stay."""
    schedules.delete_schedule(channel)
    secrets.delete_credentials(channel)
    reconfigure.save(lambda before: before.without_channel(channel), who)
