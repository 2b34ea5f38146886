"""Put an edited configuration into force, and publish what follows from it.

What was published is recorded afterwards, so that nothing is missing where a process died in between: the next change,
or the auditor, publishes it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.domain.catalogue.offer import quantity_inputs
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected
from packhorse.messages.changes import send_resync
from packhorse.messages.release import ConfigurationChanged, send_release
from packhorse.store import configuration
from packhorse.store.backoff import retry_conflicts


def save(edit: Callable[[Configuration], Configuration], who: str) -> Configuration:
    """Puts an edited configuration into force in the caller's name; raises Rejected where it does not fit."""

    def checked(before: Configuration) -> Configuration:
        after = edit(before)
        if errors := tuple(after.errors()):
            raise Rejected("the configuration does not fit", errors)
        return after

    now = datetime.now(UTC)
    after = retry_conflicts(lambda: configuration.apply_edit(checked, who, now))
    propagate_configuration(now)
    return after


def propagate_configuration(now: datetime) -> bool:
    """Passes on what is new since everybody knew last; gives whether there was anything."""
    found = configuration.unpropagated()
    if found is None:
        return False
    send_release([ConfigurationChanged()])
    resync_channels(found.known, found.new, now)
    configuration.mark_propagated(found.new.version)
    return True


def resync_channels(before: Configuration, after: Configuration, now: datetime) -> None:
    """Tells channels anew whose quantities are made in another way now; a switch that goes on tells nobody anything."""
    if not (before.account.sync and after.account.sync):
        return
    for channel_id, channel in after.channels.items():
        known = before.channels.get(channel_id)
        if known and quantity_inputs(known, before) != quantity_inputs(channel, after):
            send_resync(channel_id, f"configuration {after.version}", now, forced=False)
