"""What channels know of stock: told at once, and compared with what they say."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse import publishing
from packhorse.api.addresses import Known
from packhorse.api.caller import request_id
from packhorse.api.setup import channel_of
from packhorse.channels import STOCKED
from packhorse.domain.drift import Report
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.values import ChannelId, Value
from packhorse.store import configuration, published

router = APIGatewayHttpRouter()


class SyncBegun(Value):
    """Which channel is being told."""

    channel: str


@router.post(
    "/channels/<channel_id>/sync-now",
    summary="Tell a channel the quantities of all that it lists",
    tags=["channels"],
    status_code=HTTPStatus.ACCEPTED,
)
def sync_now(channel_id: Known) -> SyncBegun:
    """202: whatever it was told before, but of products whose `sync` is off. 409 where it cannot be told."""
    config = configuration.current()
    channel = channel_of(config, channel_id)
    if not config.account.sync:
        raise NotNow("the account's switch `sync` is off; turn it on first")
    if not channel.active or channel.kind not in STOCKED:
        raise NotNow(f"channel {channel.id} is inactive, or of a kind that cannot be told quantities")
    event = request_id(router.current_event.raw_event)
    publishing.resync(ChannelId(channel.id), event, datetime.now(UTC), forced=True)
    return SyncBegun(channel=channel.id)


@router.get("/channels/<channel_id>/drift", summary="How a channel's quantities last compared", tags=["channels"])
def drift(channel_id: Known) -> Report:
    """Compared every night, and with every audit; 404 where it never was."""
    found = published.report(ChannelId(channel_of(configuration.current(), channel_id).id))
    if found is None:
        raise NotFound(f"channel {channel_id} has not been compared yet")
    return found
