"""An order as it was sold, in no channel's words, and what is read of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import units_of
from packhorse.domain.orders.reported import gone_units

PLACED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
"""When all orders were placed: channels refuse to be asked for what is long ago, or in the future."""

NUMBER = 7001
"""The channel's id of the order, in digits."""


class Sort(StrEnum):
    """What a line is about; `custom`: typed in by a person, of no product."""

    GOODS = "goods"
    GIFT_CARD = "gift card"
    SERVICE = "service"
    CUSTOM = "custom"


class Item(NamedTuple):
    """A line. `was`: units before an edit; `dropped`: refunded before they left; `returned` and `kept`: after that."""

    name: str = "Blue mug"
    sku: str = "MUG-BLUE"
    quantity: int = 3
    price: str = "9.50"
    sort: Sort = Sort.GOODS
    was: int | None = None
    dropped: int = 0
    returned: int = 0
    kept: int = 0


class Sent(NamedTuple):
    """A fulfilment by the channel itself: units by the place of their line."""

    units: Mapping[int, int]
    tracking: str = "1Z999"
    is_cancelled: bool = False


MUG, TOWEL = Item(), Item("Tea towel", "TOWEL", 1, "12.00")


class Sale(NamedTuple):
    """An order at its channel, `after` so long since it was placed."""

    items: tuple[Item, ...] = (MUG, TOWEL)
    after: timedelta = timedelta(minutes=1)
    currency: str = "EUR"
    is_paid: bool = True
    is_cancelled: bool = False
    is_refunded: bool = False
    is_test: bool = False
    is_archived: bool = False
    restocks: bool = True
    buyer: str = "Ada Lovelace"
    street: str | None = "Unter den Linden 1"
    sent: tuple[Sent, ...] = ()

    @property
    def placed_at(self) -> datetime:
        """When it was placed."""
        return PLACED

    @property
    def modified_at(self) -> datetime:
        """When it was changed last."""
        return PLACED + self.after

    def gone(self, place: int) -> int:
        """Return the units of a line in fulfilments."""
        return sum(each.units.get(place, 0) for each in self.sent if not each.is_cancelled)

    def left(self, place: int) -> int:
        """Return the units of a line that are to be sent."""
        item = self.items[place]
        return 0 if self.is_cancelled else item.quantity - item.dropped - self.gone(place)

    @property
    def is_all_gone(self) -> bool:
        """Whether something has left, and nothing is to."""
        places = range(len(self.items))
        return any(map(self.gone, places)) and not any(map(self.left, places))


class Units(NamedTuple):
    """What is read of a line."""

    quantity: int
    price: str = "9.50"
    sku: str = "MUG-BLUE"
    returned: int = 0


class Read(NamedTuple):
    """What is read of an order: lines by name, parcels as number and units by name; lines of nothing are left out."""

    lines: Mapping[str, Units]
    currency: str = "EUR"
    buyer: str = "Ada Lovelace"
    street: str | None = "Unter den Linden 1"
    is_paid: bool = True
    is_cancelled: bool = False
    is_refunded: bool = False
    is_shipped: bool = False
    is_archived: bool = False
    parcels: tuple[tuple[str | None, Mapping[str, int]], ...] = ()


def view(order: ChannelOrder) -> Read:
    """Return what is compared of an order; of a cancelled one not its lines, which some channels empty."""
    names = {line.id: line.name for line in order.lines}
    return Read(
        lines={
            line.name: Units(line.quantity, line.unit_price.amount, line.sku, line.returned)
            for line in order.lines
            if line.quantity and not order.cancelled_at
        },
        currency=order.currency,
        buyer=order.customer.name,
        street=order.ship_to.address1 if order.ship_to else None,
        is_paid=order.paid_at is not None,
        is_cancelled=order.cancelled_at is not None,
        is_refunded=order.refunded_at is not None,
        is_shipped=order.shipped_at is not None,
        is_archived=order.is_archived,
        parcels=tuple(
            (each.tracking, {names[line]: units for line, units in units_of(each.lines).items()})
            for each in order.parcels
        ),
    )


class End(NamedTuple):
    """How an order is stored: units by name that are wanted and that have left, and the numbers of its parcels."""

    wanted: Mapping[str, int]
    gone: Mapping[str, int] = {}
    numbers: tuple[str, ...] = ()
    is_paid: bool = True
    is_cancelled: bool = False


def end_of(order: Order) -> End:
    """Return what is compared of a stored order."""
    gone = gone_units(order)
    return End(
        wanted={line.name: line.quantity - line.cancelled for line in order.lines if line.quantity > line.cancelled},
        gone={line.name: gone[line.id] for line in order.lines if gone[line.id]},
        numbers=tuple(sorted(each.tracking for each in order.told_parcels if each.tracking)),
        is_paid=order.paid_at is not None,
        is_cancelled=order.cancelled_at is not None,
    )
