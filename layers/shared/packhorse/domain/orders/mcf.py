"""What Amazon has of a fulfilment order: an order of its Multi-Channel Fulfilment, under the id of ours."""

from collections.abc import Mapping
from enum import StrEnum

from packhorse.domain.configuration.fba import Speed
from packhorse.domain.money import Money
from packhorse.domain.values import Instant, SkuText, Text, Value, Whole


class McfStatus(StrEnum):
    """How far Amazon is; `sent`: it has not said that it has it, `refused`: it said that it has not."""

    SENT = "sent"
    REFUSED = "refused"
    NEW = "new"
    RECEIVED = "received"
    PLANNING = "planning"
    PROCESSING = "processing"
    COMPLETE = "complete"
    COMPLETE_PARTIALLED = "complete_partialled"
    UNFULFILLABLE = "unfulfillable"
    INVALID = "invalid"
    CANCELLED = "cancelled"


ENDED = frozenset(
    {
        McfStatus.REFUSED,
        McfStatus.COMPLETE,
        McfStatus.COMPLETE_PARTIALLED,
        McfStatus.UNFULFILLABLE,
        McfStatus.INVALID,
        McfStatus.CANCELLED,
    }
)
"""States after which Amazon ships nothing more of it."""


class McfItem(Value):
    """Units that Amazon is to ship: of a line, or of one component of a kit; `id` and `seller_sku` are what it gets."""

    id: Text
    line: str
    sku: SkuText
    seller_sku: Text
    quantity: Whole


class McfPackage(Value):
    """A package that left and counts here: Amazon's shipment and the number in it, and its tracking number.

    `parcel` is the name of the parcel that it is in (see `orders.notice.named_parcels`); older ones have none.
    `is_withdrawn`: Amazon does not say any more that it left.
    """

    id: Text
    tracking: Text = ""
    parcel: Text = ""
    is_withdrawn: bool = False


class McfOrder(Value):
    """An order of Amazon's Multi-Channel Fulfilment, stored before it is sent: `tried_at` is when it was last.

    `left_before` are the units by line that had left by then: `items` lack them, the lines of the fulfilment order do
    not. `fee` and `arrives_by` are what the preview estimated. `packages` are those that count as left. `refusal` is
    why Amazon refused a later try, which counts once it is sure that no earlier one reached it. `changed_at` is when
    its state changed at Amazon, as it was read.
    """

    tried_at: Instant
    status: McfStatus = McfStatus.SENT
    items: tuple[McfItem, ...]
    left_before: Mapping[str, int] = {}
    speed: Speed
    features: tuple[Text, ...] = ()
    fee: Money | None = None
    arrives_by: Instant | None = None
    packages: tuple[McfPackage, ...] = ()
    refusal: Text = ""
    changed_at: Instant | None = None

    @property
    def is_taken(self) -> bool:
        """Whether Amazon has it, or had."""
        return self.status not in (McfStatus.SENT, McfStatus.REFUSED)

    @property
    def is_over(self) -> bool:
        """Whether Amazon ships nothing more of it."""
        return self.status in ENDED
