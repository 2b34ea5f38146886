"""What Amazon is requested to ship, what it would cost, and how far it is: values that carry no names of its API."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.address import Address
from packhorse.domain.configuration.fba import Speed
from packhorse.domain.money import Money
from packhorse.domain.orders.mcf import McfItem, McfStatus
from packhorse.domain.values import Instant, Text, Value


class McfRequest(NamedTuple):
    """An order for Amazon to ship, under our id; `number`, `placed_at` and `comment` are for its recipient.

    `values` are those of one unit, by item, which customs get to see of what leaves a country.
    """

    id: str
    number: str
    placed_at: Instant
    comment: str
    speed: Speed
    features: tuple[str, ...]
    ship_to: Address
    items: tuple[McfItem, ...]
    values: Mapping[str, Money] = MappingProxyType({})


class McfPreview(NamedTuple):
    """What Amazon would make of a request: units by item that it cannot ship, with its reasons.

    `is_out_of_stock`: all of these are that it does not have the units.
    """

    is_fulfillable: bool
    unfulfillable: Mapping[str, int]
    reasons: tuple[str, ...]
    fee: Money | None
    arrives_by: Instant | None
    is_out_of_stock: bool = False


class SentPackage(Value):
    """A package that left; `units` are by item, `id` is its shipment's with its number in it.

    `whole` is the id under which all of its shipment counts where that left before it listed any package.
    """

    id: Text
    whole: Text = ""
    carrier: Text = ""
    tracking: Text = ""
    shipped_at: Instant | None = None
    units: Mapping[str, int]


class McfProgress(Value):
    """How far Amazon is with an order: units by item that it was given, that it cannot ship and that it keeps back.

    `changed_at` is since when it is in its state.
    """

    status: McfStatus
    quantities: Mapping[str, int]
    unfulfillable: Mapping[str, int] = {}
    cancelled: Mapping[str, int] = {}
    packages: tuple[SentPackage, ...] = ()
    changed_at: Instant | None = None


class ChangedOrder(NamedTuple):
    """An order whose state changed: the id that we gave it, the state, and since when it is in it.

    Both are None where Amazon names them in a way that is not documented.
    """

    id: str
    status: McfStatus | None
    changed_at: Instant | None


class ChangedPage(NamedTuple):
    """Orders that changed, in no order that Amazon documents, and the cursor of the next page."""

    orders: tuple[ChangedOrder, ...]
    next: str | None
