"""Put a draft of the routing into force as one version, as its dry run showed it."""

from collections.abc import Iterator

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.draft import RESTORED_CHANNEL_FIELDS, Draft, requested
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.values import WarehouseId
from packhorse.usecases.configuration import reconfigure

WAREHOUSE_FIELDS = ("regions", "excludes", "counts_for_sync")
"""Fields of a warehouse that a draft may change: what nothing but the configuration follows, as a schedule does."""


def save_draft(base: int, draft: Draft, who: str) -> Configuration:
    """Save the draft of version `base` in the name of `who`; raises NotNow if that is not in force any more."""
    if wrong := tuple(_not_savable(draft)):
        raise Rejected("the draft changes more than the routing", wrong)

    def edit(before: Configuration) -> Configuration:
        if before.version != base:
            raise NotNow(f"version {before.version} is in force, and the draft is of version {base}: look at it again")
        if unknown := tuple(_unknown(before, draft)):
            raise Rejected("the draft does not fit", unknown)
        # The number of the version is given where it is written.
        return requested(before, draft).replace(version=before.version)

    return reconfigure.save(edit, who)


def _not_savable(draft: Draft) -> Iterator[FieldError]:
    if draft.version is not None:
        yield FieldError("draft.version", "is gone back to by restoring it")
    for name, given in draft.warehouses.items():
        if given is None:
            yield FieldError(f"draft.warehouses.{name}", "is removed by itself: DELETE /warehouses/{id}")
        for field in sorted((given or {}).keys() - set(WAREHOUSE_FIELDS)):
            yield FieldError(f"draft.warehouses.{name}.{field}", "is changed by PATCH /warehouses/{id}")
    for name, fields in draft.channels.items():
        for field in sorted(fields.keys() - set(RESTORED_CHANNEL_FIELDS)):
            yield FieldError(f"draft.channels.{name}.{field}", "is changed by PATCH /channels/{id}")


def _unknown(before: Configuration, draft: Draft) -> Iterator[FieldError]:
    for name in draft.warehouses:
        if WarehouseId(name) not in before.warehouses:
            yield FieldError(f"draft.warehouses.{name}", f"there is no warehouse {name}")
