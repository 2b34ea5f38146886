"""Pause a channel, and resume it: then it is caught up with, in both directions.

While it is paused, its webhooks are taken as ever: a shop that is refused for some hours gives its webhooks up, and an
order that is here can be shipped. Nothing is sent to it; what is owed is kept.
"""

from datetime import datetime

from packhorse.aws import schedules
from packhorse.channels import adapter_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.changes import send_resync
from packhorse.messages.connecting import ContinueConnecting, ResendNotices, WatchChannels, send_connecting
from packhorse.store import connections
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.operations.end_ownerless import end_calls_of


def pause_channel(name: ChannelId, who: str, now: datetime) -> Channel:
    """Stop all calls of a channel; one that is paused stays as it is."""
    config = reconfigure.save(lambda before: _with_pause(before, name, now), who)
    schedules.delete_schedule(name)
    end_calls_of(name)
    return config.channels[name]


def resume_channel(name: ChannelId, who: str, now: datetime) -> Channel:
    """Call a channel again: poll it, publish all quantities, send the notices that it is owed, look after webhooks.

    Resuming it again does the same once more, which is harmless: a process that died half-way is repeated so.
    """
    config = reconfigure.save(lambda before: _with_pause(before, name, None), who)
    channel = config.channels[name]
    adapter = adapter_of(channel)
    if adapter.poll:
        schedules.save_schedule(channel)
        schedules.poll_now(channel)
    if adapter.stock and config.account.sync:
        send_resync(name, f"resumed {iso(now)}", now, forced=True)
    if adapter.is_notified:
        send_connecting(ResendNotices(channel=name))
    if adapter.connect:
        send_connecting(WatchChannels())
        _continue_run(name)
    return channel


def _continue_run(name: ChannelId) -> None:
    """Have a run that set the channel up when it was paused go on."""
    connection = connections.find_connection(name)
    if connection and not connection.is_over:
        send_connecting(ContinueConnecting(channel=name, run=connection.run))


def _with_pause(config: Configuration, name: ChannelId, since: datetime | None) -> Configuration:
    channel = config.channels.get(name)
    if channel is None:
        raise NotFound(f"there is no channel {name}")
    if since and not channel.is_connected:
        raise NotNow(f"channel {name} is {channel.kind}: it is never called, so nothing of it is to be paused")
    if since and not channel.active:
        raise NotNow(f"channel {name} is inactive: nothing of it is to be paused")
    if since and channel.paused_since:
        return config
    return config.with_channel(channel.replace(paused_since=since))
