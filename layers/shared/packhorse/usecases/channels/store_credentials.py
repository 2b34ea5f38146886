"""Store credentials of a channel, and nothing else of it: its settings stay, and one that was removed stays so."""

from collections.abc import Callable
from datetime import datetime

from packhorse.aws import secrets
from packhorse.aws.secrets import Credentials
from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound
from packhorse.domain.values import ChannelId
from packhorse.messages.connecting import ResendNotices, send_connecting
from packhorse.store import configuration
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.channels.refused_credentials import resolve_after_save
from packhorse.usecases.configuration.forget_removed import OF_CHANNEL, forget
from packhorse.usecases.intake.newest_secrets import save_secrets_mark


def store_credentials(name: ChannelId, edit: Callable[[Credentials], Credentials]) -> Credentials:
    """Store edited credentials of a channel; raises NotFound, and leaves none, if it was removed meanwhile.

    `edit` gets the newest ones, again where others were stored at the same moment.
    """
    stored = retry_conflicts(lambda: secrets.apply_edit(name, edit))
    if name not in configuration.current().channels:  # removing it forgets them before and after
        forget(name, OF_CHANNEL)
        raise NotFound(f"channel {name} was removed meanwhile")
    save_secrets_mark(name, stored)
    return stored


def send_what_waited(channel: Channel, config: Configuration, now: datetime) -> None:
    """Have a channel with new credentials called for all that waited for them."""
    resolve_after_save(channel, config, now)
    if adapter_of(channel).is_notified:
        send_connecting(ResendNotices(channel=ChannelId(channel.id)))
