"""What follows from a new configuration: waiting orders are looked at again, and channels told what they can sell now.

What was passed on is written down afterwards, so that nothing is missing where a process died in between: whoever
changes the configuration next, or the auditor, passes it on.
"""

from datetime import datetime

from packhorse import inbox, publishing
from packhorse.domain.configuration import Configuration
from packhorse.domain.publishing import sources
from packhorse.store import configuration


def follow(now: datetime) -> bool:
    """Passes on what is new since everybody knew last; gives whether there was anything."""
    found = configuration.unfollowed()
    if found is None:
        return False
    inbox.release({f"configuration {found.new.version}": inbox.Reconfigured()})
    tell_channels(found.known, found.new, now)
    configuration.followed(found.new.version)
    return True


def tell_channels(before: Configuration, after: Configuration, now: datetime) -> None:
    """Tells channels anew whose quantities are made in another way now; a switch that goes on tells nobody anything."""
    if not (before.account.sync and after.account.sync):
        return
    for channel_id, channel in after.channels.items():
        known = before.channels.get(channel_id)
        if known and sources(known, before) != sources(channel, after):
            publishing.resync(channel_id, f"configuration {after.version}", now, forced=False)
