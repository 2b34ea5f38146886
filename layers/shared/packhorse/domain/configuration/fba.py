"""Amazon as a warehouse: which account ships, how fast, and what follows if it cannot."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import MAY_BREAK, Identifier, Text, Value, Whole


class Speed(StrEnum):
    """How fast Amazon ships."""

    STANDARD = "standard"
    EXPEDITED = "expedited"
    PRIORITY = "priority"


class WhenUnfulfillable(StrEnum):
    """What follows if Amazon cannot ship units: they are routed without it, or their order is held for a person."""

    ROUTE_AGAIN = "route_again"
    HOLD = "hold"


class Packaging(StrEnum):
    """Boxes for the orders of a channel: any, or only such without Amazon's name on them."""

    ANY = "any"
    UNBRANDED = "unbranded"


class FbaSettings(Value):
    """The settings of a warehouse of kind `fba`.

    `channel` is the channel whose account at Amazon ships, in its marketplace. `speeds` maps the delivery methods of
    orders, in their channels' words; of another method an expedited order has `expedited_speed`, any other `speed`.
    Amazon is called every `every_minutes`. `comment` is on its packing slips, unless an order has a gift message.
    `most_dropped_percent` of the units and `most_emptied_percent` of the products in stock may go at once before a
    person must confirm it.
    """

    channel: Identifier
    speed: Speed = Speed.STANDARD
    expedited_speed: Speed = Speed.EXPEDITED
    speeds: Annotated[Mapping[Text, Speed], Field(max_length=100)] = {}
    when_unfulfillable: WhenUnfulfillable = WhenUnfulfillable.ROUTE_AGAIN
    comment: Annotated[str, Field(min_length=1, max_length=750), MAY_BREAK] = "Thank you for your order."
    every_minutes: Annotated[Whole, Field(ge=5, le=1440)] = 10
    most_dropped_percent: Annotated[Whole, Field(ge=1, le=100)] = 50
    most_emptied_percent: Annotated[Whole, Field(ge=1, le=100)] = 25

    def speed_of(self, delivery_method: str, *, expedited: bool) -> Speed:
        """Return how fast an order is shipped; the case of a delivery method does not count."""
        named = {method.casefold(): speed for method, speed in self.speeds.items()}
        return named.get(delivery_method.strip().casefold(), self.expedited_speed if expedited else self.speed)
