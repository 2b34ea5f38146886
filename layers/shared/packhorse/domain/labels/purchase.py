"""Rates that carriers offer, and labels that they sold."""

from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.money import Money
from packhorse.domain.values import Text, Value, Whole


class Rate(Value):
    """A price at which a carrier carries a consignment; `days` is how long it takes, None if it does not say."""

    id: str
    carrier: Text
    service: Text
    price: Money
    days: Whole | None = None


class RatedShipment(Value):
    """A consignment as the carrier stored it, with its rates; `problems` is why some services gave none."""

    id: str
    rates: tuple[Rate, ...]
    problems: tuple[Text, ...] = ()


class Sale(NamedTuple):
    """A label to buy, or one that was bought: what a carrier finds it by, the same in every call about it.

    `shipment` is the id of its `RatedShipment`, `rate` is one of its rates, `reference` is that of its consignment,
    `format` is how its file is wanted. `purchase` is the id of its `Purchase`, empty where that is not stored.
    """

    shipment: str
    rate: Rate
    reference: str
    format: LabelFormat
    purchase: str = ""


class Purchase(Value):
    """A label that was bought; `shipment` is the id of its `RatedShipment`, `tracking` empty without tracking.

    `id` is the carrier's, empty where the shipment is all that names it, and of labels of before it was stored.
    """

    id: str = ""
    shipment: str
    carrier: Text
    service: Text
    tracking: Text
    price: Money


class Refund(StrEnum):
    """How far a void is: carriers give the money back days later, or refuse to.

    UNDECIDED: it was submitted, and its carrier has not decided within the time that it usually takes.
    """

    SUBMITTED = "submitted"
    UNDECIDED = "undecided"
    REFUNDED = "refunded"
    REJECTED = "rejected"


class RefundReport(Value):
    """What a carrier decided about the label with a tracking number."""

    tracking: Text
    refund: Refund


class LabelFile(NamedTuple):
    """The file of a label."""

    content: bytes
    format: LabelFormat
