"""Put an edited configuration into force, and publish what follows from it.

What was published is recorded afterwards, so that nothing is missing where a process died in between: the next change,
or the auditor, publishes it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.domain.catalogue.offer import sources
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected
from packhorse.messages.changes import request_resync
from packhorse.messages.release import Reconfigured, request_release
from packhorse.store import configuration
from packhorse.store.backoff import persistently


def save(edit: Callable[[Configuration], Configuration], who: str) -> Configuration:
    """Puts an edited configuration into force in the caller's name; raises Rejected where it does not fit."""

    def checked(before: Configuration) -> Configuration:
        after = edit(before)
        if errors := tuple(after.errors()):
            raise Rejected("the configuration does not fit", errors)
        return after

    now = datetime.now(UTC)
    after = persistently(lambda: configuration.change(checked, who, now))
    follow(now)
    return after


def follow(now: datetime) -> bool:
    """Passes on what is new since everybody knew last; gives whether there was anything."""
    found = configuration.unfollowed()
    if found is None:
        return False
    request_release({f"configuration {found.new.version}": Reconfigured()})
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
            request_resync(channel_id, f"configuration {after.version}", now, forced=False)
