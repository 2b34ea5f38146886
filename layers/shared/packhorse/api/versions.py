"""Versions of the configuration: list them, show one, restore one."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, TypeAdapter

from packhorse.api.access import OWNING, VIEWING, allow, current_name
from packhorse.api.paging import Cursor, PageSize, cursor_of, position_of
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.draft import Draft, changes, restored
from packhorse.domain.values import Instant, Value, Whole
from packhorse.store import configuration
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.configuration.save_draft import save_draft

router = APIGatewayHttpRouter()

Number = Annotated[int, Path(ge=1, le=999_999)]
BEFORE: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=999_999)])


class VersionSummary(Value):
    """A version in the list; `changed` is what it changed, such as `account.priorities` or `warehouses.leeds`.

    `restored` is the version that it goes back to.
    """

    version: int
    who: str
    at: Instant
    changed: tuple[str, ...]
    restored: int | None


class VersionPage(Value):
    """A page of versions."""

    items: tuple[VersionSummary, ...]
    next: str | None


class VersionView(Value):
    """A version with its configuration."""

    version: int
    who: str
    at: Instant
    configuration: Configuration


class NewVersion(Value):
    """A draft of the version `base` to put into force."""

    base: Annotated[Whole, Field(ge=0, le=999_999)]
    draft: Draft


class Restored(Value):
    """The version that is in force now, and the contradictions in it."""

    config_version: int
    warnings: tuple[str, ...]


@router.get("/configuration/versions", summary="All versions of the configuration", tags=["set-up"])
@allow(VIEWING)
def versions(limit: PageSize = 50, cursor: Cursor = None) -> VersionPage:
    """Newest first, each with its changes against the version before."""
    kept = list(configuration.newest_versions(position_of(cursor, BEFORE), limit + 1))
    older = [each.configuration for each in kept[1:]]
    if 0 < len(kept) <= limit:
        older.append(Configuration.initial())
    items = tuple(
        VersionSummary(
            version=each.number,
            who=each.who,
            at=each.at,
            changed=tuple(changes(was, each.configuration)),
            restored=each.restored,
        )
        for each, was in zip(kept[:limit], older, strict=True)
    )
    return VersionPage(items=items, next=cursor_of(items[-1].version if len(kept) > limit else None))


@router.post("/configuration/versions", summary="Save a draft of the routing as a version", tags=["set-up"])
@allow(OWNING)
def save_version(body: NewVersion) -> Restored:
    """The draft of a dry run: settings of the account, regions and exclusions of warehouses, overrides of channels.

    409 if `base` is not in force any more: another draft, with the changes since, is to be checked first.
    """
    after = save_draft(body.base, body.draft, current_name())
    return Restored(config_version=after.version, warnings=tuple(after.warnings()))


@router.get("/configuration/versions/<number>", summary="One version of the configuration", tags=["set-up"])
@allow(VIEWING)
def version(number: Number) -> VersionView:
    """The configuration as it was in force."""
    kept = configuration.get_version(number)
    return VersionView(version=kept.number, who=kept.who, at=kept.at, configuration=kept.configuration)


@router.post(
    "/configuration/versions/<number>/restore", summary="Restore a version of the configuration", tags=["set-up"]
)
@allow(OWNING)
def restore(number: Number) -> Restored:
    """Makes a new version: account, warehouses and the routing settings of channels as they were then.

    A warehouse or channel that exists only now stays; a removed channel stays removed.
    """
    then = configuration.get_version(number).configuration
    after = _save(lambda now: restored(now, then), number)
    return Restored(config_version=after.version, warnings=tuple(after.warnings()))


def _save(edit: Callable[[Configuration], Configuration], restored: int) -> Configuration:
    return reconfigure.save(edit, current_name(), restored)
