"""Drafts: the configuration with some fields changed, or an older version restored; and the differences."""

from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel, ChannelSettings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse, WarehouseSettings
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.validation import faults_of
from packhorse.domain.values import ChannelId, Identifier, Value, WarehouseId, Whole

RESTORED_CHANNEL_FIELDS = ("override_warehouse", "reduce_on")
"""Fields of a channel that are restored from an older version; its address and protocol stay."""

Fields = Mapping[str, Any]


class Draft(Value):
    """Changed fields of account, warehouses and channels; all other fields stay.

    A warehouse that is null is removed, a new one has default settings. With `version` the draft starts from that
    version, restored.
    """

    version: Annotated[Whole, Field(ge=1, le=999_999)] | None = None
    account: Mapping[str, Any] = {}
    warehouses: Annotated[Mapping[Identifier, Fields | None], Field(max_length=500)] = {}
    channels: Annotated[Mapping[Identifier, Fields], Field(max_length=500)] = {}


class _Parts(Value):
    """The parts that a draft changes, validated like a saved configuration."""

    account: Account
    warehouses: Mapping[str, WarehouseSettings]
    channels: Mapping[str, ChannelSettings]


def drafted(today: Configuration, draft: Draft) -> Configuration:
    """Return the configuration with the draft's changes, as the next version; raises Rejected for an invalid one."""
    new = _parts(today, draft)
    removed = {name for name, given in draft.warehouses.items() if given is None}
    added = {WarehouseId(name): Warehouse(id=name, **dict(given)) for name, given in new.warehouses.items()}
    channels = {
        ChannelId(name): _with_settings(today.channels.get(ChannelId(name), Channel(id=name, kind=given.kind)), given)
        for name, given in new.channels.items()
    }
    kept = {name: existing for name, existing in today.warehouses.items() if name not in removed}
    after = today.replace(
        version=today.version + 1,
        account=new.account,
        warehouses={**kept, **added},
        channels={**today.channels, **channels},
    )
    wrong = (error._replace(field=f"{part}.{error.field}") for part, error in after.errors_by_part())
    if errors := (*_unknown(today, removed), *wrong):
        raise Rejected("the draft does not fit", errors)
    return after


def requested(today: Configuration, draft: Draft) -> Configuration:
    """Return what `drafted` does, for a request that has the draft as `draft`: errors name its fields there."""
    try:
        return drafted(today, draft)
    except Rejected as error:
        wrong = (each._replace(field=f"draft.{each.field}") for each in error.errors)
        raise Rejected(str(error), wrong) from error


def _parts(today: Configuration, draft: Draft) -> _Parts:
    given = {name: each for name, each in draft.warehouses.items() if each is not None}
    whole = {
        "account": {**today.account.model_dump(), **draft.account},
        "warehouses": {
            name: _over(today.warehouses.get(WarehouseId(name)), each, WarehouseSettings.model_fields)
            for name, each in given.items()
        },
        "channels": {
            name: _over(today.channels.get(ChannelId(name)), each, ChannelSettings.model_fields)
            for name, each in draft.channels.items()
        },
    }
    try:
        return _Parts.model_validate(whole)
    except ValidationError as error:
        raise Rejected("the draft does not fit", faults_of(error)) from error


def _over(existing: WarehouseSettings | ChannelSettings | None, given: Fields, settings: Container[str]) -> Fields:
    stored = existing.model_dump() if existing else {}
    return {**{name: value for name, value in stored.items() if name in settings}, **given}


def _with_settings(channel: Channel, given: ChannelSettings) -> Channel:
    """Return a channel with other settings; what it is besides stays, as that it is paused."""
    return channel.replace(**dict(given))


def _unknown(today: Configuration, removed: set[str]) -> Iterator[FieldError]:
    for name in sorted(removed - today.warehouses.keys()):
        yield FieldError(f"warehouses.{name}", f"there is no warehouse {name}")


def restored(now: Configuration, then: Configuration) -> Configuration:
    """Return the configuration with account, warehouses and the channels' routing settings as they were then.

    A warehouse or channel that exists only now stays; a removed channel stays removed.
    """
    channels = {
        name: existing.replace(**{field: getattr(then.channels[name], field) for field in RESTORED_CHANNEL_FIELDS})
        for name, existing in now.channels.items()
        if name in then.channels
    }
    return now.replace(
        account=then.account,
        warehouses={**now.warehouses, **then.warehouses},
        channels={**now.channels, **channels},
    )


def changes(before: Configuration, after: Configuration) -> Iterator[str]:
    """Yield what differs, in short: `account.priorities`, `warehouses.leeds`, `channels.web`.

    >>> was = Configuration.initial()
    >>> list(changes(was, was.with_warehouse(Warehouse(id="leeds"))))
    ['warehouses.leeds']
    """
    for field in Account.model_fields:
        if getattr(before.account, field) != getattr(after.account, field):
            yield f"account.{field}"
    yield from _different("warehouses", before.warehouses, after.warehouses)
    yield from _different("channels", before.channels, after.channels)
    yield from _different("carriers", before.carriers, after.carriers)


def _different(part: str, before: Mapping[Any, Value], after: Mapping[Any, Value]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{part}.{name}"
