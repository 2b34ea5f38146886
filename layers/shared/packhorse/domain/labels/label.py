"""Labels of a fulfilment order, from the moment before they are bought."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.labels.box_sizes import BoxChoice
from packhorse.domain.labels.consignment import LabelFormat, Package, WeighedPackage
from packhorse.domain.labels.purchase import Purchase, Rate, Refund, Sale
from packhorse.domain.labels.tracking import Transit
from packhorse.domain.money import Money
from packhorse.domain.values import Identifier, Instant, OrderIdText, Text, Value, Whole


class LabelState(StrEnum):
    """How far a label is; BUYING and VOIDING are stored before the carrier is called, whose answer may be lost.

    UNUSED is one that was bought, and of which nothing is left to send.
    """

    BUYING = "buying"
    BOUGHT = "bought"
    UNUSED = "unused"
    REFUSED = "refused"
    VOIDING = "voiding"
    VOIDED = "voided"


OPEN_STATES = frozenset({LabelState.BUYING, LabelState.BOUGHT, LabelState.VOIDING})
"""States of a label that is paid for, or may be."""


AT_CARRIER = frozenset({LabelState.BUYING, LabelState.VOIDING})
"""States of a label whose carrier is being called, or was when a process died."""


PRINTABLE = frozenset({LabelState.BOUGHT, LabelState.UNUSED})
"""States of a label that is paid for, without doubt."""


class WantedLabel(Value):
    """What a person wants of a label; what is not named is chosen: the cheapest rate that arrives in time.

    `account` is the carrier account, `carrier` and `service` are in its words. `max_price` is never exceeded. `box` is
    a box size; `package` is what a scale and a ruler say of the parcel.
    """

    account: Identifier | None = None
    carrier: Annotated[Text, Field(min_length=1)] | None = None
    service: Annotated[Text, Field(min_length=1)] | None = None
    max_price: Money | None = None
    package: WeighedPackage | None = None
    box: Identifier | None = None
    format: LabelFormat | None = None


class FulfilmentRef(Value):
    """A fulfilment order: our id of its order, and its number there."""

    order: OrderIdText
    fulfilment: Annotated[Whole, Field(ge=1)]


class LabelRef(FulfilmentRef):
    """A label: its id, and its fulfilment order."""

    label: Annotated[str, Field(max_length=64)]


class Label(Value):
    """A label: `units` by line are in its parcel, `shipment` is the carrier's id of what it is bought of.

    `reason` is why its `rate` was chosen, `box` the box size of its parcel with the reason. `purchase` is set once it
    is bought, `file` is the key of its stored file, `refund` how far its void is. `attempted_at` is when the carrier
    was last to be called, `begun_at` when its purchase or its void was begun (None: before that was stored), `problem`
    why it was refused, or is not finished; `who` has it bought, `voided_by` has it voided. `manifest` is the id of the
    manifest that it is on, or is to be put on; `is_manifested`: the carrier made its form. `transit` is the newest that
    the carrier reports of its parcel while the order has none of it: the label is voided, or nothing was left to send.

    Of a parcel that several orders share, one of them has the label: it `shares` it with those. They have copies of it
    with their own units, whose `holder` it is, and which follow its state.
    """

    id: str
    account: Identifier
    state: LabelState
    shipment: str
    rate: Rate
    reason: Text = ""
    package: Package
    box: BoxChoice | None = None
    format: LabelFormat
    units: Mapping[str, int]
    purchase: Purchase | None = None
    transit: Transit | None = None
    file: str | None = None
    refund: Refund | None = None
    problem: Text = ""
    attempted_at: Instant
    begun_at: Instant | None = None
    who: Text
    voided_by: Text = ""
    manifest: str | None = None
    is_manifested: bool = False
    shares: tuple[FulfilmentRef, ...] = ()
    holder: FulfilmentRef | None = None

    @property
    def is_shared(self) -> bool:
        """Whether units of several orders are in its parcel."""
        return bool(self.shares) or self.holder is not None

    @property
    def called_by(self) -> str:
        """Who has its carrier called, while it is being bought or voided."""
        return (self.voided_by if self.state is LabelState.VOIDING else "") or self.who

    @property
    def is_open(self) -> bool:
        """Whether it is paid for, or may be."""
        return self.state in OPEN_STATES

    @property
    def is_printable(self) -> bool:
        """Whether a parcel may leave with it: a parcel with a voided one would travel unpaid."""
        return self.state in PRINTABLE

    @property
    def sale(self) -> Sale:
        """What the carrier finds it by."""
        return Sale(self.shipment, self.rate, self.id, self.format, self.purchase.id if self.purchase else "")

    @property
    def tracking(self) -> str:
        """Its tracking number, empty before it is bought, and of a service without tracking."""
        return self.purchase.tracking if self.purchase else ""

    @property
    def name(self) -> str:
        """What people call it by: its tracking number, else its id."""
        return self.tracking or self.id
