"""The life of a channel: connect and check it, pause and resume it, and how it does."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OWNING, VIEWING, allow, current_name, current_request_id
from packhorse.api.channels import channel_of
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import Connection, UnmatchedListing, WebhookState
from packhorse.domain.values import ChannelId, Instant, Value
from packhorse.store import configuration, connections
from packhorse.usecases.channels.connect_channel import WantedConnection, check_now, connect_channel
from packhorse.usecases.channels.merge_credentials import NewCredentials
from packhorse.usecases.channels.pause_channel import pause_channel, resume_channel
from packhorse.usecases.operations.read_health import ChannelHealth, read_health

router = APIGatewayHttpRouter()


class ConnectBody(Value):
    """Credentials that are not sent stay. `rotate_secret`: its webhooks are signed with another secret from now on.

    `orders_since`: orders that changed since then are imported, by default those since the channel's `ignore_before`.
    `api_url` is where the channel reaches this API, by default the one of the last run, at first the deployment's.
    """

    credentials: NewCredentials | None = None
    rotate_secret: bool = False
    orders_since: Instant | None = None
    api_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")] | None = None


class Checked(Value):
    """What the channel's credentials lack, in words: nothing if all works; and its webhooks."""

    channel: str
    lacking: tuple[str, ...]
    webhooks: WebhookState | None
    last_event_at: Instant | None


class LastConnection(Connection):
    """The last run that set a channel up; it waits while the channel is paused, which it is since `paused_since`."""

    paused_since: Instant | None


class UnmatchedPage(Value):
    """A page of listings that mean no product."""

    items: tuple[UnmatchedListing, ...]
    next: str | None


@router.post(
    "/channels/<channel_id>/connect",
    summary="Connect a channel: credentials, webhooks, listings, first orders",
    tags=["channels"],
    status_code=HTTPStatus.ACCEPTED,
)
@allow(OWNING)
def connect(channel_id: PathValue, body: ConnectBody) -> Connection:
    """202: the credentials work and are stored, the rest goes on; GET .../connection shows how far.

    422 if the channel refuses the credentials, or they lack a right: those stored before still count. 409 for a kind
    that is not connected from here.
    """
    channel = _channel(channel_id)
    wanted = WantedConnection(body.credentials, body.rotate_secret, body.orders_since)
    last = connections.find_connection(ChannelId(channel.id))
    url = f"{(body.api_url or _address_of_api()).rstrip('/')}/webhooks/{channel.id}"
    if last and not body.api_url:
        url = last.webhook_url
    return connect_channel(channel, wanted, url, current_request_id(), current_name(), datetime.now(UTC))


def _address_of_api() -> str:
    """Return the url at which channels reach the API: the deployment's setting, or else the domain of this request."""
    context = router.current_event.raw_event["requestContext"]
    if settings.api_address:
        return settings.api_address.replace("{id}", str(context.get("apiId", "")))
    return f"https://{context['domainName']}"


@router.get("/channels/<channel_id>/connection", summary="How far connecting a channel is", tags=["channels"])
@allow(VIEWING)
def connection(channel_id: PathValue) -> LastConnection:
    """The last run, over or not; 404 for a channel that was never connected."""
    found = _channel(channel_id)
    last = connections.get_connection(ChannelId(found.id))
    return LastConnection(**dict(last), paused_since=found.paused_since)


@router.get("/channels/<channel_id>/unmatched", summary="Listings of a channel that mean no product", tags=["channels"])
@allow(VIEWING)
def unmatched(channel_id: PathValue, limit: PageSize = 50, cursor: Cursor = None) -> UnmatchedPage:
    """By reference, as the last run of connecting found them, without those that were mapped since."""
    name = ChannelId(_channel(channel_id).id)
    run = connections.get_connection(name).run
    found = connections.unmatched_page(name, run, position_of(cursor, KEY), limit + 1)
    more = found[limit - 1].reference if len(found) > limit else None
    return UnmatchedPage(items=tuple(found[:limit]), next=cursor_of(more))


@router.post("/channels/<channel_id>/check", summary="Check a channel's credentials and webhooks", tags=["channels"])
@allow(OWNING)
def check(channel_id: PathValue) -> Checked:
    """Calls the channel, also a paused one, and changes nothing in it. 422 if it refuses them, 503 if it is silent."""
    channel = _channel(channel_id)
    lacking, name = check_now(channel), ChannelId(channel.id)
    return Checked(
        channel=name,
        lacking=lacking,
        webhooks=connections.find_webhooks(name),
        last_event_at=connections.last_event(name),
    )


@router.post("/channels/<channel_id>/pause", summary="Stop calling a channel", tags=["channels"])
@allow(OWNING)
def pause(channel_id: PathValue) -> Channel:
    """Nothing is sent to it and it is not polled; its webhooks are taken, and what it is owed is kept.

    409 for one that is inactive, or offline: nothing of it is called.
    """
    return pause_channel(ChannelId(channel_id), current_name(), datetime.now(UTC))


@router.post("/channels/<channel_id>/resume", summary="Call a paused channel again", tags=["channels"])
@allow(OWNING)
def resume(channel_id: PathValue) -> Channel:
    """It is polled from where it was, its quantities are published, and the notices that it is owed are sent."""
    return resume_channel(ChannelId(channel_id), current_name(), datetime.now(UTC))


@router.get("/channels/<channel_id>/health", summary="How a channel does", tags=["channels"])
@allow(VIEWING)
def health(channel_id: PathValue) -> ChannelHealth:
    """How far behind it is, what waits for it, and what is wrong with it; nothing is called for that."""
    return read_health(_channel(channel_id), datetime.now(UTC))


def _channel(channel_id: str) -> Channel:
    return channel_of(configuration.current(), channel_id)
