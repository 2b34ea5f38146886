"""Channels: their settings, polls and resyncs by hand, and their drift reports."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import OWNING, VIEWING, allow, current_name, current_request_id
from packhorse.api.documents import DocumentBody, MergePatch, patched, settings_in
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.api.preconditions import IfMatch, IfNoneMatch, Precondition, tagged, who_changed
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.configuration.channel import Channel, ChannelSettings, connected
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound
from packhorse.domain.values import ChannelId, Identifier, Value
from packhorse.store import configuration, published
from packhorse.usecases.channels import call_now
from packhorse.usecases.channels.merge_credentials import NewCredentials
from packhorse.usecases.channels.save_channel import SentCredentials, remove_channel, save_channel

router = APIGatewayHttpRouter()


class ChannelBody(DocumentBody, ChannelSettings):
    """A channel; its `id` is in the address, its credentials are stored in Secrets Manager and never shown.

    `same_store`: its store moved to another address, so that the orders that are here are those of the new address.
    """

    id: Identifier | None = None
    credentials: NewCredentials | None = None
    same_store: bool = False


class Channels(Value):
    """All channels."""

    items: tuple[Channel, ...]
    next: None = None


class ChannelSaved(Channel):
    """The channel as it is now, and the contradictions in the configuration."""

    config_version: int
    warnings: tuple[str, ...]


@router.get("/channels", summary="All channels", tags=["set-up"])
@allow(VIEWING)
def channels() -> Channels:
    """By id, without their credentials."""
    return Channels(items=tuple(found for _, found in sorted(configuration.current().channels.items())))


@router.get("/channels/<channel_id>", summary="One channel", tags=["set-up"])
@allow(VIEWING)
def channel(channel_id: PathValue) -> Channel:
    """Without its credentials."""
    return tagged(router, channel_of(configuration.current(), channel_id))


def channel_of(config: Configuration, channel_id: str) -> Channel:
    """Return the channel of that id; raises NotFound."""
    if ChannelId(channel_id) not in config.channels:
        raise missing_channel(channel_id)
    return config.channels[ChannelId(channel_id)]


def missing_channel(channel_id: str) -> NotFound:
    """Return the failure of a request about a channel that does not exist."""
    return NotFound(f"there is no channel {channel_id}")


@router.put("/channels/<channel_id>", summary="Create or replace a channel", tags=["set-up"])
@allow(OWNING)
def put_channel(
    channel_id: NewIdentifier, body: ChannelBody, if_match: IfMatch = None, if_none_match: IfNoneMatch = None
) -> ChannelSaved:
    """Credentials that are not sent stay; another host needs them again. A channel that can be polled is scheduled.

    Orders placed before `ignore_before` stay out: the day of its first save if it is not sent, none if it is null. 409
    if orders of another store are under its id; 422 if another active channel is of its store.
    """
    new = _channel(channel_id, body)

    def edit(stored: Channel | None) -> Channel:
        is_dated = "ignore_before" in body.model_fields_set
        return new if is_dated else connected(new, stored, datetime.now(UTC))

    return _saved(channel_id, edit, body, Precondition(if_match, if_none_match))


@router.patch("/channels/<channel_id>", summary="Change some settings of a channel", tags=["set-up"])
@allow(OWNING)
def patch_channel(channel_id: PathValue, patch: MergePatch, if_match: IfMatch = None) -> ChannelSaved:
    """All other settings stay, and credentials that the patch does not name."""
    sent = patched(ChannelBody, channel_of(configuration.current(), channel_id), patch)

    def edit(stored: Channel | None) -> Channel:
        if stored is None:
            raise missing_channel(channel_id)
        return _channel(channel_id, patched(ChannelBody, stored, patch))

    return _saved(channel_id, edit, sent, Precondition(if_match))


def _channel(channel_id: str, body: ChannelBody) -> Channel:
    settings = settings_in(body, id=channel_id)
    del settings["credentials"], settings["same_store"]
    return Channel(id=channel_id, **settings)


def _saved(
    channel_id: str, edit: Callable[[Channel | None], Channel], body: ChannelBody, read: Precondition
) -> ChannelSaved:
    name, sent = ChannelId(channel_id), SentCredentials(body.credentials, body.same_store)
    guarded = read.guarding(edit, who_changed(lambda config: config.channels.get(name), read))
    saved = save_channel(name, guarded, sent, current_name())
    stored = tagged(router, saved.config.channels[name])
    return ChannelSaved(**dict(stored), config_version=saved.config.version, warnings=saved.warnings)


@router.delete("/channels/<channel_id>", summary="Remove a channel", tags=["set-up"], status_code=HTTPStatus.NO_CONTENT)
@allow(OWNING)
def delete_channel(channel_id: PathValue) -> Response[None]:
    """Its orders stay; its schedule and its credentials are deleted. 409 while a warehouse of Amazon's names it."""
    removed = channel_of(configuration.current(), channel_id)
    remove_channel(ChannelId(removed.id), current_name())
    return Response(HTTPStatus.NO_CONTENT)


@router.post(
    "/channels/<channel_id>/poll",
    summary="Poll a channel now",
    tags=["set-up"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OWNING)
def poll(channel_id: PathValue) -> Channel:
    """202: a poll was started. 409 if the channel cannot be polled, is inactive or paused."""
    found = channel_of(configuration.current(), channel_id)
    call_now.poll_now(found)
    return found


class SyncStarted(Value):
    """The channel whose quantities are being published."""

    channel: str


@router.post(
    "/channels/<channel_id>/sync-now",
    summary="Publish the quantities of all of a channel's listings",
    tags=["channels"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OWNING)
def sync_now(channel_id: PathValue) -> SyncStarted:
    """202: all quantities are being published, also confirmed ones; not those of products whose `sync` is off.

    409 if the account's `sync` is off or the channel takes no quantities.
    """
    config = configuration.current()
    channel = channel_of(config, channel_id)
    call_now.sync_now(channel, config.account, current_request_id(), datetime.now(UTC))
    return SyncStarted(channel=channel.id)


@router.get(
    "/channels/<channel_id>/drift", summary="The last comparison of a channel's quantities with ours", tags=["channels"]
)
@allow(VIEWING)
def drift(channel_id: PathValue) -> DriftReport:
    """Channels are compared every night, and by an audit of channels; 404 before the first comparison."""
    found = published.find_drift(ChannelId(channel_of(configuration.current(), channel_id).id))
    if found is None:
        raise NotFound(f"channel {channel_id} has not been compared yet")
    return found
