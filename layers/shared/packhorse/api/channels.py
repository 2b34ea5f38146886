"""Channels: set up, polled and published at once, and how their quantities last compared."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import caller_name, request_id
from packhorse.api.paths import NewIdentifier, PathValue
from packhorse.aws import schedules, secrets
from packhorse.channels import adapter_of
from packhorse.domain.catalogue.drift import DriftReport
from packhorse.domain.configuration.channel import Channel, ChannelSettings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.values import ChannelId, Value
from packhorse.messages.changes import send_resync
from packhorse.store import configuration, published
from packhorse.usecases.save_channel import remove_channel, save_channel

router = APIGatewayHttpRouter()


class ChannelBody(ChannelSettings):
    """A channel as it is set up; credentials are kept in Secrets Manager and never shown."""

    credentials: secrets.Credentials | None = None


class Channels(Value):
    """All channels."""

    items: tuple[Channel, ...]
    next: None = None


class ChannelSaved(Channel):
    """The channel as it is now, and what contradicts itself in the configuration."""

    config_version: int
    warnings: tuple[str, ...]


@router.get("/channels", summary="All channels", tags=["set-up"])
def channels() -> Channels:
    """By id, without their credentials."""
    return Channels(items=tuple(found for _, found in sorted(configuration.current().channels.items())))


@router.get("/channels/<channel_id>", summary="One channel", tags=["set-up"])
def channel(channel_id: PathValue) -> Channel:
    """Without its credentials."""
    return channel_of(configuration.current(), channel_id)


def channel_of(config: Configuration, channel_id: str) -> Channel:
    """Return the channel of that id; raises NotFound."""
    if ChannelId(channel_id) not in config.channels:
        raise NotFound(f"there is no channel {channel_id}")
    return config.channels[ChannelId(channel_id)]


@router.put("/channels/<channel_id>", summary="Create or replace a channel", tags=["set-up"])
def put_channel(channel_id: NewIdentifier, body: ChannelBody) -> ChannelSaved:
    """Without `credentials` those it has are kept. A channel that can be polled gets a schedule of its own."""
    new = Channel(id=channel_id, **{field: value for field, value in body if field != "credentials"})
    config = save_channel(new, body.credentials, caller_name(router.current_event.raw_event))
    return ChannelSaved(**dict(new), config_version=config.version, warnings=tuple(config.warnings()))


@router.delete("/channels/<channel_id>", summary="Remove a channel", tags=["set-up"], status_code=HTTPStatus.NO_CONTENT)
def delete_channel(channel_id: PathValue) -> Response[None]:
    """Its orders stay; its schedule and its credentials go."""
    gone = channel_of(configuration.current(), channel_id)
    remove_channel(ChannelId(gone.id), caller_name(router.current_event.raw_event))
    return Response(HTTPStatus.NO_CONTENT)


@router.post(
    "/channels/<channel_id>/poll",
    summary="Poll a channel now",
    tags=["set-up"],
    status_code=HTTPStatus.ACCEPTED,
)
def poll(channel_id: PathValue) -> Channel:
    """202: its orders are being polled."""
    found = channel_of(configuration.current(), channel_id)
    if adapter_of(found).poll is None:
        raise NotNow(f"channel {channel_id} cannot be polled: it is {found.kind}, or inactive")
    schedules.poll_now(found)
    return found


class SyncStarted(Value):
    """The channel whose listings are being published."""

    channel: str


@router.post(
    "/channels/<channel_id>/sync-now",
    summary="Tell a channel the quantities of all that it lists",
    tags=["channels"],
    status_code=HTTPStatus.ACCEPTED,
)
def sync_now(channel_id: PathValue) -> SyncStarted:
    """202: all quantities are published, whatever it confirmed, but of products whose `sync` is off.

    409 if it cannot be.
    """
    config = configuration.current()
    channel = channel_of(config, channel_id)
    if not config.account.sync:
        raise NotNow("the account's switch `sync` is off; turn it on first")
    if adapter_of(channel).stock is None:
        raise NotNow(f"channel {channel.id} is inactive, or of a kind that cannot be told quantities")
    event = request_id(router.current_event.raw_event)
    send_resync(ChannelId(channel.id), event, datetime.now(UTC), forced=True)
    return SyncStarted(channel=channel.id)


@router.get("/channels/<channel_id>/drift", summary="How a channel's quantities last compared", tags=["channels"])
def drift(channel_id: PathValue) -> DriftReport:
    """Compared every night, and with every audit; 404 where it never was."""
    found = published.get_drift(ChannelId(channel_of(configuration.current(), channel_id).id))
    if found is None:
        raise NotFound(f"channel {channel_id} has not been compared yet")
    return found
