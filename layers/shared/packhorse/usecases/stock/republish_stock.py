"""Repeat what lost changes of stock would have done."""

from datetime import datetime

from packhorse.messages.changes import send_resync
from packhorse.messages.release import ConfigurationChanged, send_release
from packhorse.store import configuration


def republish_stock(event: str, now: datetime) -> None:
    """Resync all channels and serve all backorders: the lost changes may concern any of them."""
    for channel in configuration.current().channels:
        send_resync(channel, event, now, forced=False)
    send_release([ConfigurationChanged()])
