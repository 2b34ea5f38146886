"""Put an edited configuration into force, and propagate it to backorders, schedules, checks of labels and channels.

A version is recorded as propagated afterwards. If the process dies in between, the next change or the audit of orders
propagates it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from packhorse.domain.catalogue.offer import quantity_inputs
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import Rejected
from packhorse.domain.problem import Cause, Subject
from packhorse.messages.changes import send_resync
from packhorse.messages.release import ConfigurationChanged, send_release
from packhorse.store import configuration, exceptions, published
from packhorse.store.backoff import retry_conflicts
from packhorse.usecases.amazon.schedule_exchanges import require_same_accounts, schedule_exchanges
from packhorse.usecases.configuration.keep_kinds import require_same_kinds
from packhorse.usecases.labels.recheck_labels import recheck_if_changed


def save(edit: Callable[[Configuration], Configuration], who: str, restored: int | None = None) -> Configuration:
    """Put an edited configuration into force in the name of `who`; raises Rejected if it has errors.

    `restored` is the version that the edit goes back to.
    """

    def checked(before: Configuration) -> Configuration:
        after = edit(before)
        if errors := tuple(after.errors()):
            raise Rejected("the configuration does not fit", errors)
        require_same_accounts(before, after, now)
        require_same_kinds(before, after)
        return after

    now = datetime.now(UTC)
    after = retry_conflicts(lambda: configuration.apply_edit(checked, who, now, restored))
    propagate_configuration(now)
    return after


def propagate_configuration(now: datetime) -> bool:
    """Serve backorders, and all that follows a version which is not propagated yet; return whether one was not."""
    found = configuration.unpropagated()
    if found is None:
        return False
    recheck_if_changed(found.propagated, found.new)
    schedule_exchanges(found.propagated, found.new)
    end_rejections(found.propagated, found.new)
    send_release([ConfigurationChanged()])
    resync_channels(found.propagated, found.new, now)
    configuration.mark_propagated(found.new.version)
    return True


def end_rejections(before: Configuration, after: Configuration) -> None:
    """Resolve the exceptions of listings that a place rejected which its channel has no more.

    What another place rejects as well is published by the resync, which opens the exception again.
    """
    for name, channel in after.channels.items():
        old = before.channels.get(name)
        for place in set(old.places if old else ()).difference(channel.places):
            for sku in published.unconfirmed(name, place):
                exceptions.resolve(Cause.PUSH_REJECTED, Subject.of_listing(name, sku))


def resync_channels(before: Configuration, after: Configuration, now: datetime) -> None:
    """Resync the channels whose quantities the change affects; none if the account's `sync` is off, or was."""
    if not (before.account.sync and after.account.sync):
        return
    known = before.warehouses.keys()
    for channel_id, channel in after.channels.items():
        old = before.channels.get(channel_id)
        if old and quantity_inputs(old, before, known) != quantity_inputs(channel, after, known):
            # What was confirmed at a place before the channel gave it up may be anything since.
            has_new = not set(channel.places) <= set(old.places)
            send_resync(channel_id, f"configuration {after.version}", now, forced=has_new)
