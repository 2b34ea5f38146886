"""Hold an order for a person, and share that with its channel where the channel can hold it, too."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.hold_notice import HoldCategory
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.steps import with_hold
from packhorse.domain.values import ChannelId, Instant, OrderId, Text, Value
from packhorse.store import configuration
from packhorse.usecases.orders.change_order import change_order

LONGEST = timedelta(days=366)


class NewHold(Value):
    """Why an order is held: the reason stays here, its category is what the channel gets.

    It ends by itself at `until`, within minutes; without one when a person releases it.
    """

    reason: Annotated[Text, Field(min_length=1)]
    category: HoldCategory = HoldCategory.OTHER
    until: Instant | None = None


def hold_order(order_id: OrderId, hold_id: str, new: NewHold, who: str) -> Order:
    """Add a hold to an order; whether it is shared is decided now, by the channel's `share_holds`.

    Raises Rejected if it would be over already, or lasts for more than a year.
    """
    channels = configuration.current().channels
    require_within_a_year(new.until, datetime.now(UTC))

    def step(order: Order, now: datetime, who: str) -> Change:
        is_shared = shares_holds(channels.get(ChannelId(order.channel)))
        hold = Hold(**dict(new), id=hold_id, is_shared=is_shared, owner=who, placed_at=now)
        return Change(with_hold(order, hold))

    return change_order(order_id, step, who)


def require_within_a_year(until: datetime | None, now: datetime) -> None:
    """Raise Rejected for the end of a hold that is past, or more than a year away."""
    if until and not now < until <= now + LONGEST:
        fault = FieldError("until", "a moment within the next year, such as 2026-12-01T08:00:00Z")
        raise Rejected("the input does not fit", [fault])


def shares_holds(channel: Channel | None) -> bool:
    """Return whether holds that are placed here are put on orders of the channel there, once it is not paused."""
    return channel is not None and channel.share_holds and CHANNELS[channel.kind].hold is not None
